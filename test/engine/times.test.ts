import { describe, expect, test } from '@jest/globals'
import { createRow } from '../../shared/ledger/claim.ts'
import { decideAfterCheck, decideNextStep, isUnderWay } from '../../shared/ledger/next-step.ts'
import { resolveStopped } from '../../shared/ledger/outcomes.ts'
import { decideRowAction, type Present } from '../../shared/ledger/resolve-open.ts'
import { type Row, type State, toEpochSeconds } from '../../shared/ledger/row.ts'
import { aFinding, anInstance } from '../support/findings.ts'
import { at, T0 } from '../support/stories.ts'

const promised = (seconds: number, more: Partial<Row> = {}, rule = 'paravirtual-instance'): Row => ({
  ...createRow(aFinding({ rule }), { claimant: 'message-1', launchId: 'r-1', now: T0 }),
  state: 'DEFERRED',
  stopAt: at(seconds).toISOString(),
  ...more,
})
const askedAt = (seconds: number): Partial<Row> => ({ stopRequestedAt: at(seconds).toISOString() })

const FAILS = ['paravirtual-instance', 'xen-hypervisor'].map(rule =>
  aFinding({
    rule,
    action: {
      type: 'stop',
      decision: 'defer',
      reason: '',
      code: 'STOP_SCHEDULED',
      args: { at: at(900).toISOString() },
    },
  }),
)
const step = (rows: readonly Row[], seconds: number, state?: string) =>
  decideNextStep({
    rows,
    instance: state === undefined ? undefined : anInstance({ state }),
    findings: FAILS,
    now: at(seconds),
  })

/** One promise for later before one for sooner, as the rules' names may have it. */
const LATER_FIRST = [promised(4_000), promised(900, {}, 'xen-hypervisor')]

describe('several promises on one instance', () => {
  test('are inspected when the first of them is due', () => {
    expect(step(LATER_FIRST, 10, 'running').next).toEqual({ kind: 'again', at: at(900) })
    expect(step(LATER_FIRST, 10, 'pending').next).toEqual({ kind: 'again', at: at(900) })
  })

  test('are waited for until half an hour after the last of them', () => {
    expect(step(LATER_FIRST, 4_000 + 1_799)).toMatchObject({ resolutions: [], next: { kind: 'again' } })
    expect(step(LATER_FIRST, 4_000 + 1_800).resolutions).toHaveLength(2)
  })

  test('take one reservation of the budget, named by the first of them, in whatever order they are read', () => {
    const stopId = `us-east-1/i-0123456789abcdef0@${at(900).toISOString()}`
    for (const rows of [LATER_FIRST, LATER_FIRST.toReversed()])
      expect(step(rows, 900, 'running').next).toMatchObject({ kind: 'stop', stopId })
  })

  test('that EC2 was asked for one after the other have five minutes from the last', () => {
    const rows = [promised(900, askedAt(1_000)), promised(900, askedAt(900), 'xen-hypervisor')]
    const check = (seconds: number) =>
      decideAfterCheck({ rows, instance: anInstance({ state: 'stopping' }), now: at(seconds) })
    expect(check(1_299)).toEqual({ resolutions: [], next: { kind: 'check', at: at(1_300) } })
    expect(check(1_300).resolutions.map(({ ending }) => ending.to)).toEqual(['FAILED', 'FAILED'])
  })
})

test('a notification of EC2 is ours even if it is dated by the second in which the stop was requested', () => {
  const rows = [promised(900, { stopRequestedAt: at(900.4).toISOString() })]
  expect(resolveStopped(rows, at(900))).toHaveLength(1)
  expect(resolveStopped(rows, at(899))).toEqual([])
})

test('a stop that EC2 was asked for is under way as long as the call may take, and no longer', () => {
  expect(isUnderWay([promised(900, askedAt(900))], at(959.999))).toBe(true)
  expect(isUnderWay([promised(900, askedAt(900))], at(960))).toBe(false)
  expect(isUnderWay([promised(900)], at(900))).toBe(false)
})

