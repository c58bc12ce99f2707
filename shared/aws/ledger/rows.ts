import { BatchGetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { type Place, type Row, type RowKey, rowKey } from '../../ledger/row.ts'
import { type Item, itemOf, keyItem, rowOfItem } from './items.ts'
import type { Ledger } from './ledger.ts'

type Query = Omit<QueryCommandInput, 'TableName'>

/** All pages of a query, one at a time. */
export async function* pagesOf({ client, table }: Ledger, query: Query): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined
  do {
    const page = await client.send(
      new QueryCommand({ TableName: table, ...query, ...(from !== undefined && { ExclusiveStartKey: from }) }),
    )
    yield page.Items ?? []
    from = page.LastEvaluatedKey
  } while (from !== undefined)
}

/** Every row of one resource, as the last write left it. Throws what DynamoDB throws. */
export const rowsOf = async (
  ledger: Ledger,
  { accountId, region, resourceId }: { accountId: string; region: string; resourceId: string },
): Promise<readonly Row[]> => {
  const rows: Row[] = []
  const pages = pagesOf(ledger, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: itemOf({ ':pk': `${accountId}#${region}#${resourceId}` }),
    ConsistentRead: true,
  })
  for await (const items of pages) rows.push(...items.map(rowOfItem))
  return rows
}

/** At most 100 items and 16 MB a call (Amazon DynamoDB API reference, BatchGetItem); what is over comes as UnprocessedKeys. */
const ITEMS_PER_READ = 100
/** What DynamoDB leaves again and again it has no capacity for at the moment. */
const READS = 10

/** The items of up to 100 keys, those that are there, in any order. Throws what DynamoDB throws. */
export const itemsAt = async ({ client, table }: Ledger, keys: readonly RowKey[]): Promise<readonly Item[]> => {
  const items: Item[] = []
  let left = keys.map(keyItem)
  for (let read = 0; left.length > 0; read += 1) {
    if (read === READS) throw new Error(`DynamoDB did not read ${left.length} rows of ${keys.length} in ${READS} calls`)
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
    )
    items.push(...(answer.Responses?.[table] ?? []))
    left = answer.UnprocessedKeys?.[table]?.Keys ?? []
  }
  return items
}

/** The rows of many findings, those that are there, in any order. Throws what DynamoDB throws. */
export const rowsAt = async (ledger: Ledger, places: readonly Place[]): Promise<readonly Row[]> => {
  const rows: Row[] = []
  // DynamoDB refuses a call that names a key twice.
  const wanted = [...new Map(places.map(rowKey).map(key => [`${key.pk} ${key.sk}`, key])).values()]
  for (let start = 0; start < wanted.length; start += ITEMS_PER_READ) {
    const keys = wanted.slice(start, start + ITEMS_PER_READ)
    rows.push(...(await itemsAt(ledger, keys)).map(rowOfItem))
  }
  return rows
}

/** The rows of an account that were claimed since, as they lie there, newest first, a page at a time: of the index `byAccount`. */
export const listItems = (
  ledger: Ledger,
  { accountId, since }: { readonly accountId: string; readonly since: Date },
): AsyncGenerator<readonly Item[]> =>
  pagesOf(ledger, {
    IndexName: 'byAccount',
    KeyConditionExpression: 'accountId = :account AND writtenAt >= :since',
    ExpressionAttributeValues: itemOf({ ':account': accountId, ':since': since.toISOString() }),
    ScanIndexForward: false,
  })
