/**
 * DynamoDB in memory, as far as virtguard uses it. It evaluates the expressions that are really sent, so that a proof
 * with it is a proof of them. It refuses what DynamoDB refuses as invalid (a name or a value that is not used, or not
 * given).
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import { holds, type Names, remembered, type Values, valuesUsed } from './condition-expression.ts'
import { changed } from './update-expression.ts'

export type Item = Record<string, AttributeValue>

type Request = {
  readonly Key?: Item
  readonly Item?: Item
  readonly ConditionExpression?: string
  readonly UpdateExpression?: string
  readonly KeyConditionExpression?: string
  readonly IndexName?: string
  readonly ScanIndexForward?: boolean
  readonly Limit?: number
  readonly ExclusiveStartKey?: Item
  readonly ReturnValues?: string
  readonly ReturnValuesOnConditionCheckFailure?: string
  readonly ExpressionAttributeNames?: Names
  readonly ExpressionAttributeValues?: Values
}
type Write = { readonly Put?: Request; readonly Update?: Request; readonly Delete?: Request }
type Command = {
  readonly constructor: { readonly name: string }
  readonly input: Request & {
    TransactItems?: Write[]
    ClientRequestToken?: string
    RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>
  }
}

const keyOf = (item: Item | undefined): string => `${item?.['pk']?.S} | ${item?.['sk']?.S}`

const checkNames = (request: Request): void => {
  const { ConditionExpression = '', UpdateExpression = '', KeyConditionExpression = '' } = request
  const text = `${ConditionExpression} ${UpdateExpression} ${KeyConditionExpression}`
  const used = valuesUsed(text)
  const given = [
    ...Object.keys(request.ExpressionAttributeNames ?? {}),
    ...Object.keys(request.ExpressionAttributeValues ?? {}),
  ]
  const wrong = [...given.filter(name => !used.includes(name)), ...used.filter(name => !given.includes(name))]
  if (wrong.length > 0) throw new Error(`ValidationException: ${wrong.join(', ')} not used, or not given, in ${text}`)
  if (request.ExpressionAttributeValues !== undefined && given.length === 0)
    throw new Error('ValidationException: empty')
  if (Object.values(request.ExpressionAttributeNames ?? {}).includes(''))
    throw new Error(`ValidationException: a name is empty in ${text}`)
}

/** Whether an attribute names its type, at every depth. */
const isWhole = ({ L, M, ...other }: AttributeValue): boolean => {
  if (L !== undefined) return L.every(isWhole)
  if (M !== undefined) return Object.values(M).every(isWhole)
  return Object.values(other).some(value => value !== undefined)
}

const checkWrite = (request: Request): void => {
  checkNames(request)
  const { pk, sk } = request.Item ?? request.Key ?? {}
  if (!pk?.S || !sk?.S) throw new Error('ValidationException: a part of the key is empty')
  const values = Object.entries({ ...request.Item, ...request.ExpressionAttributeValues })
  const empty = values.find(([, value]) => !isWhole(value))
  if (empty !== undefined) throw new Error(`ValidationException: ${empty[0]} has an empty value`)
}

const copied = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, copy(value)]))

// A value other than a text, a number or a list is rare.
const copy = (value: AttributeValue): AttributeValue => {
  if (value.S !== undefined) return { S: value.S }
  return value.N !== undefined ? { N: value.N } : structuredClone(value)
}

