import { describe, expect, test } from '@jest/globals'
import { createPast, createRow } from '../../shared/ledger/claim.ts'
import {
  buildPromising,
  CHOSEN_BY_HAND,
  isExisting,
  mayBePromised,
  PROMISES_NOTHING,
  promisesAny,
  spreadOver,
} from '../../shared/ledger/promising.ts'
import { type Row, STATES, type State } from '../../shared/ledger/row.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { aFinding, anAction, NOW } from '../support/findings.ts'

const PROMISE = {
  type: 'stop',
  decision: 'defer',
  code: 'STOP_SCHEDULED',
  args: { at: '' },
  reason: '',
  at: '',
} as const
const some = (count: number, rules: readonly string[] = ['paravirtual-instance']) =>
  Array.from({ length: count }, (_, index) =>
    rules.map(rule => aFinding({ on: `i-${String(index).padStart(17, '0')}`, rule, action: PROMISE })),
  ).flat()

const stop = { graceSeconds: 900, budget: { stops: 5, perSeconds: 600 } }
const spread = (count: number, more: { places?: number; stops?: number; rules?: readonly string[] } = {}) =>
  spreadOver(some(count, more.rules), {
    stop: { ...stop, budget: { ...stop.budget, stops: more.stops ?? 5 } },
    now: NOW,
    places: more.places ?? 0,
  })

const minutes = ({ promised }: ReturnType<typeof spread>): readonly number[] =>
  promised.map(({ action }) => Math.round((Date.parse(action.at ?? '') - NOW.getTime()) / 60_000))

describe('stops that are promised together', () => {
  test('come after the grace, and no more of them in one window than the budget allows', () => {
    expect(minutes(spread(12))).toEqual([15, 15, 15, 15, 15, 28, 28, 28, 28, 28, 41, 41])
  })

  test('give the time in the action as the alert shows it', () => {
    const [finding] = spread(1).promised
    expect(finding?.action).toEqual({
      type: 'stop',
      decision: 'defer',
      code: 'STOP_SCHEDULED',
      args: { at: '2026-11-24T08:15:30Z' },
      reason: expect.stringContaining('2026-11-24T08:15:30Z'),
      at: '2026-11-24T08:15:30Z',
    })
  })

  test('of one instance for two rules are one stop', () => {
    expect(minutes(spread(6, { rules: ['paravirtual-instance', 'instance-family'] }))).toEqual([
      15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 28, 28,
    ])
  })

  test('begin after the slots that were promised before', () => {
    const first = spread(4)
    expect(first.places).toBe(4)
    expect(minutes(spread(2, { places: first.places }))).toEqual([15, 28])
  })

  test('are none further than a day ahead, and the rest is left for another time', () => {
    const { promised, later } = spread(2_000)
    expect(promised.length + later.length).toBe(2_000)
    const last = Math.max(...minutes(spread(2_000)))
    expect(last).toBeLessThanOrEqual(24 * 60 + 15)
    expect(last).toBeGreaterThan(23 * 60)
    // Five now, and five after each of the windows of 13 minutes that a day has room for.
    expect(promised).toHaveLength(5 * (Math.floor((24 * 60) / 13) + 1))
  })

  test('have as much less room as slots were reserved before', () => {
    const room = spread(2_000).promised.length
    expect(spread(20, { places: room - 7 }).promised).toHaveLength(7)
    expect(spread(20, { places: room + 1 }).promised).toEqual([])
  })

  test('are none at all if the budget is zero', () => {
    expect(spread(3, { stops: 0 })).toMatchObject({ promised: [], places: 0 })
    expect(spread(3, { stops: 0 }).later).toHaveLength(3)
  })
})

describe('the stops that a sweep may promise', () => {
  const under = (stop: string) => buildPromising(parsePolicy(`version: 1\nstop: { ${stop} }`, 'p'))

  test('are none, unless the policy says so', () => {
    expect(under('grace: 15m')).toEqual({ refused: [] })
    expect(promisesAny(under('grace: 15m'))).toBe(false)
    expect(promisesAny(PROMISES_NOTHING)).toBe(false)
  })

  test.each<[string, readonly string[]]>([
    ['existing: true', ['RULE_OBSERVES', 'RULE_OFF', 'STOPS_NOT_DEPLOYED']],
    ['budget: { stops: 2, per: 10m, then: wait }', ['BUDGET_SPENT']],
    ['resume: sweep', ['STOPS_DISABLED', 'POLICY_INVALID', 'STARTED_AFTER_DUE']],
  ])('with %s are those that were refused for %j', (stop, codes) => {
    expect(under(stop).refused).toEqual(codes)
    expect(promisesAny(under(stop))).toBe(true)
  })

  test('are any if the sweep looks at what ran before, or an operator chose them', () => {
    expect(under('existing: true').existing).toBe(true)
    expect(promisesAny({ existing: true, refused: [] })).toBe(true)
    expect(promisesAny(CHOSEN_BY_HAND)).toBe(true)
  })
})

describe('a row that may be promised a stop', () => {
  const OBSERVED = anAction('would-stop', { code: 'RULE_OBSERVES', args: { graceSeconds: 900 } })
  const aRow = (state: State, more: Partial<Row> = {}): Row => ({
    ...createRow(aFinding({ action: OBSERVED }), { claimant: 'message-1', launchId: 'r-1', now: NOW }),
    state,
    history: [createPast(state, NOW, { code: 'RULE_OFF' })],
    ...more,
  })
  const OWNED = JSON.stringify(aFinding({ action: OBSERVED, actor: { via: 'batch.amazonaws.com' } }))

  test.each(STATES)('by hand is one that was alerted and left running, also if its stop failed: %s', state => {
    expect(mayBePromised(aRow(state), CHOSEN_BY_HAND)).toBe(['ALERTED', 'REFUSED', 'FAILED'].includes(state))
  })

  test.each(STATES)('by its reason is one that was refused or alerted for it: %s', state => {
    const byRefusal = mayBePromised(aRow(state), { refused: ['RULE_OFF'] })
    const byDecision = mayBePromised(aRow(state), { refused: ['RULE_OBSERVES'] })
    expect([byRefusal, byDecision]).toEqual([state === 'REFUSED', state === 'ALERTED'])
  })

  test.each(STATES)('as one that ran before is one that was only alerted: %s', state => {
    expect(isExisting(aRow(state))).toBe(state === 'ALERTED')
  })

  test('as one that ran before is not one whose alert refused the stop', () => {
    expect(isExisting(aRow('ALERTED', { decision: 'refuse' }))).toBe(false)
  })

  test('is not one with a pending outcome, nor one that a service replaces', () => {
    for (const more of [{ untold: 'ALERTED' }, { finding: OWNED }] as const)
      for (const may of [mayBePromised(aRow('ALERTED', more), CHOSEN_BY_HAND), isExisting(aRow('ALERTED', more))])
        expect(may).toBe(false)
  })

  test('is not one without a reason for its refusal', () => {
    expect(mayBePromised(aRow('REFUSED', { history: [] }), { refused: ['RULE_OFF'] })).toBe(false)
  })
})
