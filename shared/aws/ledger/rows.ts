import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import type { Row } from '../../ledger/row.ts'
import { type Item, itemOf, rowOfItem } from './items.ts'
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