/** The attribute of the partition, with its value, and the limits of the sort key. */
const keyRange = remembered(expression => ({
  partition: /^([#\w]+) = (:\w+)/.exec(expression) ?? [],
  sort: /AND (?:begins_with\(sk, (:\w+)\)|sk BETWEEN (:\w+) AND (:\w+))$/.exec(expression) ?? [],
}))

/** Passes over most of a large table before the condition is looked at; the condition decides. */
const inRange = ({ KeyConditionExpression = '', ExpressionAttributeValues: values = {} }: Request) => {
  const { partition, sort } = keyRange(KeyConditionExpression)
  const [name = '', ofPartition, start, first, last] = [
    partition[1],
    ...[partition[2], ...sort.slice(1)].map(placeholder => values[placeholder ?? '']?.S),
  ]
  const isThere = (item: Item): boolean => name.startsWith('#') || item[name]?.S === ofPartition
  return (item: Item): boolean => {
    if (!isThere(item)) return false
    const sk = item['sk']?.S ?? ''
    if (start !== undefined) return sk.startsWith(start)
    return first === undefined || last === undefined || (sk >= first && sk <= last)
  }
}

const META = { $metadata: {}, message: 'The conditional request failed' }

export const inMemoryDynamo = () => {
  const items = new Map<string, Item>()
  let calls = 0

  const isMet = (request: Request, old: Item | undefined): boolean =>
    request.ConditionExpression === undefined ||
    holds(request.ConditionExpression, old ?? {}, {
      names: request.ExpressionAttributeNames ?? {},
      values: request.ExpressionAttributeValues ?? {},
    })

  const apply = (write: Write): Item => {
    const request = write.Put ?? write.Update ?? write.Delete ?? {}
    const key = keyOf(request.Item ?? request.Key)
    if (write.Delete !== undefined) {
      items.delete(key)
      return {}
    }
    const next =
      write.Put !== undefined
        ? copied(request.Item ?? {})
        : changed(
            request.UpdateExpression ?? '',
            { ...request.Key, ...items.get(key) },
            {
              names: request.ExpressionAttributeNames ?? {},
              values: request.ExpressionAttributeValues ?? {},
            },
          )
    items.set(key, next)
    return next
  }

  const writeOne = (write: Write): object => {
    const request = write.Put ?? write.Update ?? write.Delete ?? {}
    checkWrite(request)
    const old = items.get(keyOf(request.Item ?? request.Key))
    if (!isMet(request, old)) {
      const wanted = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && old !== undefined
      throw new ConditionalCheckFailedException({ ...META, ...(wanted && { Item: copied(old) }) })
    }
    const written = apply(write)
    return request.ReturnValues === 'ALL_NEW' ? { Attributes: copied(written) } : {}
  }

  const writeAll = (writes: readonly Write[]): object => {
    if (writes.length === 0 || writes.length > 100) throw new Error('ValidationException: 1 to 100 writes')
    const requests = writes.map(write => write.Put ?? write.Update ?? write.Delete ?? {})
    if (new Set(requests.map(request => keyOf(request.Item ?? request.Key))).size < writes.length)
      throw new Error('ValidationException: two writes of one item')
    requests.forEach(checkWrite)
    const reasons = requests.map(request => {
      const old = items.get(keyOf(request.Item ?? request.Key))
      if (isMet(request, old)) return { Code: 'None' }
      const wanted = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && old !== undefined
      return { Code: 'ConditionalCheckFailed', ...(wanted && { Item: copied(old) }) }
    })
    if (reasons.some(({ Code }) => Code !== 'None'))
      throw new TransactionCanceledException({ ...META, CancellationReasons: reasons })
    writes.forEach(apply)
    return {}
  }

  // What was written under a token is not written again (API reference, TransactWriteItems, ClientRequestToken).
  const written = new Set<string>()
  const transact = ({ TransactItems = [], ClientRequestToken: token }: Command['input']): object => {
    if (token !== undefined && written.has(token)) return {}
    writeAll(TransactItems)
    if (token !== undefined) written.add(token)
    return {}
  }

  const query = (request: Request): object => {
    checkNames(request)
    const found = [...items.values()].filter(inRange(request)).filter(item =>
      holds(request.KeyConditionExpression ?? '', item, {
        names: request.ExpressionAttributeNames ?? {},
        values: request.ExpressionAttributeValues ?? {},
      }),
    )
    const order = request.IndexName === undefined ? 'sk' : 'writtenAt'
    const sorted = found.toSorted((a, b) => ((a[order]?.S ?? '') < (b[order]?.S ?? '') ? -1 : 1))
    const inOrder = request.ScanIndexForward === false ? sorted.toReversed() : sorted
    return pageOf(inOrder, request)
  }

  const pageOf = (sorted: readonly Item[], { Limit = sorted.length, ExclusiveStartKey }: Request): object => {
    const before = ExclusiveStartKey && sorted.findIndex(item => keyOf(item) === keyOf(ExclusiveStartKey))
    if (before === -1) throw new Error('the start key is not there')
    const start = (before ?? -1) + 1
    const page = sorted.slice(start, start + Limit)
    const { pk, sk, accountId, writtenAt } = page.at(-1) ?? {}
    const isMore = start + Limit < sorted.length
    const last = {
      ...(pk && { pk }),
      ...(sk && { sk }),
      ...(accountId && { accountId }),
      ...(writtenAt && { writtenAt }),
    }
    return { Items: page.map(copied), ...(isMore && { LastEvaluatedKey: last }) }
  }

  const get = ({ Key }: Request): { Item?: Item } => {
    const Item = items.get(keyOf(Key))
    return Item === undefined ? {} : { Item: copied(Item) }
  }

  const batchGet = ({ RequestItems = {} }: Command['input']): object => {
    const Responses = Object.entries(RequestItems).map(([table, { Keys = [] }]) => {
      if (Keys.length > 100) throw new Error('ValidationException: at most 100 keys')
      if (new Set(Keys.map(keyOf)).size < Keys.length) throw new Error('ValidationException: the same key twice')
      return [table, Keys.map(key => items.get(keyOf(key))).filter(item => item !== undefined)] as const
    })
    return { Responses: Object.fromEntries(Responses) }
  }

  const ANSWERS: Readonly<Record<string, (input: Command['input']) => object>> = {
    TransactWriteItemsCommand: transact,
    UpdateItemCommand: input => writeOne({ Update: input }),
    PutItemCommand: input => writeOne({ Put: input }),
    DeleteItemCommand: input => writeOne({ Delete: input }),
    QueryCommand: query,
    GetItemCommand: get,
    BatchGetItemCommand: batchGet,
  }

  const answer = ({ constructor: { name }, input }: Command): object => {
    calls += 1
    const write = ANSWERS[name]
    if (write === undefined) throw new Error(`unexpected call: ${name}`)
    return write(input)
  }

  type Around = (call: () => object, name: string) => Promise<object>
  /** A client; each call goes through `around`, which may delay it, lose it, or lose its answer. */
  const client = (around: Around = async call => call()) =>
    ({
      send: (command: Command) => around(() => answer(command), command.constructor.name),
    }) as unknown as DynamoDBClient

  return { items, client, calls: () => calls }
}
