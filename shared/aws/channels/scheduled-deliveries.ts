import { DeleteItemCommand, type DynamoDBClient, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Alert } from '../../alert/alert.ts'
import { getChannelPk, getExpiry, type SentRow } from '../../channels/row.ts'
import { type Item, toItem, toKeyItem, updateOf } from '../ledger/items.ts'
import { repeatWrite } from '../ledger/repeat-write.ts'
import { queryPages } from '../ledger/rows.ts'
import { transactAgainWith } from '../ledger/transact.ts'
import type { ChannelTable } from './channel-row.ts'

/** An alert that waits for its time, in one message with others. `sk` is that of the row with its state. */
export type ScheduledDelivery = { readonly at: string; readonly sk: string; readonly alert: Alert }

const prefixOf = (at: string): string => `held#${at}#`
const buildScheduledSk = ({ at, sk }: Pick<ScheduledDelivery, 'at' | 'sk'>): string => `${prefixOf(at)}${sk}`

const readScheduled = (item: Item): ScheduledDelivery => {
  const at = item['at']?.S ?? ''
  // Not made from the alert, because less of it is stored than it was named by.
  const sk = (item['sk']?.S ?? '').slice(prefixOf(at).length)
  return { at, sk, alert: JSON.parse(item['alert']?.S ?? 'null') }
}

/** The limit of its stored findings, which is more than a digest shows. `told` still names every resource. */
const FINDINGS_KEPT = 10

const shortenAlert = (alert: Alert): Alert => ({
  ...alert,
  findings: alert.findings.slice(0, FINDINGS_KEPT),
  omitted: alert.omitted + Math.max(0, alert.findings.length - FINDINGS_KEPT),
})

/** Throws what DynamoDB throws, also if it refuses one of them. */
const writeAll = async (client: DynamoDBClient, TransactItems: TransactWriteItem[]): Promise<void> => {
  const outcome = await transactAgainWith(client)({ TransactItems })
  if (!outcome.written) throw outcome.error
}

/** Puts an alert aside until its time, and records that: both or neither. Throws what DynamoDB throws. */
export const hold = async (
  { client, table, channel }: ChannelTable,
  { at, alert, row, now }: { readonly at: string; readonly alert: Alert; readonly row: SentRow; readonly now: Date },
): Promise<void> => {
  const Item = toItem({
    pk: getChannelPk(channel),
    sk: buildScheduledSk({ at, sk: row.sk }),
    at,
    alert: JSON.stringify(shortenAlert(alert)),
    expiresAt: getExpiry(now),
  })
  const Update = updateOf(table, {
    key: { pk: row.pk, sk: row.sk },
    set: { state: 'held', leaseUntil: 0, heldUntil: at },
    condition: { expression: '#claimant = :me', values: { ':me': row.claimant } },
  })
  await writeAll(client, [{ Put: { TableName: table, Item } }, { Update }])
}

/** The alerts that are due by then, the earliest first, and not more than `limit`. Throws what DynamoDB throws. */
export const queryScheduled = async (
  rows: ChannelTable,
  { at, limit }: { readonly at: string; readonly limit: number },
): Promise<readonly ScheduledDelivery[]> => {
  const found: ScheduledDelivery[] = []
  const pages = queryPages(rows, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: toItem({ ':pk': getChannelPk(rows.channel), ':first': 'held#', ':last': `held#${at}$` }),
    ConsistentRead: true,
  })
  for await (const items of pages) {
    found.push(...items.map(readScheduled))
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}

/** DynamoDB takes at most 100 writes in a transaction; each alert here is two. */
const PER_TRANSACTION = 50

const buildAlertedWrites = (
  { table, channel }: ChannelTable,
  scheduled: ScheduledDelivery,
  { ref, at }: { readonly ref: string | undefined; readonly at: Date },
): readonly TransactWriteItem[] => [
  {
    Update: updateOf(table, {
      key: { pk: getChannelPk(channel), sk: scheduled.sk },
      set: {
        state: 'sent',
        changedAt: at.toISOString(),
        expiresAt: getExpiry(at),
        ...(ref !== undefined && { ref }),
      },
      condition: { expression: 'attribute_exists(#pk)', values: {} },
    }),
  },
  { Delete: { TableName: table, Key: toKeyItem({ pk: getChannelPk(channel), sk: buildScheduledSk(scheduled) }) } },
]

/** Records that scheduled alerts were sent, and deletes them: both or neither for each. */
export const deleteScheduled = async (
  rows: ChannelTable,
  scheduled: readonly ScheduledDelivery[],
  alerted: { readonly ref: string | undefined; readonly at: Date },
): Promise<void> => {
  for (let start = 0; start < scheduled.length; start += PER_TRANSACTION)
    await writeAll(
      rows.client,
      scheduled.slice(start, start + PER_TRANSACTION).flatMap(one => buildAlertedWrites(rows, one, alerted)),
    )
}

/** The release is over, and the next one may begin. */
export const deleteRow = async ({ client, table }: ChannelTable, { pk, sk }: SentRow): Promise<void> => {
  await repeatWrite(() => client.send(new DeleteItemCommand({ TableName: table, Key: toKeyItem({ pk, sk }) })))
}
