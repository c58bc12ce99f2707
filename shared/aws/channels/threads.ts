import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { Alert } from '../../alert/alert.ts'
import { getChannelPk, getExpiry, isOfLaunch, launchSk, type SentRow } from '../../channels/row.ts'
import { toItem, toKeyItem } from '../ledger/items.ts'
import { repeatWrite } from '../ledger/repeat-write.ts'
import { queryPages } from '../ledger/rows.ts'
import { type ChannelTable, readSentRow } from './channel-row.ts'

const buildThreadSk = (resourceId: string): string => `thread#${resourceId}`

/** The message of a resource in the channel, if it is known. Throws what DynamoDB throws. */
export const readThread = async (
  { client, table, channel }: ChannelTable,
  resourceId: string,
): Promise<string | undefined> => {
  const Key = toKeyItem({ pk: getChannelPk(channel), sk: buildThreadSk(resourceId) })
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  return Item?.['ref']?.S
}

/** Records the message of a resource. Throws what DynamoDB throws. */
export const rememberThread = async (
  { client, table, channel }: ChannelTable,
  { resourceId, ref, now }: { readonly resourceId: string; readonly ref: string; readonly now: Date },
): Promise<void> => {
  const Item = toItem({ pk: getChannelPk(channel), sk: buildThreadSk(resourceId), ref, expiresAt: getExpiry(now) })
  await repeatWrite(() => client.send(new PutItemCommand({ TableName: table, Item })))
}

/** The alerts that this channel was sent, or is being sent, about the launch that an alert follows. */
export const queryLaunchDeliveries = async (rows: ChannelTable, alert: Alert): Promise<readonly SentRow[]> => {
  const found: SentRow[] = []
  const pages = queryPages(rows, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :launch)',
    ExpressionAttributeValues: toItem({ ':pk': getChannelPk(rows.channel), ':launch': launchSk(alert) }),
    ConsistentRead: true,
  })
  for await (const items of pages) found.push(...items.map(readSentRow).filter(({ sk }) => isOfLaunch(sk, alert)))
  return found
}

/** A follow-up for a resource that was not sent yet. */
export type Open = { readonly resourceId: string; readonly at: string; readonly sent: string }

const openSk = ({ resourceId, at, sent }: Open): string => `open#${resourceId}#${at}#${sent}`

/** A row that nobody has touched for this long was lost: nothing waits for it. Longer than the longest pause. */
const LOST_MS = 30 * 60_000

/** Says that it is still to come. */
export const putOpen = async ({ client, table, channel }: ChannelTable, open: Open, now: Date): Promise<void> => {
  const key = { pk: getChannelPk(channel), sk: openSk(open) }
  const Item = toItem({ ...key, touched: now.getTime(), expiresAt: getExpiry(now) })
  await repeatWrite(() => client.send(new PutItemCommand({ TableName: table, Item })))
}

/** Says that it is out, or will never be. */
export const deleteOpen = async ({ client, table, channel }: ChannelTable, open: Open): Promise<void> => {
  const Key = toKeyItem({ pk: getChannelPk(channel), sk: openSk(open) })
  await repeatWrite(() => client.send(new DeleteItemCommand({ TableName: table, Key })))
}

/** Whether something earlier of the same resource is still to come. */
export const isBehind = async (rows: ChannelTable, open: Open, now: Date): Promise<boolean> => {
  const pages = queryPages(rows, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :mine',
    ExpressionAttributeValues: toItem({
      ':pk': getChannelPk(rows.channel),
      ':first': `open#${open.resourceId}#`,
      ':mine': openSk(open),
    }),
    ConsistentRead: true,
  })
  for await (const items of pages)
    for (const { sk, touched } of items)
      if (sk?.S !== openSk(open) && now.getTime() - Number(touched?.N ?? 0) < LOST_MS) return true
  return false
}
