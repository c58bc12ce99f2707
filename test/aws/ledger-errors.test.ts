import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { takeStop } from '../../shared/aws/ledger/budget.ts'
import { digestDue, forgetRefusals, untoldRefusals } from '../../shared/aws/ledger/digest.ts'
import { settle } from '../../shared/aws/ledger/settle.ts'
import { beginSweep, claimNotice } from '../../shared/aws/ledger/sweep-ledger.ts'
import { PLACE } from '../support/findings.ts'
import { aLedger, at, deferred } from '../support/stories.ts'

const client = new DynamoDBClient({ region: 'us-east-1' })
const mock = mockClient(client)
const ledger = { client, table: 'ledger' }
const now = at(900)
const BY = { ...PLACE, claimant: 'message-1', now }
const STOP = { accountId: PLACE.accountId, budget: { stops: 1, perSeconds: 600 }, token: 'us-east-1/i-1@t', now }

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(Object.assign(new Error('no rights'), { name: 'AccessDeniedException' }))
})

describe('what DynamoDB refuses for other reasons than the row is no answer about the row', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a stop is not taken from the budget', () => takeStop(ledger, STOP)],
    ['a digest has no time', () => digestDue(ledger, PLACE, now)],
    ['a refusal is not forgotten', () => forgetRefusals(ledger, [{ row: { pk: 'a', sk: 'b' }, settledBy: 'm' }])],
    ['a sweep has not begun', () => beginSweep(ledger, BY)],
    ['a notice is not ours', () => claimNotice(ledger, { ...BY, key: 'k', expires: '2026-12-01' })],
  ])('so %s, and the message comes again', async (_, work) => {
    mock.on(GetItemCommand).resolves({})
    await expect(work()).rejects.toThrow('no rights')
  })
})

describe('the budget of an account', () => {
  test('that is spent says when the next stop is free, and one that has none does not', async () => {
    const world = aLedger()
    expect(await takeStop(world.ledger, STOP)).toEqual({ taken: true })
    const refused = await takeStop(world.ledger, { ...STOP, token: 'another' })
    expect(refused).toEqual({ taken: false, until: expect.any(Date) })
    const none = await takeStop(world.ledger, { ...STOP, budget: { stops: 0, perSeconds: 60 }, token: 'third' })
    expect(none).toEqual({ taken: false })
    expect(none).not.toHaveProperty('until')
  })
})

describe('the refusals that wait for a digest', () => {
  const refuse = async (world: ReturnType<typeof aLedger>) =>
    settle(world.ledger, await deferred(world), {
      to: 'REFUSED',
      because: { code: 'POLICY_INVALID' },
      inDigest: 'yes',
      claimant: 'message-2',
      now: at(960),
    })

  test('are those of the region alone, and not the time at which the digest is due', async () => {
    const world = aLedger()
    await refuse(world)
    await digestDue(world.ledger, PLACE, now)
    expect(await untoldRefusals(world.ledger, PLACE)).toHaveLength(1)
    expect(await untoldRefusals(world.ledger, { ...PLACE, accountId: '210987654321' })).toEqual([])
  })

  test('are forgotten all, however many there are', async () => {
    const world = aLedger()
    await refuse(world)
    const [refusal] = await untoldRefusals(world.ledger, PLACE)
    if (refusal === undefined) throw new Error('no refusal')
    const others = Array.from({ length: 60 }, (_, nth) => ({ ...refusal, row: { ...refusal.row, sk: `rule-${nth}` } }))
    await forgetRefusals(world.ledger, [...others, refusal].slice(10))
    expect(await untoldRefusals(world.ledger, PLACE)).toEqual([])
  })
})
