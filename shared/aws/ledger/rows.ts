import { BatchGetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { buildRowKey, type Row, type RowKey, type RowLocation } from '../../ledger/row.ts'
import { type Item, readRow, toItem, toKeyItem } from './items.ts'
import type { Ledger } from './ledger.ts'

type Query = Omit<QueryCommandInput, 'TableName'>

/** All pages of a query, one at a time. */
export async function* queryPages({ client, table }: Ledger, query: Query): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined
  do {
    const page = await client.send(new QueryCommand({ TableName: table, ...query, ExclusiveStartKey: from }))
    yield page.Items ?? []
    from = page.LastEvaluatedKey
  } while (from !== undefined)
}

/** Every row of one resource, as of the last write. Throws what DynamoDB throws. */
export const queryRows = async (
  ledger: Ledger,
  { accountId, region, resourceId }: { accountId: string; region: string; resourceId: string },
): Promise<readonly Row[]> => {
  const rows: Row[] = []
  const pages = queryPages(ledger, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': `${accountId}#${region}#${resourceId}` }),
    ConsistentRead: true,
  })
  for await (const items of pages) rows.push(...items.map(readRow))
  return rows
}

/**
 * At most 100 items and 16 MB a call (Amazon DynamoDB API reference, BatchGetItem); the rest comes as UnprocessedKeys.
 */
const ITEMS_PER_READ = 100
/** DynamoDB has no capacity at the moment for items that it leaves again and again. */
const READS = 10

/** The items of up to 100 keys, those that exist, in any order. Throws what DynamoDB throws. */
export const readItems = async ({ client, table }: Ledger, keys: readonly RowKey[]): Promise<readonly Item[]> => {
  const items: Item[] = []
  let left = keys.map(toKeyItem)
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

/** The rows of many findings, those that exist, in any order. Throws what DynamoDB throws. */
export const queryRowsAt = async (ledger: Ledger, places: readonly RowLocation[]): Promise<readonly Row[]> => {
  const rows: Row[] = []
  // DynamoDB refuses a call that names a key twice.
  const wanted = [...new Map(places.map(buildRowKey).map(key => [`${key.pk} ${key.sk}`, key])).values()]
  // Stryker disable next-line EqualityOperator: the last turn would have nothing to do.
  for (let start = 0; start < wanted.length; start += ITEMS_PER_READ) {
    const keys = wanted.slice(start, start + ITEMS_PER_READ)
    rows.push(...(await readItems(ledger, keys)).map(readRow))
  }
  return rows
}

/** The rows of an account that were claimed since, newest first, a page at a time: of the index `byAccount`. */
export const listItems = (
  ledger: Ledger,
  { accountId, since }: { readonly accountId: string; readonly since: Date },
): AsyncGenerator<readonly Item[]> =>
  queryPages(ledger, {
    IndexName: 'byAccount',
    KeyConditionExpression: 'accountId = :account AND writtenAt >= :since',
    ExpressionAttributeValues: toItem({ ':account': accountId, ':since': since.toISOString() }),
    ScanIndexForward: false,
  })
