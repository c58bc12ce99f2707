import { randomUUID } from 'node:crypto'
import type { AttributeValue, CancellationReason } from '@aws-sdk/client-dynamodb'
import type { Transact, Transacted } from '../ledger/repeat-transact.ts'
import type { Answer, Poster } from './post.ts'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const parseJson = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

/** The kinds that the ledger has: texts, numbers, lists, maps. Throws at any other, which is for the SDK to read. */
const attributeOf = (value: unknown): AttributeValue => {
  const [[kind, content] = [], ...more] = isObject(value) ? Object.entries(value) : []
  if (more.length === 0) {
    if (kind === 'S' && typeof content === 'string') return { S: content }
    if (kind === 'N' && typeof content === 'string') return { N: content }
    if (kind === 'L' && Array.isArray(content)) return { L: content.map(attributeOf) }
    if (kind === 'M' && isObject(content)) return { M: readItem(content) }
  }
  throw new Error(`an attribute of the kind ${kind}`)
}

const readItem = (item: Json): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]))

const readReason = (value: unknown): CancellationReason => {
  if (!isObject(value) || typeof value['Code'] !== 'string') throw new Error('a reason without a code')
  const { Code, Item } = value
  return isObject(Item) ? { Code, Item: readItem(Item) } : { Code }
}

/** Only what is beyond doubt; throws at everything else. */
const interpretTransaction = ({ status, body }: Answer): Transacted => {
  if (status === 200) return { written: true }
  const { __type: type, CancellationReasons: reasons, Message, message = Message } = parseJson(body)
  const isCancelled = status === 400 && String(type).endsWith('#TransactionCanceledException')
  if (!isCancelled || !Array.isArray(reasons)) throw new Error(`DynamoDB answered ${status} ${type ?? ''}`)
  const error = new Error(String(message))
  error.name = 'TransactionCanceledException'
  return { written: false, reasons: reasons.map(readReason), error }
}

export type Elsewhere = {
  /** Writes if one try was not enough. */
  readonly sdk: Transact
  /** Called with the reason. */
  readonly onFailure: (why: string) => void
}

/**
 * Writes a transaction in one try, and leaves everything but a plain answer to the SDK, which repeats it under the same
 * token: DynamoDB writes once what it gets twice (API reference, TransactWriteItems, ClientRequestToken). `onSent` is
 * called when the request was sent.
 */
export const createDirectTransact =
  ({ post }: Poster, { sdk, onFailure }: Elsewhere, onSent?: () => void): Transact =>
  async asked => {
    const input = { ClientRequestToken: randomUUID(), ...asked }
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.TransactWriteItems',
    }
    try {
      return interpretTransaction(await post({ headers, body: JSON.stringify(input) }, onSent))
    } catch (error) {
      onFailure(String(error))
      return sdk(input)
    }
  }
