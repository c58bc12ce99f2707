import type { Update } from '@aws-sdk/client-dynamodb'
import { type Admission, MOST_PAIRS, type RefusedCall } from '../../ledger/refused-calls.ts'
import type { RowKey } from '../../ledger/row.ts'
import { toItem, toKeyItem, updateOf } from './items.ts'
import { isRefused, repeatTransact, type Transacted } from './repeat-transact.ts'
import type { Transactions } from './write-entries.ts'

const noteEvent = (table: string, key: RowKey, { eventId, expiresAt }: RefusedCall): Update =>
  updateOf(table, {
    key,
    set: { event: eventId, expiresAt },
    condition: { expression: 'attribute_not_exists(#event)', values: {} },
  })

const countPair = (table: string, { caller, expiresAt }: RefusedCall): Update => ({
  TableName: table,
  Key: toKeyItem(caller),
  UpdateExpression: 'SET #pairs = if_not_exists(#pairs, :none) + :one, #expiresAt = :expiresAt',
  ConditionExpression: 'attribute_not_exists(#pairs) OR #pairs < :most',
  ExpressionAttributeNames: { '#pairs': 'pairs', '#expiresAt': 'expiresAt' },
  ExpressionAttributeValues: toItem({ ':none': 0, ':one': 1, ':most': MOST_PAIRS, ':expiresAt': expiresAt }),
})

/** Whether our own event is the one that is noted: undefined if only the limit of the caller refused it. */
const isNotedFor = (outcome: Transacted, eventId: string): boolean | undefined => {
  if (outcome.written) return true
  const [note, limit] = outcome.reasons
  if (isRefused(note)) return note.Item?.['event']?.S === eventId
  if (isRefused(limit)) return undefined
  throw outcome.error
}

/**
 * Notes a refused call, and returns whether it is to be alerted. The same event gets the same answer, however often it is
 * delivered. Throws what DynamoDB throws.
 */
export const admitRefusedCall = async ({ table, transact }: Transactions, call: RefusedCall): Promise<Admission> => {
  const write = repeatTransact(transact)
  const pair = { TransactItems: [{ Update: noteEvent(table, call.pair, call) }, { Update: countPair(table, call) }] }
  const outcome = await write(pair)
  const isOurs = isNotedFor(outcome, call.eventId)
  if (isOurs !== undefined) return isOurs ? 'first' : 'repeated'
  const beyond = await write({ TransactItems: [{ Update: noteEvent(table, call.rest, call) }] })
  return isNotedFor(beyond, call.eventId) === true ? 'limit' : 'repeated'
}
