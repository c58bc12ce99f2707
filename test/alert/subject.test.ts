import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildDigestAlerts, buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderSubject } from '../../shared/alert/render-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { launchRequestResource } from '../../shared/facts/resource.ts'
import { createPast, createRow } from '../../shared/ledger/claim.ts'
import { resolveOverBudget } from '../../shared/ledger/outcomes.ts'
import type { State } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { incompatibleLaunch } from '../../shared/rules/incompatible-launch.ts'
import { xenHypervisor } from '../../shared/rules/xen-hypervisor.ts'
import {
  aFinding,
  anAlert,
  anEnded,
  aSource,
  CLAIMANT,
  DEFERRED,
  EVENT,
  instanceIds,
  NOW,
  PLACE,
} from '../support/findings.ts'
import { strangeAlerts } from './strangers.ts'

const xen = (more: Partial<Finding> & { on?: string } = {}): Finding =>
  aFinding({ rule: xenHypervisor.id, title: xenHypervisor.title, severity: 'LOW', ...more })

const refused = (instanceType: string): Finding =>
  aFinding({
    rule: incompatibleLaunch.id,
    title: incompatibleLaunch.title,
    severity: 'LOW',
    resource: launchRequestResource(PLACE, EVENT.id),
    facts: { imageId: 'ami-0abcdef1234567890', instanceType },
  })

describe('the subject of an email', () => {
  test.each<[string, readonly Finding[], string]>([
    [
      'says how bad, what, which and where',
      [aFinding()],
      '[MEDIUM] Paravirtual instance: i-0123456789abcdef0 (m1.small) in 123456789012 us-east-1',
    ],
    [
      'counts the instances of a launch',
      instanceIds(1_000).map(on => aFinding({ on })),
      '[MEDIUM] Paravirtual instance: 1,000 instances (m1.small) in 123456789012 us-east-1',
    ],
    [
      'is of the worst finding',
      [xen(), aFinding({ severity: 'HIGH' })],
      '[HIGH] Paravirtual instance: i-0123456789abcdef0 (m1.small) in 123456789012 us-east-1',
    ],
    [
      'is of what failed before what is not decided',
      [xen({ status: 'UNKNOWN', severity: 'MEDIUM' }), aFinding()],
      '[MEDIUM] Paravirtual instance: i-0123456789abcdef0 (m1.small) in 123456789012 us-east-1',
    ],
    [
      'asks where nothing is decided, and leaves out the type before it cuts the id',
      [aFinding({ status: 'UNKNOWN' })],
      '[MEDIUM] Paravirtual instance? Cannot tell: i-0123456789abcdef0 in 123456789012 us-east-1',
    ],
    [
      'of a refused launch says what was asked for',
      [refused('t3.micro')],
      '[LOW] EC2 refused to launch ami-0abcdef1234567890 on t3.micro in 123456789012 us-east-1',
    ],
  ])('%s', (_, findings, subject) => {
    expect(renderSubject(anAlert(findings))).toBe(subject)
  })

  test('counts images as images', () => {
    const images = ['ami-0000000000000001a', 'ami-0000000000000001b'].map(on => aFinding({ on, facts: {} }))
    expect(renderSubject(anAlert(images))).toContain(': 2 images in ')
  })

  test('keeps account and region even if type and region are long', () => {
    const subject = renderSubject(anAlert([refused('u7inh-32tb.480xlarge')], { region: 'ap-southeast-1' }))
    expect(subject).toMatch(
      /^\[LOW\] EC2 refused to launch ami-0abcdef1234567890 on .*\.\.\. in 123456789012 ap-southeast-1$/,
    )
  })

  test.each<[State, string]>([
    ['STOPPED', 'Stopped: Paravirtual instance: i-0123456789abcdef0 (m1.small)'],
    ['REFUSED', 'Not stopped: Paravirtual instance: i-0123456789abcdef0'],
    ['FAILED', 'Stop FAILED: Paravirtual instance: i-0123456789abcdef0'],
    ['RESOLVED', 'Resolved, not stopped: Paravirtual instance: i-0123456789abcdef0'],
    ['SUPPRESSED', 'Exempt, not stopped: Paravirtual instance: i-0123456789abcdef0'],
  ])('of an outcome begins with it: %s', (state, words) => {
    const [alert] = buildOutcomeAlerts(aSource(), [anEnded({ state })], CLAIMANT)
    expect(alert && renderSubject(alert)).toBe(`[MEDIUM] ${words} in 123456789012 us-east-1`)
  })

  test('of an announced stop begins with its time', () => {
    const due = aFinding({ severity: 'HIGH', action: DEFERRED })
    expect(renderSubject(anAlert([due]))).toBe(
      '[HIGH] Stop at 08:15 UTC: Paravirtual instance: i-0123456789abcdef0 in 123456789012 us-east-1',
    )
    const later = { ...due, action: { ...DEFERRED, at: '2026-11-25T00:15:30Z' } }
    expect(renderSubject(anAlert([later]))).toMatch(/^\[HIGH\] Stop at 11-25 00:15 UTC: /)
    expect(renderSubject(anAlert([due, { ...later, resource: { ...later.resource, id: 'i-2' } }]))).toMatch(
      /^\[HIGH\] Stops from 08:15 UTC: /,
    )
  })

  test('drops what was found, then the type, before the id of the instance that will be stopped', () => {
    const due = { ...aFinding({ severity: 'CRITICAL', action: DEFERRED }), title: 'Instance type outside the policy' }
    expect(renderSubject(anAlert([due], { region: 'ap-southeast-1' }))).toBe(
      '[CRITICAL] Stop at 08:15 UTC: i-0123456789abcdef0 (m1.small) in 123456789012 ap-southeast-1',
    )
    const again = { ...due, previous: { state: 'STOPPED' as const, at: EVENT.time } }
    expect(renderSubject(anAlert([again], { region: 'ap-southeast-1' }))).toBe(
      '[CRITICAL] Started again, stop at 08:15 UTC: i-0123456789abcdef0 in 123456789012 ap-southeast-1',
    )
  })

  test('of a digest gives the number and the first reason, without its details', () => {
    const claimed = createRow(aFinding(), { ...CLAIMANT, launchId: 'r-1' })
    const scheduled = instanceIds(495).flatMap((on, index) =>
      resolveOverBudget([claimed], { stops: 5, perSeconds: 600, until: new Date(NOW.getTime() + index) }).map(
        ({ ending }) => ({ ...anEnded({}, { on }), outcome: createPast(ending.to, NOW, ending.because) }),
      ),
    )
    const [alert] = buildDigestAlerts(scheduled, { policy: DEFAULT_POLICY, stops: 'on' }, CLAIMANT)
    expect(alert && renderSubject(alert)).toBe(
      '[MEDIUM] Not stopped: 495 instances, the stop budget is spent, in 123456789012 us-east-1',
    )
    expect(alert?.digest?.reasons).toEqual([
      { code: 'BUDGET_SPENT', why: 'the stop budget is spent: 5 stops in 10 min', resources: 495 },
    ])
  })

  test('is one line of less than 100 characters of printable ASCII, whatever the names and the kind', () => {
    fc.assert(
      fc.property(strangeAlerts, fc.constantFrom('us-east-1', 'ap-southeast-7', 'us-isob-east-1'), (alerts, region) => {
        for (const alert of alerts) {
          const subject = renderSubject({ ...alert, region })
          expect(subject).toMatch(/^\[[A-Z]+\] [ -~]+$/)
          expect(subject.length).toBeLessThan(100)
        }
      }),
      { numRuns: 500 },
    )
  })
})
