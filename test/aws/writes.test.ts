import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { claimRow, finishRow, releaseRow } from '../../shared/aws/channels/channel-row.ts'
import { closeUntil, requestSlot } from '../../shared/aws/channels/rate-limit.ts'
import { deleteRow, deleteScheduled, hold, queryScheduled } from '../../shared/aws/channels/scheduled-deliveries.ts'
import { deleteOpen, putOpen, rememberThread } from '../../shared/aws/channels/threads.ts'
import { reserveStop } from '../../shared/aws/ledger/budget.ts'
import { markAlerted, markOutcomesAlerted } from '../../shared/aws/ledger/confirm.ts'
import { countAttempt } from '../../shared/aws/ledger/count-attempt.ts'
import { forgetRefusals, listPendingRefusals, reserveDigestTime } from '../../shared/aws/ledger/digest.ts'
import { claimFindings, type Ledger } from '../../shared/aws/ledger/ledger.ts'
import { clearPolicy, writePolicy, writeStops } from '../../shared/aws/ledger/policy-store.ts'
import { reservePromisedTimes } from '../../shared/aws/ledger/promised-times.ts'
import { releaseClaim } from '../../shared/aws/ledger/release.ts'
import { claimPendingNotification, recordStopIntent, resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { beginSweep, claimNotice, exemptRow, renewRow, resolveBySweep } from '../../shared/aws/ledger/sweep-ledger.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { LOST, REFUSALS } from '../support/cloud/dynamodb-errors.ts'
import { aFinding, anAlert, PLACE } from '../support/findings.ts'
import { aLedger, asked, at, deferred, ended, inState, keyOf } from '../support/stories.ts'

// Whoever met somebody waits a little, in real time.
beforeAll(() => {
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(callback => setImmediate(callback) as never)
})
afterAll(() => {
  jest.restoreAllMocks()
})

type World = ReturnType<typeof aLedger>
type Operation = {
  /** Before anything fails. */
  readonly given?: (world: World) => Promise<unknown>
  readonly write: (ledger: Ledger, world: World) => Promise<unknown>
}

const BY = { claimant: 'message-2', now: at(960) }
const HELD_BACK = { to: 'REFUSED', because: { code: 'RULE_OFF' }, inDigest: 'yes', ...BY } as const
const WRITER = { by: 'user@example.com', at: at(0) }
const OPEN = { resourceId: 'i-1', at: at(0).toISOString(), sent: 'sent#1' }
const EVENING = at(3_600).toISOString()

const ops = (ledger: Ledger) => ({ ...ledger, channel: 'ops' })

const taken = async (ledger: Ledger) => {
  const answer = await claimRow(ops(ledger), 'sent#1', BY)
  if (answer.kind === 'busy') throw new Error('the row is taken')
  return answer.row
}

const secondary = async (ledger: Ledger) =>
  hold(ops(ledger), { at: EVENING, alert: anAlert(), row: await taken(ledger), now: at(0) })

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'a claim': { write: async ledger => (await claimFindings([aFinding()], ledger, { ...BY, launchId: 'r-1' })).ours },
  'a claim over what was dealt with': {
    given: world => ended(world, 'RESOLVED'),
    write: async ledger => {
      const event = { ...aFinding().event, time: at(2_000).toISOString() }
      return (await claimFindings([aFinding({ event })], ledger, { ...BY, launchId: 'r-1' })).ours
    },
  },
  'a claim that is given back': {
    given: world => world.claim([aFinding()], 'message-1', 0),
    write: ledger => releaseClaim(ledger, [keyOf(aFinding())], 'message-1'),
  },
  'the mark of an alert': {
    given: world => world.claim([aFinding()], 'message-1', 0),
    write: ledger => markAlerted(ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-1', at: at(2) }),
  },
  'the mark of an outcome': {
    given: world => ended(world, 'RESOLVED'),
    write: ledger => markOutcomesAlerted(ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-2', at: at(970) }),
  },
  'a stop out of the budget': {
    write: ledger =>
      reserveStop(ledger, {
        accountId: PLACE.accountId,
        budget: { stops: 1, perSeconds: 600 },
        stopId: 'i-1',
        now: at(0),
      }),
  },
  'the times of promised stops': {
    write: ledger =>
      reservePromisedTimes(ledger, {
        ...BY,
        accountId: PLACE.accountId,
        count: 3,
        stop: { graceSeconds: 900, budget: { stops: 2, perSeconds: 600 } },
      }),
  },
  'the intent to stop': {
    given: deferred,
    write: async (ledger, world) => recordStopIntent(ledger, [await world.row()], at(900)),
  },
  'the end of a stop': {
    given: asked,
    write: async (ledger, world) =>
      resolveRow(ledger, await world.row(), { to: 'STOPPED', because: { code: 'RULE_PASSES' }, ...BY }),
  },
  'a refusal for the digest': {
    given: deferred,
    write: async (ledger, world) => resolveRow(ledger, await world.row(), HELD_BACK),
  },
  'the claim of an outcome': {
    given: world => ended(world, 'FAILED'),
    write: async ledger => (await claimPendingNotification(ledger, keyOf(aFinding()), { ...BY, now: at(5_000) })).kind,
  },
  'the time of a digest': { write: ledger => reserveDigestTime(ledger, PLACE, at(0)) },
  'a refusal that was told': {
    given: async world => resolveRow(world.ledger, await deferred(world), HELD_BACK),
    write: async ledger => forgetRefusals(ledger, await listPendingRefusals(ledger, PLACE)),
  },
  'what a sweep resolves': {
    given: world => inState(world, 'ALERTED'),
    write: async (ledger, world) =>
      resolveBySweep(ledger, await world.row(), { ...BY, because: { code: 'RULE_PASSES' }, quiet: false }),
  },
  'what a sweep finds exempt': {
    given: world => inState(world, 'ALERTED'),
    write: async (ledger, world) => {
      await exemptRow(ledger, await world.row(), { ...BY, finding: aFinding({ workflow: 'SUPPRESSED' }) })
    },
  },
  'a row that is kept': {
    given: world => inState(world, 'ALERTED'),
    write: async (ledger, world) => renewRow(ledger, await world.row(), at(5_000)),
  },
  'the end of an exemption': {
    write: ledger => claimNotice(ledger, { ...PLACE, ...BY, key: 'key', expires: '2026-12-01' }),
  },
  'a try that is counted': {
    write: ledger =>
      countAttempt(ledger, { queue: 'Launches', messageId: 'message-1', claimant: 'message-1/a', now: at(0) }),
  },
  'the beginning of a sweep': { write: ledger => beginSweep(ledger, { ...PLACE, ...BY }) },
  'a policy': { write: ({ client, table }) => writePolicy(client, table, { policy: DEFAULT_POLICY, ...WRITER }) },
  'a policy that is reset': { write: ({ client, table }) => clearPolicy(client, table, WRITER) },
  'the switch for stops': {
    write: ({ client, table }) => writeStops(client, table, { value: 'off', why: 'a migration', ...WRITER }),
  },
  'an alert that is taken': { write: taken },
  'an alert that is let go': {
    given: ({ ledger }) => taken(ledger),
    write: async ledger => releaseRow(ops(ledger), await taken(ledger), { failures: 1 }),
  },
  'an alert that is out': {
    given: ({ ledger }) => taken(ledger),
    write: async ledger => finishRow(ops(ledger), await taken(ledger), { state: 'sent', at: at(0) }),
  },
  'an alert that is put aside': { write: secondary },
  'alerts that were put aside and told': {
    given: ({ ledger }) => secondary(ledger),
    write: async ledger => {
      const scheduled = await queryScheduled(ops(ledger), { at: EVENING, limit: 10 })
      await deleteScheduled(ops(ledger), scheduled, { ref: '1', at: at(4_000) })
    },
  },
  'a flush that is over': {
    given: ({ ledger }) => taken(ledger),
    write: async ledger => deleteRow(ops(ledger), await taken(ledger)),
  },
  'what is still to come': { write: ledger => putOpen(ops(ledger), OPEN, at(0)) },
  'what has come': {
    given: ({ ledger }) => putOpen(ops(ledger), OPEN, at(0)),
    write: ledger => deleteOpen(ops(ledger), OPEN),
  },
  'the thread of a resource': {
    write: ledger => rememberThread(ops(ledger), { resourceId: 'i-1', ref: '1', now: at(0) }),
  },
  'a closed channel': { write: ledger => closeUntil(ops(ledger), at(60)) },
}

const isWrite = (call: string): boolean => /^(Update|Put|Delete|Transact)/.test(call)

type Failing = (call: string) => Error

/** A client whose every write fails the first time, before it is written or after. */
const failingAtFirst = (world: World, failure: Failing, when: 'before' | 'after'): DynamoDBClient => {
  let isSecond = false
  return world.client(async (call, name) => {
    if (!isWrite(name)) return call()
    isSecond = !isSecond
    if (!isSecond) return call()
    if (when === 'after') call()
    throw failure(name)
  })
}

const resultOf = async (operation: Operation, failure?: Failing, when: 'before' | 'after' = 'before') => {
  const world = aLedger()
  await operation.given?.(world)
  const client = failure === undefined ? world.client() : failingAtFirst(world, failure, when)
  const answer = await operation.write({ client, table: 'ledger' }, world)
  return { answer, items: [...world.items.values()] }
}

describe.each(Object.entries(OPERATIONS))('%s', (_, operation) => {
  test.each(REFUSALS)('is written even if its first try meets %s', async (_name, failure) => {
    expect(await resultOf(operation, failure)).toEqual(await resultOf(operation))
  })

  test.each(LOST)('is written once, and its own, after %s', async (_name, failure) => {
    expect(await resultOf(operation, failure, 'after')).toEqual(await resultOf(operation))
  })
})

test('a slot to send is given once, though its answer was lost', async () => {
  const [[, lost = () => new Error()] = []] = LOST
  const world = aLedger()
  let isFirst = true
  const client = world.client(async (call, name) => {
    const answer = call()
    if (!isWrite(name) || !isFirst) return answer
    isFirst = false
    throw lost()
  })
  const rows = { client, table: 'ledger', channel: 'ops' }
  const first = await requestSlot(rows, { now: at(0), gapMs: 1_000 })
  // It may have to wait for the gap that it made itself; nobody else gets the same moment.
  const again = await requestSlot({ ...rows, client: world.client() }, { now: at(0), gapMs: 1_000 })
  expect([first.go, again.go].filter(Boolean).length).toBeLessThan(2)
})

test('an error that does not pass is tried for a while, and then thrown', async () => {
  const world = aLedger()
  let tries = 0
  const client = world.client(async (_call, name) => {
    tries += 1
    throw REFUSALS[0]?.[1](name) ?? new Error(name)
  })
  const begin = beginSweep({ client, table: 'ledger' }, { ...PLACE, ...BY })
  await expect(begin).rejects.toThrow('TransactionConflictException')
  expect(tries).toBe(8)
})

test('a write that is refused for good is not tried again', async () => {
  const world = aLedger()
  let tries = 0
  const client = world.client(async () => {
    tries += 1
    throw Object.assign(new Error('no'), { name: 'AccessDeniedException' })
  })
  await expect(beginSweep({ client, table: 'ledger' }, { ...PLACE, ...BY })).rejects.toThrow('no')
  expect(tries).toBe(1)
})
