import { createHash } from 'node:crypto'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { UserError } from '../../errors.ts'
import type { AccountStops } from '../../policy/account-stops.ts'
import { checkPolicy } from '../../policy/check.ts'
import type { Policy } from '../../policy/policy.ts'
import { readPastRow } from './policy-history.ts'
import { isRefused } from './repeat-transact.ts'
import { repeatWrite } from './repeat-write.ts'
import { transactAgainWith } from './transact.ts'

/**
 * The policy and the emergency stop switch that operators set without a deployment, as they lie in the ledger's table: under
 * pk `policy` the rows `current`, `stops`, and `v#<n>` for each version there was.
 */
export type LivePolicy = {
  /** Absent if none was applied, if it was reset, and if it is not valid. */
  readonly policy?: Policy
  /** Of the last write, a reset included. */
  readonly version?: number
  /** Who wrote it, as that person said. */
  readonly by?: string
  /** Who wrote it, as AWS says: the ARN of the caller. */
  readonly caller?: string
  readonly at?: string
  /** The time of the announcement to operations, if the row is the one that was announced. */
  readonly announcedAt?: string
  /** `off`: this stack stops nothing. */
  readonly stops: 'on' | 'off'
  readonly stopsBy?: string
  readonly stopsCaller?: string
  readonly stopsAt?: string
  readonly stopsAnnouncedAt?: string
  /** The switch was set, and nothing says when: not by the command line. */
  readonly stopsUnsigned?: true
  readonly stopsWhy?: string
  /** The switch of each account that has one of its own, by its id. Absent if none has. */
  readonly accountStops?: Readonly<Record<string, AccountStops>>
  /** Why the stored setting cannot be used, in one line. */
  readonly problem?: string
}

type Item = Record<string, AttributeValue>

const PK = { S: 'policy' }

const hashSha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const readTextAttribute = (item: Item | undefined, name: string): string | undefined => item?.[name]?.S

const readVersion = (item: Item | undefined): number => Number(item?.['version']?.N ?? 0)

// Reads `current` and `stops`, and stops short of the versions: `v#` sorts after both.
const readRows = async (client: DynamoDBClient, table: string): Promise<ReadonlyMap<string, Item>> => {
  // Stryker disable next-line ArrayDeclaration: what is no row has no name.
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :policy AND sk < :versions',
      ExpressionAttributeValues: { ':policy': PK, ':versions': { S: 'v#' } },
      ConsistentRead: true,
    }),
  )
  // Stryker disable next-line StringLiteral: every row has a sort key.
  return new Map(Items.map(item => [readTextAttribute(item, 'sk') ?? '', item]))
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
    // Stryker disable next-line BlockStatement: without a value it returns undefined as well.
  } catch {
    return undefined
  }
}

const readPolicy = (item: Item | undefined): Pick<LivePolicy, 'policy' | 'problem'> => {
  const text = readTextAttribute(item, 'policy')
  if (text === undefined) return {}
  const name = `policy version ${readVersion(item)}`
  if (readTextAttribute(item, 'sha256') !== hashSha256(text))
    return { problem: `${name}: its text is not the one that was applied` }
  const checked = checkPolicy(parseJson(text))
  return checked.ok ? { policy: checked.policy } : { problem: `${name}: ${checked.problem}` }
}

// Only a plain "on" lets anything be stopped.
const readStops = (item: Item | undefined): Pick<LivePolicy, 'stops' | 'problem'> => {
  const value = item === undefined ? 'on' : readTextAttribute(item, 'value')
  if (value === 'on' || value === 'off') return { stops: value }
  return { stops: 'off', problem: 'the switch for stops is neither on nor off, so nothing is stopped' }
}

// The text of a policy is identified by its hash.
const NOT_TOLD = ['policy', 'announced', 'announcedAt']