const NOW = new Date('2026-11-24T08:00:00Z')
const seconds = toEpochSeconds(NOW)
const DAY = 86_400
const secondsAgo = (count: number): string => new Date(NOW.getTime() - count * 1_000).toISOString()

const aRow = (state: State, more: Partial<Row> = {}): Row => ({
  ...createRow(aFinding(), { claimant: 'message-1', launchId: 'r-1', now: new Date('2026-11-20T08:00:00Z') }),
  state,
  history: [{ state, at: '2026-11-20T08:00:00Z', why: 'as the test has it' }],
  ...more,
})
const RUNNING: Present = { kind: 'there', state: 'running', launchTime: '2026-11-20T07:59:00Z' }
const GONE: Present = { kind: 'gone', because: { code: 'DELETED' } }
const turn = (row: Row, present: Present = RUNNING, finding = aFinding()) =>
  decideRowAction({ row, present, findings: [finding], now: NOW, claimant: 'sweep' })

describe('the timing of a sweep', () => {
  test('keeps a row that is still true 45 days before it would expire', () => {
    expect(turn(aRow('ALERTED', { expiresAt: seconds + 45 * DAY })).kind).toBe('leave')
    expect(turn(aRow('ALERTED', { expiresAt: seconds + 45 * DAY - 1 })).kind).toBe('renew')
  })

  test('counts an instance as deleted an hour after its alert, because EC2 may not know a new one everywhere', () => {
    expect(turn(aRow('ALERTED', { writtenAt: secondsAgo(3_600) }), GONE).kind).toBe('leave')
    expect(turn(aRow('ALERTED', { writtenAt: secondsAgo(3_601) }), GONE)).toMatchObject({
      kind: 'resolve',
      quiet: false,
    })
    expect(turn(aRow('SUPPRESSED', { writtenAt: secondsAgo(3_601) }), GONE)).toMatchObject({ quiet: true })
  })

  test('alerts an outcome that is pending for an hour if nobody has a lease on it', () => {
    const resolved = (more: Partial<Row>) =>
      aRow('RESOLVED', { untold: 'RESOLVED', changedAt: seconds - 3_601, leaseUntil: seconds - 1, ...more })
    expect(turn(resolved({})).kind).toBe('tell')
    expect(turn(resolved({ changedAt: seconds - 3_600 })).kind).toBe('leave')
    expect(turn(resolved({ leaseUntil: seconds })).kind).toBe('leave')
  })

  test('does not count a promise as lost until a day and an hour after its stop was due', () => {
    const due = (ago: number) => aRow('DEFERRED', { stopAt: secondsAgo(ago) })
    expect(turn(due(DAY + 3_600), GONE).kind).toBe('leave')
    expect(turn(due(DAY + 3_601), GONE).kind).toBe('resolve')
  })
})

describe('a finding that was resolved', () => {
  const stopped = aRow('STOPPED', { changedAt: toEpochSeconds(new Date('2026-11-21T08:00:00Z')) })
  const started: Present = { kind: 'there', state: 'running', launchTime: '2026-11-21T08:00:01Z' }

  test('has recurred if its instance was started later and fails the rule, at the time of that start', () => {
    expect(turn(stopped, started)).toMatchObject({
      kind: 'back',
      finding: { event: { time: '2026-11-21T08:00:01Z' } },
    })
  })

  test.each<[string, Present, Parameters<typeof aFinding>[0]]>([
    ['passes its rule', started, { status: 'PASSED' }],
    ['is of unknown facts', started, { status: 'UNKNOWN' }],
    ['was started before that', { ...started, launchTime: '2026-11-21T08:00:00Z' }, {}],
    ['does not run', { ...started, state: 'stopped' }, {}],
    ['has no launch time', { kind: 'there', state: 'running' }, {}],
  ])('has not recurred if it %s', (_, present, finding) => {
    expect(turn(stopped, present, aFinding(finding)).kind).toBe('leave')
  })
})
