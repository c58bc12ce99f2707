import { describe, expect, test } from '@jest/globals'
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { aFinding, anAction, deferredTo } from '../support/findings.ts'
import { aLedger, at, ended, eventAt, inState, keyOf, STOP_AT } from '../support/stories.ts'

const MONTH = 30 * 86_400
const PROMISE = deferredTo(STOP_AT)
const OBSERVED = anAction('would-stop', { code: 'RULE_OBSERVES', args: { graceSeconds: 900 } })

const started = (seconds: number, action: Finding['action'] = PROMISE) => aFinding({ event: eventAt(seconds), action })

describe.each(['ALERTED', 'REFUSED'] as const)('an instance whose finding is %s and that is started later', state => {
  const left = async () => {
    const world = aLedger()
    await inState(world, state)
    return world
  }

  test('is alerted and promised a stop if the rule enforces and nothing refuses it now', async () => {
    const world = await left()
    expect(await world.claim([started(MONTH)], 'message-9', MONTH + 10)).toHaveLength(1)
    const row = await world.row()
    expect(row).toMatchObject({ state: 'NEW', stopAt: STOP_AT })
    expect(row.history.slice(-2).map(one => one.state)).toEqual([state, 'NEW'])
  })

  test('causes no alert if its start promises nothing', async () => {
    const world = await left()
    expect(await world.claim([started(MONTH, OBSERVED)], 'message-9', MONTH + 10)).toEqual([])
    expect((await world.row()).state).toBe(state)
  })

  test('is promised no stop by a report of the run that was alerted', async () => {
    const world = await left()
    for (const seconds of state === 'ALERTED' ? [-10, 0] : [0, 950])
      expect(await world.claim([started(seconds)], `late-${seconds}`, MONTH)).toEqual([])
  })

  test('is promised no stop by a sweep that sees it', async () => {
    const world = await left()
    const claim = { claimant: 'sweep', launchId: 'sweep-1', now: at(MONTH), sweep: true } as const
    expect((await claimFindings([started(MONTH)], world.ledger, claim)).ours).toEqual([])
  })

  test('is promised no stop if EC2 says that it is deleted', async () => {
    const world = await left()
    const deleted = [aFinding().resource.id]
    const claim = { claimant: 'message-9', launchId: 'r-1', now: at(MONTH), deleted }
    expect((await claimFindings([started(MONTH)], world.ledger, claim)).ours).toEqual([])
  })
})

test('a finding that was refused says so if it is promised again', async () => {
  const world = aLedger()
  const before = await ended(world, 'REFUSED')
  const [again] = await world.claim([started(MONTH)], 'message-9', MONTH + 10)
  expect(again?.previous).toEqual({ state: 'REFUSED', at: before.history.at(-1)?.at })
})

test('a service that launched an instance and replaces it still owns it after a later start, which names somebody else', async () => {
  const world = aLedger()
  const actor = { via: 'batch.amazonaws.com' }
  await world.claim([aFinding({ actor, action: OBSERVED })], 'message-1', 0)
  await markAlerted(world.ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-1', at: at(2) })
  expect(await world.claim([started(MONTH)], 'message-9', MONTH + 10)).toEqual([])
})

describe('a start between the claim of an alert without a promise and its confirmation', () => {
  const REFUSED = anAction('refuse', { code: 'STOP_PROTECTED' })
  const claimed = async (action: Finding['action'] = REFUSED) => {
    const world = aLedger()
    await world.claim([aFinding({ action })], 'message-1', 0)
    return world
  }
  const confirm = (world: ReturnType<typeof aLedger>, seconds: number) =>
    markAlerted(world.ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-1', at: at(seconds) })

  test('is promised a stop, however late the alert is confirmed', async () => {
    const world = await claimed()
    await confirm(world, 120)
    expect(await world.claim([started(89)], 'message-9', 125)).toHaveLength(1)
  })

  test('comes again while the alert is not confirmed, and is promised a stop then', async () => {
    const world = await claimed()
    expect(await world.claiming([started(89)], 'message-9', 90)).toMatchObject({ ours: [], beingAlerted: true })
    await confirm(world, 120)
    expect(await world.claim([started(89)], 'message-9', 270)).toHaveLength(1)
  })

  test('is promised a stop when the lease is over, if the alert is never confirmed', async () => {
    const world = await claimed()
    expect(await world.claim([started(89)], 'message-9', 270)).toHaveLength(1)
  })

  test.each<[string, Finding['action'], Finding]>([
    ['that alert promises a stop', PROMISE, started(89)],
    ['the start is promised none', REFUSED, started(89, OBSERVED)],
    ['it is of the run that is alerted', REFUSED, started(0)],
  ])('does not come again if %s', async (_, action, finding) => {
    const world = await claimed(action)
    expect(await world.claiming([finding], 'message-9', 90)).toMatchObject({ ours: [], beingAlerted: false })
  })

  test('does not come again for a sweep, nor for an instance that is deleted', async () => {
    const world = await claimed()
    const claim = { claimant: 'message-9', launchId: 'r-1', now: at(90) }
    for (const more of [{ sweep: true }, { deleted: [aFinding().resource.id] }] as const)
      expect((await claimFindings([started(89)], world.ledger, { ...claim, ...more })).beingAlerted).toBe(false)
  })

  test('is later than the facts that were read, though they were claimed after it', async () => {
    const world = aLedger()
    const claim = { claimant: 'message-1', launchId: 'r-1', now: at(300), asOf: at(10) }
    await claimFindings([aFinding({ action: REFUSED })], world.ledger, claim)
    await confirm(world, 301)
    expect(await world.claim([started(89)], 'message-9', 310)).toHaveLength(1)
  })
})

test('a report of the launch does not promise once more what a sweep has promised', async () => {
  const world = aLedger()
  const claim = { claimant: 'sweep', launchId: 'sweep-1', now: at(10), sweep: true } as const
  await claimFindings([started(10)], world.ledger, claim)
  expect(await world.claim([started(0)], 'message-9', 20)).toEqual([])
})
