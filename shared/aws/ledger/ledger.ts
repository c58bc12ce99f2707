import type { Finding } from '../../engine/finding.ts'
import type { Claim, Claiming } from '../../ledger/row.ts'
import { claimBy } from './claim.ts'
import type { Table } from './items.ts'
import { releaseClaim } from './release.ts'
import { transactWith } from './transact.ts'

/** The table of the ledger. */
export type Ledger = Table

/** Claims findings through the SDK's client, as `claimBy` promises. */
export const claimFindings = (findings: readonly Finding[], ledger: Ledger, claim: Claim): Promise<Claiming> =>
  claimBy(
    findings,
    {
      table: ledger.table,
      transact: transactWith(ledger.client),
      release: (keys, claimant) => releaseClaim(ledger, keys, claimant),
    },
    claim,
  )
