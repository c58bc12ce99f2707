import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Alert, AlertedFinding } from '../../shared/alert/alert.ts'
import { listOmitted, restoreOmitted } from '../../shared/alert/omitted.ts'
import { buildDigestAlerts, buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import { sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createRow, extendHistory } from '../../shared/ledger/claim.ts'
import type { Past, Row } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { aFinding, anAlert, anEnded, aSource, CLAIMANT, instanceIds, NOW, SWEEP } from '../support/findings.ts'

/** As a channel gets it: through SNS. */
const received = (alert: Alert | undefined): Alert => {
  if (alert === undefined) throw new Error('no alert')
  return JSON.parse(JSON.parse(renderSnsMessage(alert).Message).default)
}

const claimed = (finding: Finding): Row => createRow(finding, { ...CLAIMANT, launchId: 'r-1' })

/** The row of a finding that has been through all that. */
const rowWith = (finding: Finding, more: readonly Past[]): Row => {
  const row = claimed(finding)
  return { ...row, state: more.at(-1)?.state ?? row.state, history: [...row.history, ...more] }
}

const bySubject = (a: AlertedFinding, b: AlertedFinding): number => (a.id < b.id ? -1 : 1)
const sorted = (findings: readonly AlertedFinding[]) =>
  JSON.parse(JSON.stringify(findings)).toSorted((a: AlertedFinding, b: AlertedFinding) => bySubject(a, b))

const MANY = 600
const RULES = ['paravirtual-instance', 'xen-hypervisor', 'ena-disabled']

describe('the findings that an alert left out', () => {
  test('are all read back from the rows of the ledger, whatever was left out', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MANY }),
        fc.subarray(RULES, { minLength: 1 }),
        fc.string({ maxLength: 300 }),
        (count, rules, message) => {
          const findings = instanceIds(count).flatMap((on, nth) =>
            rules.map(rule => aFinding({ on, rule, message: `${nth} ${message}` })),
          )
          const short = received(anAlert(findings))
          const places = listOmitted(short)
          expect(places).toHaveLength(short.omitted)
          const whole = restoreOmitted(short, findings.map(claimed))
          expect(sorted(whole.findings)).toEqual(sorted(findings))
          expect(whole).toEqual({ ...short, findings: whole.findings, omitted: 0 })
        },
      ),
      { numRuns: 20 },
    ))

  const ids = instanceIds(MANY)

  test('say what became of them before if they recurred', () => {
    const stopped: Past = { state: 'STOPPED', at: '2026-11-24T07:00:00.000Z', why: 'EC2 says that it is stopped' }
    const previous = { state: stopped.state, at: stopped.at } as const
    const short = received(anAlert(ids.map(on => ({ ...aFinding({ on }), previous }))))
    const rows = ids.map(on => {
      const row = claimed(aFinding({ on }))
      const [again = stopped] = row.history
      const history = extendHistory({ ...row, state: 'STOPPED', history: [again, stopped] }, again)
      return { ...row, history: [...history, { ...again, state: 'ALERTED' as const }] }
    })
    expect(short.omitted).toBeGreaterThan(0)
    const { findings } = restoreOmitted(short, rows)
    expect(findings.map(finding => finding.previous)).toEqual(ids.map(() => previous))
  })

  const refused = ids.map(on => anEnded({ state: 'REFUSED', why: 'the budget is spent' }, { on }))
  const rowsOf = (ended: typeof refused) =>
    ended.map(({ outcome, ...finding }) => rowWith(finding, [{ ...outcome, state: 'DEFERRED' }, outcome]))
  const resolved = ids.map(on => anEnded({ state: 'RESOLVED', why: 'it is terminated' }, { on }))

  test.each([
    ['an outcome', buildOutcomeAlerts(aSource(), refused, CLAIMANT), refused],
    ['a digest', buildDigestAlerts(refused, { policy: DEFAULT_POLICY, stops: 'on' }, CLAIMANT), refused],
    ['a sweep', sweepOutcomeAlert(resolved, SWEEP), resolved],
  ])('say what became of them if the alert is about %s', (_, [alert], ended) => {
    const short = received(alert)
    expect(short.omitted).toBeGreaterThan(0)
    expect(sorted(restoreOmitted(short, rowsOf(ended)).findings)).toEqual(sorted(alert?.findings ?? []))
  })

  test('do not include in an outcome what has recurred since, because that has an alert of its own', () => {
    const short = received(buildOutcomeAlerts(aSource(), refused, CLAIMANT)[0])
    const again = { state: 'NEW', at: NOW.toISOString(), why: 'again' } as const
    const rows = rowsOf(refused).map(row => ({ ...row, state: again.state, history: [...row.history, again] }))
    expect(restoreOmitted(short, rows)).toEqual(short)
  })

  test('are counted, and stay left out, if the ledger does not have them any more', () => {
    const findings = ids.map(on => aFinding({ on }))
    const short = received(anAlert(findings))
    const [place, ...more] = listOmitted(short)
    const kept = findings.filter(({ resource }) => resource.id !== place?.resourceId).map(claimed)
    expect(restoreOmitted(short, kept)).toMatchObject({ omitted: 1 })
    expect(restoreOmitted(short, [])).toEqual(short)
    expect(more.length).toBe(short.omitted - 1)
  })

  test('are none if the alert holds all of them', () => {
    const alert = anAlert()
    expect(listOmitted(alert)).toEqual([])
    expect(restoreOmitted(alert, [])).toBe(alert)
  })
})
