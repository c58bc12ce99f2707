import {
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { reserveStop } from '../../shared/aws/ledger/budget.ts'
import { listPendingRefusals } from '../../shared/aws/ledger/digest.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { clearPolicy, readLive } from '../../shared/aws/ledger/policy-store.ts'
import { recordStopIntent, resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { listItems, queryPages, queryRows } from '../../shared/aws/ledger/rows.ts'
import { queryRowsFrom } from '../../shared/aws/ledger/sweep-ledger.ts'
import { aFinding, PLACE } from '../support/findings.ts'
import { aLedger, at, deferred } from '../support/stories.ts'

const client = new DynamoDBClient({ region: 'us-east-1' })
const mock = mockClient(client)
const ledger = { client, table: 'ledger' }

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})

const queries = () => mock.commandCalls(QueryCommand).map(({ args }) => args[0].input)

describe('a consistent read', () => {
  beforeEach(() => {
    mock.on(QueryCommand).resolves({})
  })

  test('is used for the rows of an instance', async () => {
    await queryRows(ledger, { ...PLACE, resourceId: 'i-1' })
    expect(queries()).toMatchObject([{ TableName: 'ledger', ConsistentRead: true }])
  })

  test('is used for the refusals that wait for a digest', async () => {
    await listPendingRefusals(ledger, PLACE)
    expect(queries()).toMatchObject([{ TableName: 'ledger', ConsistentRead: true }])
  })

  test('is used for the policy and the emergency stop switch', async () => {
    await readLive(client, 'ledger')
    expect(queries()).toMatchObject([{ TableName: 'ledger', ConsistentRead: true }])
  })

  test('is used for the stop budget', async () => {
    mock.on(GetItemCommand).resolves({})
    mock.on(UpdateItemCommand).resolves({})
    await reserveStop(ledger, {
      accountId: '123456789012',
      budget: { stops: 1, perSeconds: 60 },
      stopId: 't',
      now: at(0),
    })
    const [get] = mock.commandCalls(GetItemCommand)
    expect(get?.args[0].input).toMatchObject({ TableName: 'ledger', ConsistentRead: true })
  })
})

describe('a query of several pages', () => {
  const KEY = { pk: { S: 'a' }, sk: { S: 'b' } }

  test('goes on from where the last page ended, to the end', async () => {
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: [KEY], LastEvaluatedKey: KEY })
      .resolvesOnce({})
    const pages = []
    for await (const page of queryPages(ledger, { KeyConditionExpression: 'pk = :pk' })) pages.push(page)
    expect(pages).toEqual([[KEY], []])
    expect(queries().map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, KEY])
  })

  test('of an account begins with the newest claims', async () => {
    mock.on(QueryCommand).resolves({})
    for await (const _ of listItems(ledger, { accountId: '123456789012', since: at(0) }));
    expect(queries()).toMatchObject([
      {
        IndexName: 'byAccount',
        ScanIndexForward: false,
        ExpressionAttributeValues: { ':account': { S: '123456789012' }, ':since': { S: at(0).toISOString() } },
      },
    ])
  })
})

describe('a sweep that reads the rows of an account page by page', () => {
  const place = { pk: 'a', sk: 'b', writtenAt: at(0).toISOString() }
  const last = { pk: { S: place.pk }, sk: { S: place.sk }, writtenAt: { S: place.writtenAt } }

  test('reads 500 by the index, and says where the next page begins', async () => {
    mock.on(QueryCommand).resolves({ LastEvaluatedKey: last })
    expect(await queryRowsFrom(ledger, { accountId: '123456789012' })).toEqual({ rows: [], next: place })
    expect(queries()).toMatchObject([{ TableName: 'ledger', IndexName: 'byAccount', Limit: 500 }])
    expect(queries()[0]).not.toHaveProperty('ExclusiveStartKey')
  })

  test('goes on from there, and ends after the last page', async () => {
    mock.on(QueryCommand).resolves({})
    expect(await queryRowsFrom(ledger, { accountId: '123456789012', from: place })).toEqual({ rows: [] })
    expect(queries()[0]?.ExclusiveStartKey).toEqual({ accountId: { S: '123456789012' }, ...last })
  })

  test.each(['pk', 'sk', 'writtenAt'] as const)('refuses to go on from a key without its %s', async name => {
    const { [name]: _, ...rest } = last
    mock.on(QueryCommand).resolves({ LastEvaluatedKey: rest })
    expect(await queryRowsFrom(ledger, { accountId: '123456789012' })).toEqual({ rows: [] })
  })
})

/** What DynamoDB says where other writes of the same items are in the way, every time. */
const conflict = new TransactionCanceledException({
  $metadata: {},
  message: 'Transaction cancelled',
  CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
})
const PROMISED = async () => deferred(aLedger())

describe('a conflict with other writes', () => {
  beforeEach(() => {
    mock.on(TransactWriteItemsCommand).rejects(conflict)
    // Without the pauses in between.
    jest.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  test('of a stop is thrown, so that the stop is tried again and not forgotten', async () => {
    await expect(recordStopIntent(ledger, [await PROMISED()], at(900))).rejects.toThrow('Transaction cancelled')
  })

  test('of a refusal is tried again, so that the refusal does not count as alerted', async () => {
    const refusal = {
      to: 'REFUSED',
      because: { code: 'POLICY_INVALID' },
      inDigest: 'yes',
      claimant: 'm',
      now: at(960),
    } as const
    await expect(resolveRow(ledger, await PROMISED(), refusal)).rejects.toThrow('Transaction cancelled')
  })

  test('of a policy is tried again, so that nobody reads that somebody else changed it', async () => {
    const writer = { by: 'user@example.com', at: at(0), seen: 1 }
    await expect(clearPolicy(client, 'ledger', writer)).rejects.toThrow('Transaction cancelled')
  })
})

test('a claim whose alert could not be published is given back in the table', async () => {
  mock.on(TransactWriteItemsCommand).resolves({})
  mock.on(UpdateItemCommand).resolves({})
  const { release } = await claimFindings([aFinding()], ledger, { claimant: 'message-1', launchId: 'r-1', now: at(0) })
  await release()
  const [update] = mock.commandCalls(UpdateItemCommand)
  expect(update?.args[0].input).toMatchObject({
    TableName: 'ledger',
    Key: { sk: { S: 'paravirtual-instance' } },
    ExpressionAttributeValues: { ':set_leaseUntil': { N: '0' }, ':me': { S: 'message-1' } },
  })
})
