import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildFindingAlerts } from '../../shared/alert/alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Decision } from '../../shared/reasons/action.ts'
import type { Severity } from '../../shared/rules/rule.ts'
import { aFinding, anAction, anAlert, aSource, CLAIMANT, DEFERRED, EVENT, instanceIds } from '../support/findings.ts'

const acting = (decision: Decision, on: string): Finding => aFinding({ on, action: anAction(decision) })
const rated = (severity: Severity, on: string): Finding => aFinding({ on, severity })
const toldIn = (findings: readonly Finding[]) =>
  buildFindingAlerts(aSource(), findings, CLAIMANT).flatMap(({ told: alerted }) => alerted)

describe('the alert of a source', () => {
  test('is one alert, however many instances and rules it has', () => {
    const ids = instanceIds(4_000)
    const findings = ids.flatMap(on => [aFinding({ on }), aFinding({ on, rule: 'xen-hypervisor' })])
    const [alert, second] = buildFindingAlerts(aSource(), findings, { ...CLAIMANT, claimant: 'message-7' })
    expect(second).toBeUndefined()
    expect(alert).toMatchObject({
      schemaVersion: '1',
      kind: 'finding',
      at: '2026-11-24T08:00:30.000Z',
      id: '123456789012/us-east-1/r-0123456789abcdef0',
      accountId: '123456789012',
      region: 'us-east-1',
      launchId: 'r-0123456789abcdef0',
      event: EVENT,
      claim: 'message-7',
      part: { number: 1, of: 1 },
      rules: ['paravirtual-instance', 'xen-hypervisor'],
      told: [{ rules: ['paravirtual-instance', 'xen-hypervisor'], resources: ids }],
      omitted: 0,
    })
  })

  test('is absent if there is nothing to alert', () => {
    expect(buildFindingAlerts(aSource(), [], CLAIMANT)).toEqual([])
  })

  test('is split into parts only beyond 4,000 resources, with each finding and each resource in one of them', () => {
    const ids = instanceIds(9_000)
    const findings = ids.flatMap(on => [aFinding({ on }), aFinding({ on, rule: 'xen-hypervisor' })])
    const alerts = buildFindingAlerts(aSource(), findings, CLAIMANT)
    expect(alerts.map(({ part }) => part)).toEqual([1, 2, 3].map(number => ({ number, of: 3 })))
    expect(alerts.map(({ told: alerted }) => alerted.flatMap(({ resources }) => resources).length)).toEqual([
      4_000, 4_000, 1_000,
    ])
    expect(alerts.flatMap(({ told: alerted }) => alerted.flatMap(({ resources }) => resources))).toEqual(ids)
    expect(alerts.flatMap(alert => alert.findings)).toEqual(findings)
  })

  test('has the severity of its worst finding and the strongest action of its findings', () => {
    const severities = anAlert([rated('LOW', 'i-1'), rated('CRITICAL', 'i-2'), rated('MEDIUM', 'i-3')])
    expect(severities.severity).toBe('CRITICAL')
    const decisions = anAlert([acting('alert-only', 'i-1'), acting('would-stop', 'i-2'), acting('refuse', 'i-3')])
    expect(decisions.decision).toBe('would-stop')
    expect(anAlert([acting('stop', 'i-1'), acting('would-stop', 'i-2')]).decision).toBe('stop')
  })

  test('lists each resource with exactly its rules', () => {
    const rules = fc.subarray(['a', 'b', 'c'], { minLength: 1 })
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string(), rules), { selector: ([id]) => id, minLength: 1 }), pairs => {
        const alerted = toldIn(pairs.flatMap(([on, of]) => of.map(rule => aFinding({ on, rule }))))
        const back = alerted.flatMap(({ rules: of, resources }) => resources.map(id => [id, of] as const))
        expect(new Map(back)).toEqual(new Map(pairs))
        expect(back).toHaveLength(pairs.length)
      }),
    )
  })

  test('names every instance that will be stopped, with the time and its rules', () => {
    const soon = { ...DEFERRED, at: '2026-11-24T08:15:29Z' }
    const alert = anAlert([
      aFinding({ on: 'i-1', action: DEFERRED }),
      aFinding({ on: 'i-2', action: DEFERRED }),
      aFinding({ on: 'i-2', rule: 'xen-hypervisor' }),
      aFinding({ on: 'i-3', action: soon }),
      acting('refuse', 'i-4'),
    ])
    expect(alert.decision).toBe('defer')
    expect(alert.stops).toEqual([
      { at: soon.at, rules: ['paravirtual-instance'], resources: ['i-3'] },
      { at: DEFERRED.at, rules: ['paravirtual-instance'], resources: ['i-1', 'i-2'] },
    ])
    expect(anAlert([acting('refuse', 'i-4')])).not.toHaveProperty('stops')
  })

  test('keeps every stop, whatever is decided about the other findings', () => {
    const decided = fc.record({
      on: fc.constantFrom('i-1', 'i-2', 'i-3'),
      rule: fc.constantFrom('a', 'b'),
      at: fc.option(fc.constantFrom('2026-11-24T08:15:30Z', '2026-11-24T08:15:31Z'), { nil: undefined }),
    })
    const findings = fc.uniqueArray(decided, { selector: ({ on, rule }) => `${on} ${rule}`, minLength: 1 })
    fc.assert(
      fc.property(findings, all => {
        const alert = anAlert(
          all.map(({ on, rule, at }) => aFinding({ on, rule, ...(at && { action: { ...DEFERRED, at } }) })),
        )
        const alerted = (alert.stops ?? []).flatMap(({ at, rules, resources }) =>
          resources.flatMap(on => rules.map(rule => `${on} ${rule} ${at}`)),
        )
        const due = all.filter(({ at }) => at !== undefined).map(({ on, rule, at }) => `${on} ${rule} ${at}`)
        expect(alerted.toSorted()).toEqual(due.toSorted())
      }),
    )
  })

  test('has an id of its own if a finding recurred', () => {
    const returned = { ...aFinding(), previous: { state: 'STOPPED' as const, at: '2026-11-24T07:00:00Z' } }
    expect(anAlert([returned]).id).toBe(`123456789012/us-east-1/r-0123456789abcdef0/${EVENT.id}`)
  })
})
