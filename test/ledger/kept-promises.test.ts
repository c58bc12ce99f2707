import { describe, expect, test } from '@jest/globals'
import { stopLedger } from '../../functions/enforce/stop-ledger.ts'
import { readThread } from '../../shared/aws/channels/threads.ts'
import { reserveStop } from '../../shared/aws/ledger/budget.ts'
import { listPendingRefusals } from '../../shared/aws/ledger/digest.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { recordStopIntent, resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { queryRows, queryRowsAt } from '../../shared/aws/ledger/rows.ts'
import { beginSweep, renewRow, resolveBySweep } from '../../shared/aws/ledger/sweep-ledger.ts'
import { chunkIntoTransactions } from '../../shared/ledger/claim.ts'
import { isOverdue } from '../../shared/ledger/overdue.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { conflict } from '../support/cloud/dynamodb-errors.ts'
import { aFinding, instanceIds, PLACE } from '../support/findings.ts'
import { aLedger, at, deferred, ID, inState, keyOf } from '../support/stories.ts'

const DAY = 86_400

test('a row is kept for 90 days, and for as long again if a sweep sees that it is still true', async () => {
  const world = aLedger()
  const row = await inState(world, 'ALERTED')
  expect(row.expiresAt * 1000).toBe(at(90 * DAY).getTime() - (at(0).getTime() % 1000))
  await renewRow(world.ledger, row, at(50 * DAY))
  expect((await world.row()).expiresAt).toBe(row.expiresAt + 50 * DAY)
})

test('the claim of rows has one order, whatever order they come in', () => {
  const rows = instanceIds(250).map(id => ({ pk: `123456789012#us-east-1#${id}`, sk: 'paravirtual-instance' }))
  const orders = [rows, rows.toReversed(), [...rows.slice(100), ...rows.slice(0, 100)]].map(chunkIntoTransactions)
  expect(orders[1]).toEqual(orders[0])
  expect(orders[2]).toEqual(orders[0])
  expect(orders[0]?.map(({ length }) => length)).toEqual([100, 100, 50])
})

describe('an overdue promise', () => {
  const promise = { state: 'DEFERRED', stopAt: at(900).toISOString() } as const

  test('is one that was due an hour ago without an outcome, and not a moment earlier', () => {
    expect(isOverdue(promise, at(900 + 3_600))).toBe(false)
    expect(isOverdue(promise, at(900 + 3_601))).toBe(true)
  })

  test('is counted from the last time that EC2 was asked', () => {
    const asked = { ...promise, stopRequestedAt: at(1_800).toISOString() }
    expect(isOverdue(asked, at(900 + 3_601))).toBe(false)
    expect(isOverdue(asked, at(1_800 + 3_601))).toBe(true)
  })

  test.each(['REFUSED', 'ALERTED', 'STOPPED'] as const)(
    'is not one that is %s, because its outcome was alerted',
    state => {
      expect(isOverdue({ ...promise, state }, at(100_000))).toBe(false)
    },
  )
})

test('a finding whose promise ended without a call of EC2 counts as recurred from a few seconds before, as EC2 answers late', async () => {
  const world = aLedger()
  await resolveRow(world.ledger, await deferred(world), { to: 'RESOLVED', because: { code: 'RULE_PASSES' }, ...BY })
  expect((await world.row()).changedAt).toBe(Math.floor(at(955).getTime() / 1000))
})

const BY = { claimant: 'message-2', now: at(960) }

describe('if others write a row at the same moment again and again', () => {
  const busy = () => {
    const world = aLedger()
    const client = world.client(async (call, name) => {
      if (name === 'TransactWriteItemsCommand' && isBusy) throw conflict(name)
      return call()
    })
    let isBusy = false
    return {
      ...world,
      busy: { client, table: 'ledger' },
      makeBusy: () => {
        isBusy = true
      },
    }
  }

  test('the intent to stop is not written over a row that has changed, and the message is delivered again', async () => {
    const world = busy()
    const row = await deferred(world)
    world.makeBusy()
    await expect(recordStopIntent(world.busy, [row], at(900))).rejects.toThrow('cancelled')
  })

  test('a refusal for the digest is not written over a row that has changed', async () => {
    const world = busy()
    const row = await deferred(world)
    world.makeBusy()
    const scheduled = { to: 'REFUSED', because: { code: 'RULE_OFF' }, inDigest: 'yes', ...BY } as const
    await expect(resolveRow(world.busy, row, scheduled)).rejects.toThrow('cancelled')
  })
})

