import { buildHearingKey, type Heard } from '../../ledger/heard.ts'
import { updateOf } from './items.ts'
import { isRefused, repeatTransact } from './repeat-transact.ts'
import type { Transactions } from './write-entries.ts'

/**
 * Writes when a region was last heard, unless a later time is stored. As a transaction of one, because Evaluate needs
 * no SDK for that. Throws what DynamoDB throws, also if other writes of the same moment prevented this one.
 */
export const writeHeard = async ({ table, transact }: Transactions, { way, at, ...where }: Heard): Promise<void> => {
  const update = updateOf(table, {
    key: buildHearingKey(where),
    set: { [way]: at },
    condition: { expression: `attribute_not_exists(#${way}) OR #${way} < :at`, values: { ':at': at } },
  })
  const outcome = await repeatTransact(transact)({ TransactItems: [{ Update: update }] })
  // If its condition refused it, another wrote the same or more. If other writes prevented it, it is not written.
  if (!outcome.written && !outcome.reasons.some(isRefused)) throw outcome.error
}
