import { describe, expect, test } from '@jest/globals'
import { adaptToSweep, refuseWithoutRoom } from '../../shared/engine/swept.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { describeReasons } from '../../shared/wording/reasons.ts'
import { aFinding, anAction, DEFERRED } from '../support/findings.ts'

const under = (mode: string) => parsePolicy(`version: 1\nrules: { paravirtual-instance: { mode: ${mode} } }`, 'p')
const ENFORCE = under('enforce')

const notDeployed = aFinding({ action: anAction('would-stop', { code: 'NOT_DEPLOYED', args: { graceSeconds: 900 } }) })
const stopsDisabled = aFinding({
  action: anAction('would-stop', { code: 'STOPS_DISABLED', args: { graceSeconds: 900 } }),
})
const promised = aFinding({ action: DEFERRED })
const refused = aFinding({ action: anAction('refuse', { code: 'VERDICT_UNKNOWN' }) })
const FOUND = { type: 'stop', decision: 'would-stop', ...describeReasons({ code: 'FOUND_BY_SWEEP' }) }

describe('a finding of a sweep for a rule that enforces', () => {
  test('is promised no stop if sweeps promise none, whatever was decided for it', () => {
    for (const finding of [promised, stopsDisabled, notDeployed])
      expect(adaptToSweep(finding, ENFORCE, false)).toEqual({ ...finding, action: FOUND })
  })

  test('keeps its decision if sweeps promise stops, unless it is unknown whether they can be made', () => {
    for (const finding of [promised, stopsDisabled]) expect(adaptToSweep(finding, ENFORCE, true)).toEqual(finding)
    expect(adaptToSweep(notDeployed, ENFORCE, true).action).toEqual(FOUND)
    const alert = { ...notDeployed.action, decision: 'alert-only' } as const
    expect(adaptToSweep({ ...notDeployed, action: alert }, ENFORCE, true).action).toEqual(alert)
  })

  test('keeps a refusal, because that says more', () => {
    expect(adaptToSweep(refused, ENFORCE, false)).toEqual(refused)
  })
})

test('a finding of a sweep for a rule that observes, or that the policy does not know, keeps its decision', () => {
  expect(adaptToSweep(notDeployed, under('observe'), false)).toEqual(notDeployed)
  const unknown = aFinding({ rule: 'of-a-later-version', action: DEFERRED })
  expect(adaptToSweep(unknown, ENFORCE, false)).toEqual(unknown)
})

test('a finding for which the budget has no room is promised nothing, and says why', () => {
  const { stops, perSeconds } = ENFORCE.stop.budget
  expect(refuseWithoutRoom(promised, ENFORCE)).toEqual({
    ...promised,
    action: {
      type: 'stop',
      decision: 'would-stop',
      ...describeReasons({ code: 'BUDGET_SPENT', args: { stops, perSeconds } }),
    },
  })
})