describe('a sweep that is asked for after a launch', () => {
  const launched = at(0).toISOString()
  const other = { ...PLACE, region: 'eu-west-1' }

  test('is omitted if one has begun in the region since, and only there', async () => {
    const { ledger } = aLedger()
    await beginSweep(ledger, { ...PLACE, claimant: 'daily', now: at(600) })
    expect(await beginSweep(ledger, { ...PLACE, ...BY, launchedUntil: launched })).toBe(false)
    expect(await beginSweep(ledger, { ...other, ...BY, launchedUntil: launched })).toBe(true)
  })

  test('is begun if the last one is from before', async () => {
    const { ledger } = aLedger()
    await beginSweep(ledger, { ...PLACE, claimant: 'daily', now: at(-600) })
    expect(await beginSweep(ledger, { ...PLACE, ...BY, launchedUntil: launched })).toBe(true)
  })
})

test('a pending outcome is left to the delivery that wrote it for as long as the lease lasts', async () => {
  const world = aLedger()
  const row = await inState(world, 'ALERTED')
  await resolveBySweep(world.ledger, row, { ...BY, because: { code: 'DELETED' }, quiet: false })
  expect((await world.row()).leaseUntil).toBe(Math.floor(at(960 + 150).getTime() / 1000))
  const quiet = aLedger()
  await resolveBySweep(quiet.ledger, await inState(quiet, 'ALERTED'), {
    ...BY,
    because: { code: 'DELETED' },
    quiet: true,
  })
  expect(await quiet.row()).toMatchObject({ state: 'RESOLVED', leaseUntil: 0 })
  expect(await quiet.row()).not.toHaveProperty('untold')
})

test('two digests of one region at different times, and of two regions at one time, have schedules of their own', () => {
  const digest = { kind: 'digest', ...PLACE } as const
  const names = [
    scheduleName(digest, at(0)),
    scheduleName(digest, at(120)),
    scheduleName({ ...digest, region: 'eu-west-1' }, at(0)),
  ]
  expect(new Set(names).size).toBe(3)
  expect(scheduleName(digest, at(0))).toBe(names[0])
})

describe('a claim that is given back', () => {
  const isFree = async (world: ReturnType<typeof aLedger>) => (await world.row()).leaseUntil === 0

  test('by Evaluate is free for the next delivery', async () => {
    const world = aLedger()
    const claim = { claimant: 'message-1', launchId: 'r-1', now: at(0) }
    await (await claimFindings([aFinding()], world.ledger, claim)).release()
    expect(await isFree(world)).toBe(true)
  })

  test('by Enforce is free, too', async () => {
    const world = aLedger()
    await world.claim([aFinding()], 'message-1', 0)
    await stopLedger(world.ledger).release([keyOf(aFinding())], 'message-1')
    expect(await isFree(world)).toBe(true)
  })

  test('is not taken from a delivery that has it by now', async () => {
    const world = aLedger()
    await world.claim([aFinding()], 'message-1', 0)
    await stopLedger(world.ledger).release([keyOf(aFinding())], 'message-0')
    expect(await isFree(world)).toBe(false)
  })
})

/** Requests that a client was sent, by the name of the call. */
const requestsOf = async (read: (ledger: { client: never; table: string }) => Promise<unknown>): Promise<unknown[]> => {
  const sent: unknown[] = []
  const client = {
    send: async ({ input }: { input: unknown }) => {
      sent.push(input)
      return {}
    },
  }
  await read({ client: client as never, table: 'ledger' })
  return sent
}

describe('a decision reads the last write', () => {
  const where = { ...PLACE, resourceId: ID }
  const budget = { stops: 1, perSeconds: 600 }

  test.each<[string, Parameters<typeof requestsOf>[0]]>([
    ['the live policy and the switch', ({ client, table }) => readLive(client, table)],
    ['the rows of an instance', ledger => queryRows(ledger, where)],
    ['the refusals that wait for a digest', ledger => listPendingRefusals(ledger, PLACE)],
    ['the thread of a resource', ledger => readThread({ ...ledger, channel: 'ops' }, ID)],
    ['the budget', ledger => reserveStop(ledger, { accountId: PLACE.accountId, budget, stopId: 'i-1', now: at(0) })],
  ])('of %s', async (_, read) => {
    const [first] = await requestsOf(read)
    expect(first).toMatchObject({ ConsistentRead: true })
  })

  test('of the rows of many findings', async () => {
    const [first] = await requestsOf(ledger => queryRowsAt(ledger, [{ ...where, rule: 'xen-hypervisor' }]))
    expect(first).toMatchObject({ RequestItems: { ledger: { ConsistentRead: true } } })
  })
})
