import { ROWS_PER_TRANSACTION } from '../../ledger/claim.ts'
import { type Change, type Table, updateOf } from './items.ts'
import { isRefused } from './repeat-transact.ts'
import { transactAgainWith } from './transact.ts'
import { writeRow } from './write-row.ts'

/** Others may change rows between a refusal and the next try. */
const TRIES = 10

/**
 * Changes up to 100 rows, each on its own condition: a row whose condition does not hold is left as it is, and the
 * others are changed. One call, and one more if some are left. Throws what DynamoDB throws for other reasons.
 */
export const changeRows = async (ledger: Table, changes: readonly Change[]): Promise<void> => {
  if (changes.length > ROWS_PER_TRANSACTION) throw new Error(`${changes.length} rows for one transaction`)
  const transact = transactAgainWith(ledger.client)
  let open = changes
  for (let attempt = 1; ; attempt += 1) {
    const [first, second] = open
    if (first === undefined) return
    if (second === undefined) {
      await writeRow(ledger, first)
      return
    }
    const outcome = await transact({ TransactItems: open.map(change => ({ Update: updateOf(ledger.table, change) })) })
    if (outcome.written) return
    const { reasons, error } = outcome
    if (!reasons.some(isRefused) || attempt >= TRIES) throw error
    open = open.filter((_, index) => !isRefused(reasons[index]))
  }
}
