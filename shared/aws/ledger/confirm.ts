import { past } from '../../ledger/claim.ts'
import { epochSeconds, type RowKey } from '../../ledger/row.ts'
import type { Reason } from '../../reasons/reason.ts'
import type { Ledger } from './ledger.ts'
import { writeRow } from './write-row.ts'

type Alerted = {
  readonly claimant: string
  readonly at: Date
  /** When the alert said that the instance will be stopped. */
  readonly stopAt?: string
}

/**
 * Marks a claimed row as told: ALERTED, or DEFERRED where the alert promised a stop. A row that is gone, marked already,
 * claimed anew by somebody else or promised another time since is left as it is. Throws what DynamoDB throws.
 */
export const markAlerted = async (key: RowKey, ledger: Ledger, { claimant, at, stopAt }: Alerted): Promise<void> => {
  const state = stopAt === undefined ? 'ALERTED' : 'DEFERRED'
  const because: Reason = stopAt === undefined ? { code: 'ALERTED' } : { code: 'ALERTED', args: { stopAt } }
  const promise = stopAt === undefined ? 'attribute_not_exists(#stopAt)' : '#stopAt = :stopAt'
  await writeRow(ledger, {
    key,
    set: { state, alertedAt: at.toISOString(), changedAt: epochSeconds(at) },
    past: past(state, at, because),
    condition: {
      expression: `#state = :new AND #claimant = :claimant AND ${promise}`,
      values: { ':new': 'NEW', ':claimant': claimant, ...(stopAt !== undefined && { ':stopAt': stopAt }) },
    },
  })
}

/** The outcome that this claim told is out. A row whose outcome somebody else tells is left as it is. */
export const markTold = async (key: RowKey, ledger: Ledger, by: { claimant: string; at: Date }): Promise<void> => {
  await writeRow(ledger, {
    key,
    set: { alertedAt: by.at.toISOString() },
    remove: ['untold', 'inDigest'],
    condition: {
      expression: 'attribute_exists(#untold) AND #claimant = :claimant',
      values: { ':claimant': by.claimant },
    },
  })
}
