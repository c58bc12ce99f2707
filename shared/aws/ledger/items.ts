import type { AttributeValue, DynamoDBClient, Update } from '@aws-sdk/client-dynamodb'
import type { Condition } from '../../ledger/condition.ts'
import { type Past, type Row, type RowKey, STATES, type State, toEpochSeconds } from '../../ledger/row.ts'
import { parseReasonWords } from '../../reasons/earlier-words.ts'
import { readReason } from '../../reasons/reason.ts'

/** A table, and how to reach it. */
export type Table = { readonly client: DynamoDBClient; readonly table: string }

export type Item = Record<string, AttributeValue>
type Value = string | number | readonly Past[] | AttributeValue

const attribute = (value: Value): AttributeValue => {
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'string') return { S: value }
  return 'length' in value ? { L: value.map(buildPastAttribute) } : value
}

// The size limit of an item of DynamoDB stays far away: this is some 20 kB.
const TEXT_LENGTH = 300

const shortenText = (text: string): string => text.slice(0, TEXT_LENGTH)

const encodeArgs = (args: object): string =>
  JSON.stringify(args, (_, value: unknown) => (typeof value === 'string' ? shortenText(value) : value))

const buildPastAttribute = ({ state, at, why, code, args }: Past): AttributeValue => ({
  M: {
    state: { S: state },
    at: { S: at },
    why: { S: shortenText(why) },
    ...(code !== undefined && { code: { S: code } }),
    ...(args !== undefined && { args: { S: encodeArgs(args) } }),
  },
})

/** Plain values as DynamoDB takes them. */
export const toItem = (values: Readonly<Record<string, Value | undefined>>): Item => {
  const item: Item = {}
  for (const [name, value] of Object.entries(values)) if (value !== undefined) item[name] = attribute(value)
  return item
}

export const toKeyItem = ({ pk, sk }: RowKey): Item => toItem({ pk, sk })

/** A change of one row. `past` is added to its history. */
export type Change = {
  readonly key: RowKey
  readonly set: Readonly<Record<string, Value>>
  readonly remove?: readonly string[]
  readonly past?: Past
  readonly condition: Condition
}

const collectNamesIn = (...expressions: readonly string[]): Record<string, string> => {
  const names: Record<string, string> = {}
  for (const expression of expressions) for (const [name] of expression.matchAll(/#\w+/g)) names[name] = name.slice(1)
  return names
}

/** The same for UpdateItem and for one item of a transaction. A refused condition brings the row as it is. */
export const updateOf = (table: string, { key, set, remove = [], past, condition }: Change): Update => {
  const sets = Object.keys(set).map(name => `#${name} = :set_${name}`)
  if (past !== undefined) sets.push('#history = list_append(if_not_exists(#history, :none), :past)')
  const removes = remove.length === 0 ? '' : ` REMOVE ${remove.map(name => `#${name}`).join(', ')}`
  const UpdateExpression = `SET ${sets.join(', ')}${removes}`
  return {
    TableName: table,
    Key: toKeyItem(key),
    UpdateExpression,
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: collectNamesIn(UpdateExpression, condition.expression),
    ExpressionAttributeValues: toItem({
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:set_${name}`, value])),
      ...(past !== undefined && { ':none': [], ':past': [past] }),
      ...condition.values,
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

const parseState = (text: string | undefined): State | undefined => STATES.find(state => state === text)

const STATUSES = ['PASSED', 'FAILED', 'UNKNOWN'] as const

const readHistory = (value: AttributeValue | undefined): readonly Past[] =>
  // Stryker disable next-line ArrayDeclaration: what has no state is passed over.
  (value?.L ?? []).flatMap(({ M = {} }) => {
    const state = parseState(M['state']?.S)
    if (state === undefined) return []
    const [at = '', why = '', code] = [M['at']?.S, M['why']?.S, M['code']?.S]
    // A finding of a claim has no reason of ours.
    const earlier = state === 'NEW' ? {} : parseReasonWords(why)
    return [{ state, at, why, ...(code === undefined ? earlier : readReason(code, M['args']?.S)) }]
  })

const readOptional = (
  item: Item,
): Pick<Row, 'alertedAt' | 'untold' | 'inDigest' | 'stopAt' | 'stopRequestedAt' | 'claimedWith'> => {
  const pending = parseState(item['untold']?.S)
  const claimedWith = item['claimedWith']?.S
  const [alertedAt, stopAt, stopRequestedAt] = [item['alertedAt']?.S, item['stopAt']?.S, item['stopRequestedAt']?.S]
  return {
    ...(alertedAt !== undefined && { alertedAt }),
    ...(pending !== undefined && { untold: pending }),
    ...(item['inDigest'] !== undefined && { inDigest: 'yes' }),
    ...(stopAt !== undefined && { stopAt }),
    ...(stopRequestedAt !== undefined && { stopRequestedAt }),
    ...(claimedWith !== undefined && { claimedWith }),
  }
}

/** A row that was read. One of the first version gets the attributes that it lacks from the others. */
export const readRow = (item: Item): Row => {
  const readTextAttribute = (name: string): string => item[name]?.S ?? ''
  const state = parseState(readTextAttribute('state'))
  const status = STATUSES.find(one => one === readTextAttribute('status'))
  if (state === undefined || status === undefined)
    throw new Error(`the ledger's row ${readTextAttribute('pk')} ${readTextAttribute('sk')} has no state or no status`)
  const writtenAt = readTextAttribute('writtenAt')
  return {
    pk: readTextAttribute('pk'),
    sk: readTextAttribute('sk'),
    state,
    status,
    severity: readTextAttribute('severity'),
    decision: readTextAttribute('decision'),
    accountId: readTextAttribute('accountId') || (readTextAttribute('pk').split('#')[0] ?? ''),
    claimant: readTextAttribute('claimant'),
    launchId: readTextAttribute('launchId'),
    leaseUntil: Number(item['leaseUntil']?.N ?? 0),
    writtenAt,
    changedAt: Number(item['changedAt']?.N ?? toEpochSeconds(new Date(writtenAt))),
    expiresAt: Number(item['expiresAt']?.N ?? 0),
    finding: readTextAttribute('finding'),
    history: readHistory(item['history']),
    ...readOptional(item),
  }
}
