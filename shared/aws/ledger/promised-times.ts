import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { HORIZON_SECONDS, type PromisedTime, reserveTimes, type TimesRequest } from '../../ledger/promised-times.ts'
import { pauseAfterAttempt } from './attempts.ts'
import { type Item, toItem } from './items.ts'
import type { Ledger } from './ledger.ts'
import { buildUnchangedCondition, readVersion, writeItem } from './write-row.ts'

export type ReserveTimes = TimesRequest & {
  readonly accountId: string
  /** The delivery that reserves them. */
  readonly claimant: string
}

const ATTEMPTS = 12

const buildTimesKey = (accountId: string) => ({ pk: `${accountId}#budget`, sk: 'promised' })

const readPromised = (item: Item | undefined): readonly PromisedTime[] =>
  (item?.['times']?.L ?? []).flatMap(({ M }) => {
    const [at, count] = [Number(M?.['at']?.N), Number(M?.['count']?.N)]
    return Number.isFinite(at) && Number.isFinite(count) ? [{ at, count }] : []
  })

// A query, because Sweep has the right to it. It reads this one item.
const readItem = async ({ client, table }: Ledger, accountId: string): Promise<Item | undefined> => {
  const { pk, sk } = buildTimesKey(accountId)
  const { Items } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk = :sk',
      ExpressionAttributeValues: toItem({ ':pk': pk, ':sk': sk }),
      ConsistentRead: true,
    }),
  )
  return Items?.[0]
}

type Writing = {
  readonly request: ReserveTimes
  readonly version: number
  readonly promised: readonly PromisedTime[]
}

/** Writes all times, if nobody wrote them in the meantime. */
const write = async (ledger: Ledger, { request, version, promised }: Writing): Promise<boolean> => {
  const { accountId, claimant, stop } = request
  const last = promised.at(-1)?.at ?? 0
  const { refused, item } = await writeItem(ledger, {
    key: buildTimesKey(accountId),
    set: {
      times: { L: promised.map(({ at, count }) => ({ M: toItem({ at, count }) })) },
      version: version + 1,
      by: claimant,
      expiresAt: last + stop.budget.perSeconds + HORIZON_SECONDS,
    },
    condition: buildUnchangedCondition(version),
  })
  // The answer to our own write was lost, and it was sent again.
  return !refused || (item?.['by']?.S === claimant && readVersion(item) === version + 1)
}

/**
 * Reserves times for stops that are promised in an account, exactly: no two callers get the same room of the budget. A
 * caller that dies has wasted its times. Throws what DynamoDB throws, and if too many reserve at the same moment.
 */
export const reservePromisedTimes = async (ledger: Ledger, request: ReserveTimes): Promise<readonly number[]> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const item = await readItem(ledger, request.accountId)
    const { times, promised } = reserveTimes(readPromised(item), request)
    if (times.length === 0 || (await write(ledger, { request, version: readVersion(item), promised }))) return times
    await pauseAfterAttempt(attempt)
  }
  const { accountId } = request
  throw new Error(`the times of promised stops of ${accountId} are written by too many at once; it will be tried again`)
}
