import { DeleteItemCommand, type DynamoDBClient, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Alert } from '../../alert/alert.ts'
import { channelPk, expiryOf, type SentRow } from '../../channels/row.ts'
import { type Item, itemOf, keyItem, updateOf } from '../ledger/items.ts'
import { repeatWrite } from '../ledger/repeat-write.ts'
import { pagesOf } from '../ledger/rows.ts'
import { transactAgainWith } from '../ledger/transact.ts'
import type { ChannelTable } from './channel-row.ts'

/** An alert that waits for its hour, in one message with others; `sk` is that of the row which says what became of it. */
export type Held = { readonly at: string; readonly sk: string; readonly alert: Alert }

const prefixOf = (at: string): string => `held#${at}#`
const heldSk = ({ at, sk }: Pick<Held, 'at' | 'sk'>): string => `${prefixOf(at)}${sk}`

const heldIn = (item: Item): Held => {
  const at = item['at']?.S ?? ''
  // Not made of the alert: what is kept of it is less than what it was named by.
  const sk = (item['sk']?.S ?? '').slice(prefixOf(at).length)
  return { at, sk, alert: JSON.parse(item['alert']?.S ?? 'null') }
}

/** So many of its findings are kept, which is more than a digest shows; `told` names every resource all the same. */
const FINDINGS_KEPT = 10

const shortened = (alert: Alert): Alert => ({
  ...alert,
  findings: alert.findings.slice(0, FINDINGS_KEPT),
  omitted: alert.omitted + Math.max(0, alert.findings.length - FINDINGS_KEPT),
})

/** Throws what DynamoDB throws, also where it refuses one of them. */
const writeAll = async (client: DynamoDBClient, TransactItems: TransactWriteItem[]): Promise<void> => {
  const outcome = await transactAgainWith(client)({ TransactItems })
  if (!outcome.written) throw outcome.error
}

/** Puts an alert aside until its hour, and keeps that it is: both or neither. Throws what DynamoDB throws. */
export const hold = async (
  { client, table, channel }: ChannelTable,
  { at, alert, row, now }: { readonly at: string; readonly alert: Alert; readonly row: SentRow; readonly now: Date },
): Promise<void> => {
  const Item = itemOf({
    pk: channelPk(channel),
    sk: heldSk({ at, sk: row.sk }),
    at,
    alert: JSON.stringify(shortened(alert)),
    expiresAt: expiryOf(now),
  })
  const Update = updateOf(table, {
    key: { pk: row.pk, sk: row.sk },
    set: { state: 'held', leaseUntil: 0, heldUntil: at },
    condition: { expression: '#claimant = :me', values: { ':me': row.claimant } },
  })
  await writeAll(client, [{ Put: { TableName: table, Item } }, { Update }])
}

/** The alerts that are due by then, the earliest first, and not more than `limit`. Throws what DynamoDB throws. */
export const heldUntil = async (
  rows: ChannelTable,
  { at, limit }: { readonly at: string; readonly limit: number },
): Promise<readonly Held[]> => {
  const found: Held[] = []
  const pages = pagesOf(rows, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: itemOf({ ':pk': channelPk(rows.channel), ':first': 'held#', ':last': `held#${at}$` }),
    ConsistentRead: true,
  })
  for await (const items of pages) {
    found.push(...items.map(heldIn))
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}

/** DynamoDB takes at most 100 writes in a transaction; each alert here is two. */
const PER_TRANSACTION = 50

const toldWrites = (
  { table, channel }: ChannelTable,
  held: Held,
  { ref, at }: { readonly ref: string | undefined; readonly at: Date },
): readonly TransactWriteItem[] => [
  {
    Update: updateOf(table, {
      key: { pk: channelPk(channel), sk: held.sk },
      set: {
        state: 'sent',
        changedAt: at.toISOString(),
        expiresAt: expiryOf(at),
        ...(ref !== undefined && { ref }),
      },
      condition: { expression: 'attribute_exists(#pk)', values: {} },
    }),
  },
  { Delete: { TableName: table, Key: keyItem({ pk: channelPk(channel), sk: heldSk(held) }) } },
]

/** Keeps that alerts which were held have been told, and takes them away: both or neither for each. */
export const forgetHeld = async (
  rows: ChannelTable,
  held: readonly Held[],
  told: { readonly ref: string | undefined; readonly at: Date },
): Promise<void> => {
  for (let start = 0; start < held.length; start += PER_TRANSACTION)
    await writeAll(
      rows.client,
      held.slice(start, start + PER_TRANSACTION).flatMap(one => toldWrites(rows, one, told)),
    )
}

/** The flush is over; the next one may begin. */
export const deleteRow = async ({ client, table }: ChannelTable, { pk, sk }: SentRow): Promise<void> => {
  await repeatWrite(() => client.send(new DeleteItemCommand({ TableName: table, Key: keyItem({ pk, sk }) })))
}