/** The content of a row, as one text: an edit of an announced row makes another one. */
const computeFingerprint = (row: Item): string =>
  hashSha256(
    JSON.stringify(
      Object.entries(row)
        .filter(([name]) => !NOT_TOLD.includes(name))
        // Stryker disable next-line EqualityOperator: no two attributes have one name.
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  )

const readAnnouncedAt = (row: Item | undefined): string | undefined =>
  row !== undefined && readTextAttribute(row, 'announced') === computeFingerprint(row)
    ? readTextAttribute(row, 'announcedAt')
    : undefined

const ACCOUNT_STOPS = 'stops#'

const readAccountStops = (row: Item): AccountStops => {
  const more = {
    by: readTextAttribute(row, 'by'),
    caller: readTextAttribute(row, 'caller'),
    at: readTextAttribute(row, 'at'),
    announcedAt: readAnnouncedAt(row),
    why: readTextAttribute(row, 'why'),
  }
  return {
    stops: readTextAttribute(row, 'value') === 'on' ? 'on' : 'off',
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
  }
}

const listAccountStops = (rows: ReadonlyMap<string, Item>): Pick<LivePolicy, 'accountStops'> => {
  const own = [...rows].filter(([sk]) => sk.startsWith(ACCOUNT_STOPS))
  if (own.length === 0) return {}
  return {
    accountStops: Object.fromEntries(own.map(([sk, row]) => [sk.slice(ACCOUNT_STOPS.length), readAccountStops(row)])),
  }
}

/** The setting of operators, read consistently in one call, and validated. Throws what DynamoDB throws. */
export const readLive = async (client: DynamoDBClient, table: string): Promise<LivePolicy> => {
  const rows = await readRows(client, table)
  const current = rows.get('current')
  const stops = rows.get('stops')
  const more = {
    by: readTextAttribute(current, 'by'),
    caller: readTextAttribute(current, 'caller'),
    at: readTextAttribute(current, 'at'),
    announcedAt: readAnnouncedAt(current),
    stopsBy: readTextAttribute(stops, 'by'),
    stopsCaller: readTextAttribute(stops, 'caller'),
    stopsAt: readTextAttribute(stops, 'at'),
    stopsAnnouncedAt: readAnnouncedAt(stops),
    stopsWhy: readTextAttribute(stops, 'why'),
  }
  const [policy, killSwitch] = [readPolicy(current), readStops(stops)]
  const problem = policy.problem ?? killSwitch.problem
  return {
    ...policy,
    ...(current !== undefined && { version: readVersion(current) }),
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
    stops: killSwitch.stops,
    ...listAccountStops(rows),
    ...(stops !== undefined && more.stopsAt === undefined && { stopsUnsigned: true }),
    ...(problem !== undefined && { problem }),
  }
}

export type Writer = {
  /** Who writes, as that person says. */
  readonly by: string
  /** The writer, as AWS names them. Left out if that is not known. */
  readonly caller?: string
  readonly at: Date
  /** The version that the writer has read (0: none): only that one is overwritten. Left out: any. */
  readonly seen?: number
  /** The changes, in lines, for the history. */
  readonly changes?: readonly string[]
}

/** The policy that was written, or a reset without one. */
export type PolicyWriting = Writer & { readonly policy?: Policy }
export type StopsWriting = Omit<Writer, 'seen' | 'changes'> & {
  readonly value: 'on' | 'off'
  readonly why: string
  /** Left out: the switch of the whole stack. */
  readonly accountId?: string
}

const computeSignature = ({ by, caller, at }: Pick<Writer, 'by' | 'caller' | 'at'>): Item => ({
  by: { S: by },
  ...(caller !== undefined && { caller: { S: caller } }),
  at: { S: at.toISOString() },
})

const createRow = (sk: string, more: Item): Item => ({ pk: PK, sk: { S: sk }, ...more })

const readContent = ({ policy, ...writer }: PolicyWriting, version: number): Item => {
  const text = policy && JSON.stringify(policy)
  return {
    ...(text !== undefined && { policy: { S: text }, sha256: { S: hashSha256(text) } }),
    ...computeSignature(writer),
    version: { N: String(version) },
  }
}

const buildStopsRow = ({ value, why, accountId, ...writer }: StopsWriting): Item =>
  createRow(accountId === undefined ? 'stops' : `${ACCOUNT_STOPS}${accountId}`, {
    value: { S: value },
    why: { S: why },
    ...computeSignature(writer),
  })

const writeCurrent = async (client: DynamoDBClient, table: string, writing: PolicyWriting): Promise<number> => {
  const before = writing.seen ?? readVersion((await readRows(client, table)).get('current'))
  const version = before + 1
  const content = readContent(writing, version)
  const unchanged = {
    ConditionExpression: before === 0 ? 'attribute_not_exists(#version)' : '#version = :before',
    ExpressionAttributeNames: { '#version': 'version' },
    ...(before > 0 && { ExpressionAttributeValues: { ':before': { N: String(before) } } }),
  }
  const past = readPastRow({ ...writing, what: writing.policy === undefined ? 'reset' : 'applied', version })
  const outcome = await transactAgainWith(client)({
    TransactItems: [
      { Put: { TableName: table, Item: createRow('current', content), ...unchanged } },
      { Put: { TableName: table, Item: createRow(`v#${version}`, content) } },
      { Put: { TableName: table, Item: past } },
    ],
  })
  if (outcome.written) return version
  if (!outcome.reasons.some(isRefused)) throw outcome.error
  throw new UserError(
    'policy: somebody else has changed it meanwhile; read it (virtguard policy show), then apply again',
  )
}

/**
 * Applies a policy, and stores it as a version of its own. Returns the version. Throws UserError if somebody else has
 * written meanwhile, else what DynamoDB throws.
 */
export const writePolicy = (
  client: DynamoDBClient,
  table: string,
  writing: PolicyWriting & { readonly policy: Policy },
): Promise<number> => writeCurrent(client, table, writing)

/** Goes back to the policy that was deployed. Returns the version that says so. Throws like `writePolicy`. */
export const clearPolicy = (client: DynamoDBClient, table: string, writer: Writer): Promise<number> =>
  writeCurrent(client, table, writer)

/**
 * Switches the stops of the stack of this table, or of one account, on or off, and stores who, when and why. Throws what DynamoDB throws.
 */
export const writeStops = async (client: DynamoDBClient, table: string, writing: StopsWriting): Promise<void> => {
  const { accountId } = writing
  const past = readPastRow({
    ...writing,
    what: writing.value === 'on' ? 'stops on' : 'stops off',
    ...(accountId !== undefined && { changes: [`only in account ${accountId}`] }),
  })
  const outcome = await transactAgainWith(client)({
    TransactItems: [
      { Put: { TableName: table, Item: buildStopsRow(writing) } },
      { Put: { TableName: table, Item: past } },
    ],
  })
  if (!outcome.written) throw outcome.error
}

/** Writes a row again with the time of its announcement, unless somebody else has written it meanwhile. */
const markAnnounced = async (
  client: DynamoDBClient,
  { table, row, at }: { readonly table: string; readonly row: Item; readonly at: Date },
): Promise<void> => {
  const own = ['at', 'by'] as const
  const command = new PutItemCommand({
    TableName: table,
    Item: { ...row, announced: { S: computeFingerprint(row) }, announcedAt: { S: at.toISOString() } },
    ConditionExpression: own.map(name => `#${name} = :${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(own.map(name => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(own.map(name => [`:${name}`, row[name] ?? { NULL: true }])),
  })
  try {
    await repeatWrite(() => client.send(command))
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

/** Records that the policy of this version was announced to operations. Throws what DynamoDB throws. */
export const markPolicyAnnounced = (
  client: DynamoDBClient,
  table: string,
  { version, announcedAt, ...writing }: PolicyWriting & { readonly version: number; readonly announcedAt: Date },
): Promise<void> =>
  markAnnounced(client, { table, row: createRow('current', readContent(writing, version)), at: announcedAt })

/** Records that this setting of the switch was announced to operations. Throws what DynamoDB throws. */
export const markStopsAnnounced = (
  client: DynamoDBClient,
  table: string,
  { announcedAt, ...writing }: StopsWriting & { readonly announcedAt: Date },
): Promise<void> => markAnnounced(client, { table, row: buildStopsRow(writing), at: announcedAt })
