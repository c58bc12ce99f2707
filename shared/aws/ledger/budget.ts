import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Budget, type Reservation, type ReservationResult, reserve } from '../../ledger/budget.ts'
import { toEpochSeconds } from '../../ledger/row.ts'
import { type Item, toItem, toKeyItem } from './items.ts'
import type { Ledger } from './ledger.ts'
import { repeatWrite } from './repeat-write.ts'

export type Request = {
  readonly accountId: string
  readonly budget: Budget
  /** The name of the stop. Asked again under the same name it is the same stop. */
  readonly stopId: string
  readonly now: Date
}

const ATTEMPTS = 12

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

// Stryker disable ArrayDeclaration: an entry without a name and a time is dropped.
const readReservations = (item: Item | undefined): readonly Reservation[] =>
  (item?.['stops']?.L ?? []).flatMap(({ M }) => {
    const id = M?.['id']?.S
    // Without a time it is long ago.
    return id === undefined ? [] : [{ id, at: Number(M?.['at']?.N ?? 0) }]
  })
// Stryker restore ArrayDeclaration

/** Writes the budget with a new reservation, if nobody wrote it in the meantime. */
const write = async (
  { client, table }: Ledger,
  { accountId, version, reservations }: { accountId: string; version: number; reservations: readonly Reservation[] },
): Promise<boolean> => {
  const stops = reservations.map(({ id, at }) => ({ M: toItem({ id, at }) }))
  try {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: toKeyItem(buildBudgetKey(accountId)),
      UpdateExpression: 'SET #stops = :stops, #version = :next',
      ConditionExpression: version === 0 ? 'attribute_not_exists(#version)' : '#version = :version',
      ExpressionAttributeNames: { '#stops': 'stops', '#version': 'version' },
      ExpressionAttributeValues: {
        ':stops': { L: stops },
        ...toItem({ ':next': version + 1, ...(version > 0 && { ':version': version }) }),
      },
    })
    await repeatWrite(() => client.send(command))
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return false
  }
}

const buildBudgetKey = (accountId: string) => ({ pk: `${accountId}#budget`, sk: 'stops' })

/**
 * Reserves one stop in the budget of an account, exactly: of two simultaneous callers, only one gets the last stop. A
 * caller that dies has spent its reservation. Throws what DynamoDB throws, and if too many reserve at the same moment.
 */
export const reserveStop = async (
  ledger: Ledger,
  { accountId, budget, stopId, now }: Request,
): Promise<ReservationResult> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { Item } = await ledger.client.send(
      new GetItemCommand({ TableName: ledger.table, Key: toKeyItem(buildBudgetKey(accountId)), ConsistentRead: true }),
    )
    const reservations = readReservations(Item)
    // It was reserved in this second, as after the lost answer to our own write.
    if (reservations.some(({ id, at }) => id === stopId && at === toEpochSeconds(now))) return { taken: true }
    const { taken, until, reservations: next } = reserve(reservations, { id: stopId, budget, now })
    if (!taken) return { taken, ...(until !== undefined && { until }) }
    const version = Number(Item?.['version']?.N ?? 0)
    if (await write(ledger, { accountId, version, reservations: next })) return { taken: true }
    await pause(Math.random() * 20 * attempt)
  }
  throw new Error(`the stop budget of ${accountId} is written by too many at once; it will be tried again`)
}
