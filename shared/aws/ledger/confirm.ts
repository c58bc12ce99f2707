import { createPast } from '../../ledger/claim.ts'
import type { RowKey } from '../../ledger/row.ts'
import type { Reason } from '../../reasons/reason.ts'
import { changeRows } from './change-rows.ts'
import { type Change, readRow } from './items.ts'
import type { Ledger } from './ledger.ts'
import { readItems } from './rows.ts'

/** A row of an alert, with `stopAt` if the alert said that its instance will be stopped. */
export type Mark = { readonly key: RowKey; readonly stopAt?: string }

type By = { readonly claimant: string; readonly at: Date }

const markAsAlerted = ({ key, stopAt }: Mark, { claimant, at }: By): Change => {
  const state = stopAt === undefined ? 'ALERTED' : 'DEFERRED'
  const because: Reason = stopAt === undefined ? { code: 'ALERTED' } : { code: 'ALERTED', args: { stopAt } }
  const promise = stopAt === undefined ? 'attribute_not_exists(#stopAt)' : '#stopAt = :stopAt'
  return {
    key: { pk: key.pk, sk: key.sk },
    // Not `changedAt`: a start between the claim and this was not evaluated.
    set: { state, alertedAt: at.toISOString() },
    past: createPast(state, at, because),
    condition: {
      expression: `#state = :new AND #claimant = :claimant AND ${promise}`,
      values: { ':new': 'NEW', ':claimant': claimant, ...(stopAt !== undefined && { ':stopAt': stopAt }) },
    },
  }
}

/**
 * Marks up to 100 claimed rows: ALERTED, or DEFERRED if the alert promised a stop. A row that was deleted, is marked
 * already, was claimed again by somebody else or promised another time since is left as it is. Throws what DynamoDB
 * throws.
 */
export const markAlerted = (ledger: Ledger, marks: readonly Mark[], by: By): Promise<void> =>
  changeRows(
    ledger,
    marks.map(mark => markAsAlerted(mark, by)),
  )

/** The outcomes of up to 100 rows were alerted. A row whose outcome somebody else alerts is left as it is. */
export const markOutcomesAlerted = (ledger: Ledger, marks: readonly Mark[], { claimant, at }: By): Promise<void> =>
  changeRows(
    ledger,
    marks.map(({ key }) => ({
      key: { pk: key.pk, sk: key.sk },
      set: { alertedAt: at.toISOString() },
      remove: ['untold', 'inDigest'],
      condition: {
        expression: 'attribute_exists(#untold) AND #claimant = :claimant',
        values: { ':claimant': claimant },
      },
    })),
  )

/**
 * The rows that are not marked yet, of up to 100: the rest of a delivery that ended early. Throws what DynamoDB throws.
 */
export const listUnmarked = async (
  ledger: Ledger,
  marks: readonly Mark[],
  claimant: string,
): Promise<readonly Mark[]> => {
  const rows = (
    await readItems(
      ledger,
      marks.map(({ key }) => key),
    )
  ).map(readRow)
  const open = new Set(
    rows
      .filter(row => row.claimant === claimant && (row.state === 'NEW' || row.untold !== undefined))
      .map(({ pk, sk }) => `${pk} ${sk}`),
  )
  return marks.filter(({ key: { pk, sk } }) => open.has(`${pk} ${sk}`))
}
