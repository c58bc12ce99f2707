import { createHash } from 'node:crypto'
import { type AttributeValue, type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { UserError } from '../../errors.ts'
import { checkPolicy } from '../../policy/check.ts'
import type { Policy } from '../../policy/policy.ts'
import { isRefused } from './repeat-transact.ts'
import { repeatWrite } from './repeat-write.ts'
import { transactAgainWith } from './transact.ts'

/**
 * The policy and the kill switch that operators set without a deployment, as they lie in the ledger's table: under
 * pk `policy` the rows `current`, `stops`, and `v#<n>` for each version there was.
 */
export type LivePolicy = {
  /** Absent where none was applied, where it was reset, and where it is not valid. */
  readonly policy?: Policy
  /** Of the last write, a reset included. */
  readonly version?: number
  readonly by?: string
  readonly at?: string
  /** `off`: nothing is stopped in any account. */
  readonly stops: 'on' | 'off'
  readonly stopsBy?: string
  readonly stopsAt?: string
  readonly stopsWhy?: string
  /** Why what is there cannot be used, in one line. */
  readonly problem?: string
}

type Item = Record<string, AttributeValue>

const PK = { S: 'policy' }

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const textOf = (item: Item | undefined, name: string): string | undefined => item?.[name]?.S

const versionOf = (item: Item | undefined): number => Number(item?.['version']?.N ?? 0)

// Reads `current` and `stops`, and stops short of the versions: `v#` sorts after both.
const readRows = async (client: DynamoDBClient, table: string): Promise<ReadonlyMap<string, Item>> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :policy AND sk < :versions',
      ExpressionAttributeValues: { ':policy': PK, ':versions': { S: 'v#' } },
      ConsistentRead: true,
    }),
  )
  return new Map(Items.map(item => [textOf(item, 'sk') ?? '', item]))
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readPolicy = (item: Item | undefined): Pick<LivePolicy, 'policy' | 'problem'> => {
  const text = textOf(item, 'policy')
  if (text === undefined) return {}
  const name = `policy version ${versionOf(item)}`
  if (textOf(item, 'sha256') !== sha256(text)) return { problem: `${name}: its text is not the one that was applied` }
  const checked = checkPolicy(parsed(text))
  return checked.ok ? { policy: checked.policy } : { problem: `${name}: ${checked.problem}` }
}

// Whatever is not plainly "on" stops nothing.
const readStops = (item: Item | undefined): Pick<LivePolicy, 'stops' | 'problem'> => {
  const value = item === undefined ? 'on' : textOf(item, 'value')
  if (value === 'on' || value === 'off') return { stops: value }
  return { stops: 'off', problem: 'the switch for stops is neither on nor off, so nothing is stopped' }
}

/** What operators have set, read consistently in one call; checked before it is believed. Throws what DynamoDB throws. */
export const readLive = async (client: DynamoDBClient, table: string): Promise<LivePolicy> => {
  const rows = await readRows(client, table)
  const current = rows.get('current')
  const stops = rows.get('stops')
  const more = {
    by: textOf(current, 'by'),
    at: textOf(current, 'at'),
    stopsBy: textOf(stops, 'by'),
    stopsAt: textOf(stops, 'at'),
    stopsWhy: textOf(stops, 'why'),
  }
  const [policy, killSwitch] = [readPolicy(current), readStops(stops)]
  const problem = policy.problem ?? killSwitch.problem
  return {
    ...policy,
    ...(current !== undefined && { version: versionOf(current) }),
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
    stops: killSwitch.stops,
    ...(problem !== undefined && { problem }),
  }
}

export type Writer = {
  readonly by: string
  readonly at: Date
  /** The version that the writer looked at (0: none): only over that one is written. Left out: over any. */
  readonly seen?: number
}

const putVersion = (table: string, sk: string, more: Item) => ({
  TableName: table,
  Item: { pk: PK, sk: { S: sk }, ...more },
})

const writeCurrent = async (
  client: DynamoDBClient,
  table: string,
  { content, seen }: { readonly content: Item; readonly seen: number | undefined },
): Promise<number> => {
  const before = seen ?? versionOf((await readRows(client, table)).get('current'))
  const version = before + 1
  const item = { ...content, version: { N: String(version) } }
  const unchanged = {
    ConditionExpression: before === 0 ? 'attribute_not_exists(#version)' : '#version = :before',
    ExpressionAttributeNames: { '#version': 'version' },
    ...(before > 0 && { ExpressionAttributeValues: { ':before': { N: String(before) } } }),
  }
  const outcome = await transactAgainWith(client)({
    TransactItems: [
      { Put: { ...putVersion(table, 'current', item), ...unchanged } },
      { Put: putVersion(table, `v#${version}`, item) },
    ],
  })
  if (outcome.written) return version
  if (!outcome.reasons.some(isRefused)) throw outcome.error
  throw new UserError(
    'policy: somebody else has changed it meanwhile; look at it (virtguard policy show), then apply again',
  )
}

const signature = ({ by, at }: Pick<Writer, 'by' | 'at'>): Item => ({ by: { S: by }, at: { S: at.toISOString() } })

/**
 * Makes a policy the one that counts, and keeps it as a version of its own. Returns the version. Throws UserError if
 * somebody else has written meanwhile, else what DynamoDB throws.
 */
export const writePolicy = (
  client: DynamoDBClient,
  table: string,
  { policy, ...writer }: Writer & { readonly policy: Policy },
): Promise<number> => {
  const text = JSON.stringify(policy)
  const content = { policy: { S: text }, sha256: { S: sha256(text) }, ...signature(writer) }
  return writeCurrent(client, table, { content, seen: writer.seen })
}

/** Goes back to the policy that was deployed. Returns the version that says so. Throws like `writePolicy`. */
export const clearPolicy = (client: DynamoDBClient, table: string, writer: Writer): Promise<number> =>
  writeCurrent(client, table, { content: signature(writer), seen: writer.seen })

/** Turns stops on or off for every account, and keeps who, when and why. Throws what DynamoDB throws. */
export const writeStops = async (
  client: DynamoDBClient,
  table: string,
  { value, why, ...writer }: Omit<Writer, 'seen'> & { readonly value: 'on' | 'off'; readonly why: string },
): Promise<void> => {
  const item = { value: { S: value }, why: { S: why }, ...signature(writer) }
  await repeatWrite(() => client.send(new PutItemCommand(putVersion(table, 'stops', item))))
}
