import { endDeafness, markDeaf, readHearing } from '../../shared/aws/ledger/heard.ts'
import { claimFindings, type Ledger } from '../../shared/aws/ledger/ledger.ts'
import { rowsAt } from '../../shared/aws/ledger/rows.ts'
import { claimUntold } from '../../shared/aws/ledger/settle.ts'
import {
  beginSweep,
  claimNotice,
  exemptRow,
  renewRow,
  resolveRow,
  rowsFrom,
} from '../../shared/aws/ledger/sweep-ledger.ts'
import type { SweepLedger } from './ports.ts'

/** The ledger's operations on the ledger of this stack. */
export const sweepLedger = (ledger: Ledger): SweepLedger => ({
  claim: (findings, claim) => claimFindings(findings, ledger, claim),
  rowsFrom: of => rowsFrom(ledger, of),
  resolve: (row, how) => resolveRow(ledger, row, how),
  exempt: (row, how) => exemptRow(ledger, row, how),
  renew: (row, now) => renewRow(ledger, row, now),
  claimUntold: ({ inDigest, ...row }, by) =>
    claimUntold(ledger, row, { ...by, ...(inDigest !== undefined && { inDigest }) }),
  claimNotice: of => claimNotice(ledger, of),
  readHearing: of => readHearing(ledger, of),
  markDeaf: of => markDeaf(ledger, of),
  endDeafness: of => endDeafness(ledger, of),
  rowsAt: places => rowsAt(ledger, places),
  begin: of => beginSweep(ledger, of),
})
