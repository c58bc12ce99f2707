import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'

/** A change of the live policy or of the switch for stops, as the ledger keeps it. */
export type PastChange = {
  readonly what: 'applied' | 'reset' | 'stops on' | 'stops off'
  /** ISO 8601. */
  readonly at: string
  /** Who, as that person said. */
  readonly by: string
  /** Who, as AWS says: the ARN of the caller. */
  readonly caller?: string
  readonly version?: number
  /** As the caller said. */
  readonly why?: string
  readonly changes?: readonly string[]
}

type Item = Record<string, AttributeValue>

// Under the key of the live policy, which no function may write, and after `v#`, which no reader of the policy reads.
const PREFIX = 'was#'
const KEPT_DAYS = 400
const DAY_MS = 86_400_000
const MOST_CHANGES = 50
const LONGEST_CHANGE = 500

/** The row that keeps a change for a good year. At one moment there is one of each kind at most. */
export const readPastRow = ({
  what,
  at,
  by,
  caller,
  version,
  why,
  changes = [],
}: Omit<PastChange, 'at'> & { readonly at: Date }): Item => ({
  pk: { S: 'policy' },
  sk: { S: `${PREFIX}${at.toISOString()}#${version ?? what}` },
  what: { S: what },
  at: { S: at.toISOString() },
  by: { S: by },
  ...(caller !== undefined && { caller: { S: caller } }),
  ...(version !== undefined && { version: { N: String(version) } }),
  ...(why !== undefined && { why: { S: why } }),
  ...(changes.length > 0 && {
    changes: { L: changes.slice(0, MOST_CHANGES).map(line => ({ S: line.slice(0, LONGEST_CHANGE) })) },
  }),
  expiresAt: { N: String(Math.floor((at.getTime() + KEPT_DAYS * DAY_MS) / 1000)) },
})

const WHAT: readonly PastChange['what'][] = ['applied', 'reset', 'stops on', 'stops off']

const changeOf = (item: Item): readonly PastChange[] => {
  const what = WHAT.find(known => known === item['what']?.S)
  const { at, by, caller, version, why, changes } = item
  // Other rows there were not written by us.
  if (what === undefined) return []
  return [
    {
      what,
      at: at?.S ?? '',
      by: by?.S ?? '',
      ...(caller?.S !== undefined && { caller: caller.S }),
      ...(version?.N !== undefined && { version: Number(version.N) }),
      ...(why?.S !== undefined && { why: why.S }),
      ...(changes?.L !== undefined && { changes: changes.L.flatMap(({ S }) => (S === undefined ? [] : [S])) }),
    },
  ]
}

/** The last changes, the latest first; at most so many. Throws what DynamoDB throws. */
export const readHistory = async (
  client: DynamoDBClient,
  table: string,
  most: number,
): Promise<readonly PastChange[]> => {
  // Stryker disable next-line ArrayDeclaration: what is no row of ours is passed over.
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :policy AND begins_with(sk, :past)',
      ExpressionAttributeValues: { ':policy': { S: 'policy' }, ':past': { S: PREFIX } },
      ScanIndexForward: false,
      Limit: most,
      ConsistentRead: true,
    }),
  )
  return Items.flatMap(changeOf)
}
