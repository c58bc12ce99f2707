import { buildHearingKey, type Heard } from '../../ledger/heard.ts'
import { updateOf } from './items.ts'
import { isRefused, repeatTransact } from './repeat-transact.ts'
import type { Transactions } from './write-entries.ts'

/**
 * Writes when a region was last heard, unless something later is written. As a transaction of one: the only write for which
 * Evaluate needs no SDK. Throws what DynamoDB throws, also where others at the same moment kept it from being written.
 */
export const writeHeard = async ({ table, transact }: Transactions, { way, at, ...where }: Heard): Promise<void> => {
  const update = updateOf(table, {
    key: buildHearingKey(where),
    set: { [way]: at },
    condition: { expression: `attribute_not_exists(#${way}) OR #${way} < :at`, values: { ':at': at } },
  })
  const outcome = await repeatTransact(transact)({ TransactItems: [{ Update: update }] })
  // Where its condition refused it, another wrote the same or more. What others kept from being written is not written.
  if (!outcome.written && !outcome.reasons.some(isRefused)) throw outcome.error
}
