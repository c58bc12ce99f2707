import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { toEpochSeconds } from '../../ledger/row.ts'
import { type Item, type Table, toItem, toKeyItem } from './items.ts'
import { repeatWrite } from './repeat-write.ts'

/** As long as SQS keeps a message in a queue, and then in its dead-letter queue. */
const KEPT_SECONDS = 28 * 86_400

type Attempt = { readonly queue: string; readonly messageId: string; readonly claimant: string; readonly now: Date }

const readAttempts = (item: Item | undefined): number => Number(item?.['attempts']?.N ?? 0)

/** Counts an attempt of a message, each delivery once, and returns its number. Throws what DynamoDB throws. */
export const countAttempt = async (
  { client, table }: Table,
  { queue, messageId, claimant, now }: Attempt,
): Promise<number> => {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: toKeyItem({ pk: `queue#${queue}`, sk: messageId }),
    UpdateExpression: 'SET #attempts = if_not_exists(#attempts, :none) + :one, #by = :by, #expiresAt = :expiresAt',
    ConditionExpression: 'attribute_not_exists(#by) OR #by <> :by',
    ExpressionAttributeNames: { '#attempts': 'attempts', '#by': 'by', '#expiresAt': 'expiresAt' },
    ExpressionAttributeValues: toItem({
      ':none': 0,
      ':one': 1,
      ':by': claimant,
      ':expiresAt': toEpochSeconds(now) + KEPT_SECONDS,
    }),
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    return readAttempts((await repeatWrite(() => client.send(command))).Attributes)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    // This delivery has been counted: the answer was lost.
    return readAttempts(error.Item)
  }
}
