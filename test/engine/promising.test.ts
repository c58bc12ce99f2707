import { describe, expect, test } from '@jest/globals'
import { createPast, createRow } from '../../shared/ledger/claim.ts'
import {
  buildPromising,
  CHOSEN_BY_HAND,
  isExisting,
  mayBePromised,
  PROMISES_NOTHING,
  promiseAt,
  promisesAny,
} from '../../shared/ledger/promising.ts'
import { type Row, STATES, type State } from '../../shared/ledger/row.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { aFinding, anAction, NOW } from '../support/findings.ts'

test('a finding that is promised a stop gives the time in the action as the alert shows it', () => {
  const finding = aFinding({ action: anAction('defer', { code: 'STOP_SCHEDULED', args: { at: '' } }) })
  expect(promiseAt(finding, Date.parse('2026-11-24T08:15:30Z') / 1000).action).toEqual({
    type: 'stop',
    decision: 'defer',
    code: 'STOP_SCHEDULED',
    args: { at: '2026-11-24T08:15:30Z' },
    reason: expect.stringContaining('2026-11-24T08:15:30Z'),
    at: '2026-11-24T08:15:30Z',
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
    ['existing: true', ['RULE_OBSERVES', 'RULE_OFF', 'STOPS_NOT_DEPLOYED', 'STOP_ROLE_NOT_KNOWN']],
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
