import { ConditionalCheckFailedException, DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { AccountRegion } from '../../facts/account-region.ts'
import type { Refusal } from '../../ledger/refusal.ts'
import { placeOf, type RowKey, toEpochSeconds } from '../../ledger/row.ts'
import { DIGEST_SECONDS } from '../../ledger/stop-message.ts'
import { type Item, toItem, toKeyItem } from './items.ts'
import type { Ledger } from './ledger.ts'
import { repeatWrite } from './repeat-write.ts'
import { queryPages } from './rows.ts'

/*
 * Refusals that wait for a digest are in a partition of their own beside the rows, so that the digest reads them
 * consistently. An index could lag behind the latest refusal, which would never be alerted.
 */
const buildDigestKey = ({ accountId, region }: AccountRegion): string => `${accountId}#${region}#digest`
const DUE = '#due'
const SEPARATOR = ' '

const buildRefusalKey = ({ pk, sk }: RowKey): RowKey => {
  const { resourceId, ...where } = placeOf({ pk, sk })
  return { pk: buildDigestKey(where), sk: `${resourceId}${SEPARATOR}${sk}` }
}

/** The entry beside a row that is refused and alerted later. */
export const buildRefusalItem = (row: RowKey, settledBy: string): Item =>
  toItem({ ...buildRefusalKey(row), rowPk: row.pk, rowSk: row.sk, settledBy })

/** Every refusal that waits for a digest, as the last write left it. */
export const listPendingRefusals = async (ledger: Ledger, where: AccountRegion): Promise<readonly Refusal[]> => {
  const refusals: Refusal[] = []
  const pages = queryPages(ledger, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': buildDigestKey(where) }),
    ConsistentRead: true,
  })
  for await (const items of pages)
    for (const { rowPk, rowSk, settledBy } of items)
      if (rowPk?.S !== undefined && rowSk?.S !== undefined)
        refusals.push({ row: { pk: rowPk.S, sk: rowSk.S }, settledBy: settledBy?.S ?? '' })
  return refusals
}

const AT_ONCE = 25

const forget = async ({ client, table }: Ledger, { row, settledBy }: Refusal): Promise<void> => {
  try {
    const command = new DeleteItemCommand({
      TableName: table,
      Key: toKeyItem(buildRefusalKey(row)),
      ConditionExpression: 'settledBy = :by',
      ExpressionAttributeValues: toItem({ ':by': settledBy }),
    })
    await repeatWrite(() => client.send(command))
  } catch (error) {
    // It was refused again in the meantime, and that waits for the next digest.
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

/** Deletes refusals that a digest has alerted. Throws what DynamoDB throws. */
export const forgetRefusals = async (ledger: Ledger, refusals: readonly Refusal[]): Promise<void> => {
  // Stryker disable next-line EqualityOperator: the last turn would have nothing to do.
  for (let start = 0; start < refusals.length; start += AT_ONCE)
    await Promise.all(refusals.slice(start, start + AT_ONCE).map(refusal => forget(ledger, refusal)))
}

/** One that is due this soon may have been read already when the refusal was written, by a clock that is ahead. */
const TOO_SOON_SECONDS = 10

/**
 * The time of the digest for refusals of now: one that is not due yet, the same for all callers, so that it can be in
 * the name of the schedule.
 */
export const reserveDigestTime = async ({ client, table }: Ledger, where: AccountRegion, now: Date): Promise<Date> => {
  const due = toEpochSeconds(now) + DIGEST_SECONDS
  try {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: toKeyItem({ pk: buildDigestKey(where), sk: DUE }),
      UpdateExpression: 'SET #due = :due',
      ConditionExpression: 'attribute_not_exists(#due) OR #due <= :now',
      ExpressionAttributeNames: { '#due': 'due' },
      ExpressionAttributeValues: toItem({ ':due': due, ':now': toEpochSeconds(now) + TOO_SOON_SECONDS }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    await repeatWrite(() => client.send(command))
    return new Date(due * 1000)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return new Date(Number(error.Item?.['due']?.N ?? due) * 1000)
  }
}
