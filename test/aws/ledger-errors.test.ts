import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { reserveStop } from '../../shared/aws/ledger/budget.ts'
import {
  buildRefusalItem,
  forgetRefusals,
  listPendingRefusals,
  reserveDigestTime,
} from '../../shared/aws/ledger/digest.ts'
import { releaseClaim } from '../../shared/aws/ledger/release.ts'
import { resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { beginSweep, claimNotice } from '../../shared/aws/ledger/sweep-ledger.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { PLACE } from '../support/findings.ts'
import { aLedger, at, deferred } from '../support/stories.ts'

const client = new DynamoDBClient({ region: 'us-east-1' })
const mock = mockClient(client)
const ledger = { client, table: 'ledger' }
const now = at(900)
const BY = { ...PLACE, claimant: 'message-1', now }
const STOP = { accountId: PLACE.accountId, budget: { stops: 1, perSeconds: 600 }, stopId: 'us-east-1/i-1@t', now }

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(Object.assign(new Error('no rights'), { name: 'AccessDeniedException' }))
})

describe('a refusal by DynamoDB for another reason than the row', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a stop is not taken from the budget', () => reserveStop(ledger, STOP)],
    ['a digest has no time', () => reserveDigestTime(ledger, PLACE, now)],
    ['a refusal is not forgotten', () => forgetRefusals(ledger, [{ row: { pk: 'a', sk: 'b' }, settledBy: 'm' }])],
    ['a sweep has not begun', () => beginSweep(ledger, BY)],
    ['a notice is not ours', () => claimNotice(ledger, { ...BY, key: 'k', expires: '2026-12-01' })],
  ])('is thrown, so that %s, and the message is delivered again', async (_, work) => {
    mock.on(GetItemCommand).resolves({})
    await expect(work()).rejects.toThrow('no rights')
  })
})

describe('the stop budget of an account', () => {
  test('says when the next stop is free if it is spent, unless it is zero', async () => {
    const world = aLedger()
    expect(await reserveStop(world.ledger, STOP)).toEqual({ taken: true })
    const refused = await reserveStop(world.ledger, { ...STOP, stopId: 'another' })
    expect(refused).toEqual({ taken: false, until: expect.any(Date) })
    const none = await reserveStop(world.ledger, { ...STOP, budget: { stops: 0, perSeconds: 60 }, stopId: 'third' })
    expect(none).toEqual({ taken: false })
    expect(none).not.toHaveProperty('until')
  })
})

describe('the refusals that wait for a digest', () => {
  const refuse = async (world: ReturnType<typeof aLedger>) =>
    resolveRow(world.ledger, await deferred(world), {
      to: 'REFUSED',
      because: { code: 'POLICY_INVALID' },
      inDigest: 'yes',
      claimant: 'message-2',
      now: at(960),
    })

  test('are those of the region alone, without the row that holds the time of the digest', async () => {
    const world = aLedger()
    await refuse(world)
    await reserveDigestTime(world.ledger, PLACE, now)
    expect(await listPendingRefusals(world.ledger, PLACE)).toHaveLength(1)
    expect(await listPendingRefusals(world.ledger, { ...PLACE, accountId: '210987654321' })).toEqual([])
  })

  test('of two rows have different keys, whatever their names are', () => {
    const places = [
      ['123456789012#us-east-1#i-1', '2-rule'],
      ['123456789012#us-east-1#i-12', '-rule'],
      ['123456789012#us-east-1#i#12', '-rule'],
      ['123456789012#us-east-#i-1', '2-rule'],
    ].map(([pk = '', sk = '']) => {
      const { pk: at, sk: by } = buildRefusalItem({ pk, sk }, 'message-1')
      return `${at?.S} | ${by?.S}`
    })
    expect(new Set(places).size).toBe(4)
  })

  test('do not include other rows of the table', async () => {
    const world = aLedger()
    await refuse(world)
    const pk = { S: `${PLACE.accountId}#${PLACE.region}#digest` }
    for (const more of [{ rowPk: { S: 'a' } }, { rowSk: { S: 'b' } }] as const) {
      const sk = Object.keys(more).join()
      world.items.set(`${pk.S} | ${sk}`, { pk, sk: { S: sk }, ...more })
    }
    expect(await listPendingRefusals(world.ledger, PLACE)).toHaveLength(1)
    world.items.set(`${pk.S} | c`, { pk, sk: { S: 'c' }, rowPk: { S: 'a' }, rowSk: { S: 'b' } })
    expect(await listPendingRefusals(world.ledger, PLACE)).toContainEqual({ row: { pk: 'a', sk: 'b' }, settledBy: '' })
  })

  test('of two regions have each a digest of their own', async () => {
    const world = aLedger()
    await reserveDigestTime(world.ledger, PLACE, at(0))
    expect(await reserveDigestTime(world.ledger, { ...PLACE, region: 'eu-west-1' }, at(60))).toEqual(at(180))
    expect(await reserveDigestTime(world.ledger, { ...PLACE, accountId: '210987654321' }, at(60))).toEqual(at(180))
    expect([...world.items.keys()].map(key => key.split(' | ')[1])).toEqual(['#due', '#due', '#due'])
  })

  test('have a digest in two minutes if DynamoDB does not return the time of the present one', async () => {
    mock
      .on(UpdateItemCommand)
      .rejects(new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' }))
    expect(await reserveDigestTime(ledger, PLACE, at(0))).toEqual(at(120))
  })

  test('are all deleted, however many there are', async () => {
    const world = aLedger()
    await refuse(world)
    const [refusal] = await listPendingRefusals(world.ledger, PLACE)
    if (refusal === undefined) throw new Error('no refusal')
    const others = Array.from({ length: 60 }, (_, nth) => ({ ...refusal, row: { ...refusal.row, sk: `rule-${nth}` } }))
    await forgetRefusals(world.ledger, [...others, refusal].slice(10))
    expect(await listPendingRefusals(world.ledger, PLACE)).toEqual([])
  })
})

describe('a batch of writes', () => {
  const rows = Array.from({ length: 60 }, (_, nth) => ({ pk: '1#us-east-1#i', sk: `rule-${nth}` }))

  test.each<[string, (table: typeof ledger) => Promise<void>]>([
    ['that give claims back', table => releaseClaim(table, rows, 'message-1')],
    [
      'that forget refusals',
      table =>
        forgetRefusals(
          table,
          rows.map(row => ({ row, settledBy: 'message-1' })),
        ),
    ],
  ])('%s has at most 25 at a time', async (_, work) => {
    let open = 0
    let most = 0
    let all = 0
    const dynamo = inMemoryDynamo().client(async call => {
      open += 1
      all += 1
      most = Math.max(most, open)
      await new Promise(resolve => setImmediate(resolve))
      open -= 1
      return call()
    })
    await work({ client: dynamo, table: 'ledger' })
    expect([all, most]).toEqual([60, 25])
  })
})
