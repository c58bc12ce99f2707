import {
  DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from '@jest/globals'
import type { Answer, Message, Poster } from '../../../shared/aws/direct/post.ts'
import { createDirectTransact } from '../../../shared/aws/direct/transact.ts'
import { claimBy } from '../../../shared/aws/ledger/claim.ts'
import type { Transacted } from '../../../shared/aws/ledger/repeat-transact.ts'
import { aFinding, NOW } from '../../support/findings.ts'

const CANCELLED = 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException'
const ITEM = {
  pk: { S: '123456789012#us-east-1#i-1' },
  leaseUntil: { N: '0' },
  history: { L: [{ M: { state: { S: 'NEW' } } }] },
}

const cancelled = (reasons: unknown, more: Record<string, unknown> = {}): Answer => ({
  status: 400,
  body: JSON.stringify({ __type: CANCELLED, Message: 'Transaction cancelled', CancellationReasons: reasons, ...more }),
})

/** A service that answers so, and an SDK that says that it was asked. */
const against = (answer: Answer | Error) => {
  const messages: Message[] = []
  const bySdk: TransactWriteItemsCommandInput[] = []
  const why: string[] = []
  const post: Poster['post'] = async message => {
    messages.push(message)
    if (answer instanceof Error) throw answer
    return answer
  }
  const sdk = async (input: TransactWriteItemsCommandInput): Promise<Transacted> => {
    bySdk.push(input)
    return { written: true }
  }
  const hold = () => ({ send: () => post({ headers: {}, body: '' }), drop: () => undefined })
  const transact = createDirectTransact({ post, hold }, { sdk, onFailure: text => why.push(text) })
  return { transact, messages, bySdk, why }
}

const INPUT = { TransactItems: [{ Put: { TableName: 'ledger', Item: ITEM } }] }

describe('a transaction that is written directly', () => {
  test('equals, except for the token, what the SDK would have sent for a claim', async () => {
    const { transact, messages } = against({ status: 200, body: '{}' })
    const asked: TransactWriteItemsCommandInput[] = []
    const recording = (input: TransactWriteItemsCommandInput) => {
      asked.push(input)
      return transact(input)
    }
    await claimBy(
      [aFinding()],
      { table: 'ledger', transact: recording, release: async () => undefined },
      { claimant: 'message-1', launchId: 'r-1', now: NOW },
    )
    const sent: { headers: Record<string, string>; body: string }[] = []
    const requestHandler = {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: string | Uint8Array }) => {
        sent.push({ headers, body: typeof body === 'string' ? body : new TextDecoder().decode(body) })
        return { response: { statusCode: 200, headers: {}, body: new Blob(['{}']).stream() } }
      },
    }
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    const client = new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler })
    for (const input of asked) await client.send(new TransactWriteItemsCommand(input))
    const bodies = (all: readonly { body: string }[]) =>
      all.map(({ body }) => ({ ...JSON.parse(body), ClientRequestToken: 'any' }))
    expect(bodies(messages)).toEqual(bodies(sent))
    expect(messages).toHaveLength(1)
    for (const [name, value] of Object.entries(messages[0]?.headers ?? {})) expect(sent[0]?.headers[name]).toBe(value)
  })

  test('needs no SDK if DynamoDB accepts it', async () => {
    const { transact, bySdk, why } = against({ status: 200, body: '{}' })
    expect(await transact(INPUT)).toEqual({ written: true })
    expect([...bySdk, ...why]).toEqual([])
  })

  test('returns the reasons and the present rows if it is cancelled, as the SDK would read them', async () => {
    const answer = cancelled([{ Code: 'ConditionalCheckFailed', Message: 'failed', Item: ITEM }, { Code: 'None' }])
    const { transact, bySdk } = against(answer)
    const outcome = await transact(INPUT)
    expect(outcome).toMatchObject({
      written: false,
      reasons: [{ Code: 'ConditionalCheckFailed', Item: ITEM }, { Code: 'None' }],
      error: { name: 'TransactionCanceledException', message: 'Transaction cancelled' },
    })
    expect(bySdk).toEqual([])
    const read = new TransactionCanceledException({
      $metadata: {},
      message: 'Transaction cancelled',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: ITEM }, { Code: 'None' }],
    })
    if (!outcome.written) expect(outcome.reasons).toEqual(read.CancellationReasons)
  })

  test.each<[string, Answer | Error]>([
    ['has no answer', new Error('socket hang up')],
    ['is throttled', { status: 400, body: '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}' }],
    ['is denied', { status: 400, body: '{"__type":"com.amazon.coral.service#AccessDeniedException"}' }],
    ['meets a failure', { status: 500, body: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}' }],
    ['gets what is not JSON', { status: 503, body: '<html>' }],
    ['gets JSON that is no answer', { status: 400, body: '[]' }],
    ['is cancelled without reasons', cancelled(undefined)],
    ['is cancelled for reasons that are not to be read', cancelled([{ Code: 1 }])],
    ['finds an attribute of a kind that the ledger has not', cancelled([{ Code: 'None', Item: { b: { B: 'AA==' } } }])],
    ['finds an attribute of two kinds', cancelled([{ Code: 'None', Item: { b: { S: 'a', N: '1' } } }])],
    ['is cancelled with another status', { ...cancelled([]), status: 500 }],
  ])('is written by the SDK under the same token if it %s', async (_, answer) => {
    const { transact, messages, bySdk, why } = against(answer)
    expect(await transact(INPUT)).toEqual({ written: true })
    expect(messages).toHaveLength(1)
    const { ClientRequestToken: token } = JSON.parse(messages[0]?.body ?? '')
    expect(token).toMatch(/^[0-9a-f-]{36}$/)
    expect(bySdk).toEqual([{ ...INPUT, ClientRequestToken: token }])
    expect(why).toHaveLength(1)
  })

  test('has a token of its own each time', async () => {
    const { transact, messages } = against({ status: 200, body: '{}' })
    await transact(INPUT)
    await transact(INPUT)
    expect(new Set(messages.map(({ body }) => JSON.parse(body).ClientRequestToken)).size).toBe(2)
  })
})
