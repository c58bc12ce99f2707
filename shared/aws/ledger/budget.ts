import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { type Budget, type Reservation, type ReservationResult, reserve } from '../../ledger/budget.ts'
import { toEpochSeconds } from '../../ledger/row.ts'
import { type Item, toItem, toKeyItem } from './items.ts'
import type { Ledger } from './ledger.ts'
import { buildUnchangedCondition, readVersion, writeItem } from './write-row.ts'

export type Request = {
  /** Or ORGANIZATION. */
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
    const version = readVersion(Item)
    const { refused } = await writeItem(ledger, {
      key: buildBudgetKey(accountId),
      set: { stops: { L: next.map(({ id, at }) => ({ M: toItem({ id, at }) })) }, version: version + 1 },
      condition: buildUnchangedCondition(version),
    })
    if (!refused) return { taken: true }
    await pause(Math.random() * 20 * attempt)
  }
  throw new Error(`the stop budget of ${accountId} is written by too many at once; it will be tried again`)
}
