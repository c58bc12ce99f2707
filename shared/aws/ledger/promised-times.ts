import { ConditionalCheckFailedException, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { HORIZON_SECONDS, type PromisedTime, reserveTimes, type TimesRequest } from '../../ledger/promised-times.ts'
import { pauseAfterAttempt } from './attempts.ts'
import { type Item, toItem, toKeyItem } from './items.ts'
import type { Ledger } from './ledger.ts'
import { repeatWrite } from './repeat-write.ts'

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

const readVersion = (item: Item | undefined): number => Number(item?.['version']?.N ?? 0)

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
const write = async ({ client, table }: Ledger, { request, version, promised }: Writing): Promise<boolean> => {
  const last = promised.at(-1)?.at ?? 0
  const command = new UpdateItemCommand({
    TableName: table,
    Key: toKeyItem(buildTimesKey(request.accountId)),
    UpdateExpression: 'SET #times = :times, #version = :next, #by = :by, #expiresAt = :expiresAt',
    ConditionExpression: version === 0 ? 'attribute_not_exists(#version)' : '#version = :version',
    ExpressionAttributeNames: { '#times': 'times', '#version': 'version', '#by': 'by', '#expiresAt': 'expiresAt' },
    ExpressionAttributeValues: {
      ':times': { L: promised.map(({ at, count }) => ({ M: toItem({ at, count }) })) },
      ...toItem({
        ':next': version + 1,
        ':by': request.claimant,
        ':expiresAt': last + request.stop.budget.perSeconds + HORIZON_SECONDS,
        ...(version > 0 && { ':version': version }),
      }),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    await repeatWrite(() => client.send(command))
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    // The answer to our own write was lost, and it was sent again.
    return error.Item?.['by']?.S === request.claimant && readVersion(error.Item) === version + 1
  }
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
