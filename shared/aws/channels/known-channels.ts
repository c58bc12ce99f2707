import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { ChannelQueues } from '../../channels/left-behind.ts'
import { getChannelPk, getExpiry } from '../../channels/row.ts'
import { toItem, toKeyItem } from '../ledger/items.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { repeatWrite } from '../ledger/repeat-write.ts'
import { queryPages } from '../ledger/rows.ts'
import { writeChannelRow } from './channel-row.ts'

// The partition of no channel: no name is empty.
const NO_CHANNEL = ''
const PK = getChannelPk(NO_CHANNEL)

/** Records that there is such a channel, for longer than a message can wait for it. Throws what DynamoDB throws. */
export const rememberChannel = async (
  { client, table }: Ledger,
  { name, queueUrl, undeliveredUrl }: ChannelQueues,
  now: Date,
): Promise<void> => {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: toKeyItem({ pk: PK, sk: queueUrl }),
    UpdateExpression: 'SET #name = :name, #undeliveredUrl = :undeliveredUrl, #expiresAt = :expiresAt',
    ExpressionAttributeNames: { '#name': 'name', '#undeliveredUrl': 'undeliveredUrl', '#expiresAt': 'expiresAt' },
    ExpressionAttributeValues: toItem({
      ':name': name,
      ':undeliveredUrl': undeliveredUrl,
      ':expiresAt': getExpiry(now),
    }),
  })
  await repeatWrite(() => client.send(update))
}

/**
 * Records that there is such a channel, unless somebody has. The function of the channel calls this, maybe before any sweep. What a
 * sweep has written stays, so that two writers change nothing of each other. Throws what DynamoDB throws.
 */
export const introduceChannel = async (
  { client, table }: Ledger,
  { name, queueUrl, undeliveredUrl }: ChannelQueues,
  now: Date,
): Promise<void> => {
  await writeChannelRow(
    { client, table, channel: NO_CHANNEL },
    {
      sk: queueUrl,
      set: { name, undeliveredUrl, expiresAt: getExpiry(now) },
      condition: { expression: 'attribute_not_exists(#pk)', values: {} },
    },
  )
}

/** The channels that exist or existed. Throws what DynamoDB throws. */
export const listKnownChannels = async (ledger: Ledger): Promise<readonly ChannelQueues[]> => {
  const known: ChannelQueues[] = []
  const pages = queryPages(ledger, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': PK }),
    ConsistentRead: true,
  })
  for await (const items of pages)
    for (const { sk, name, undeliveredUrl } of items)
      known.push({ name: name?.S ?? '', queueUrl: sk?.S ?? '', undeliveredUrl: undeliveredUrl?.S ?? '' })
  return known
}

/** The number of scheduled alerts of a channel. Throws what DynamoDB throws. */
export const countScheduled = async (ledger: Ledger, channel: string): Promise<number> => {
  let count = 0
  const pages = queryPages(ledger, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :held)',
    ExpressionAttributeValues: toItem({ ':pk': getChannelPk(channel), ':held': 'held#' }),
    ConsistentRead: true,
  })
  for await (const items of pages) count += items.length
  return count
}
