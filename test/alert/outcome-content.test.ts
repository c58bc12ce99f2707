import { describe, expect, test } from '@jest/globals'
import { buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderEmailBody } from '../../shared/alert/render-alert.ts'
import { createPast } from '../../shared/ledger/claim.ts'
import { anEnded, aSource, CLAIMANT } from '../support/findings.ts'
import { behind } from './reading.ts'

const mail = (...findings: Parameters<typeof buildOutcomeAlerts>[1]): string =>
  buildOutcomeAlerts(aSource(), findings, CLAIMANT).map(renderEmailBody).join()

describe('the email of an outcome', () => {
  test('does not say "stopped" of a stop that was seen only when the instance was running again', () => {
    const why = 'it had stopped, and was started again at 2026-11-24T08:20:00Z'
    const email = mail(anEnded({ state: 'STOPPED', at: '2026-11-24T08:21:00.000Z', why }))
    expect(email.replace(/\s+/g, ' ')).toContain(`virtguard stopped i-0123456789abcdef0: ${why}.`)
    expect(email).not.toContain('EC2 says that it is stopped')
  })

  test('of a stop says what was stopped, when, why, and how to start it again', () => {
    const email = mail(anEnded())
    expect(email).toMatch(/^MEDIUM: Stopped: Paravirtual instance\n/)
    expect(email.replace(/\s+/g, ' ')).toContain(
      'virtguard stopped i-0123456789abcdef0. EC2 reported it as stopped at 2026-11-24 08:16:02 UTC.',
    )
    expect(behind(email, 'Found')).toBe('i-0123456789abcdef0 (m1.small) runs paravirtual (PV).')
    expect(behind(email, 'To do')).toMatch(/^Launch from an HVM image/)
    expect(behind(email, 'Next')).toMatch(/^Exempt it before you start it again/)
  })

  test('of a refusal quotes EC2, and no word of the quotation becomes a link', () => {
    const why =
      "EC2 refused to stop it: OperationNotPermitted: The instance 'i-0123456789abcdef0' may not be stopped. See https://evil.example"
    const email = mail(anEnded({ state: 'REFUSED', why }))
    expect(email).toMatch(/^MEDIUM: Not stopped: Paravirtual instance\n/)
    expect(email.replace(/\s+/g, ' ')).toContain(
      `did not stop i-0123456789abcdef0 at 2026-11-24 08:16:02 UTC: EC2 refused to stop it: "The instance 'i-0123456789abcdef0' may not be stopped. See https[:]//evil.example" (OperationNotPermitted).`,
    )
    expect(behind(email, 'Next')).toBe('It keeps running, and virtguard does not try again.')
  })

  test('of a start after the stop was due says that the stop is promised again', () => {
    const because = { code: 'STARTED_AFTER_DUE', args: { launchTime: '2026-11-24T08:15:44Z' } } as const
    const outcome = createPast('REFUSED', new Date('2026-11-24T08:16:02Z'), because)
    const email = mail({ ...anEnded(), outcome })
    expect(behind(email, 'Next')).toMatch(/^It runs on\. virtguard promises the stop again/)
  })

  test('of a failure says that the instance may still run, and which page helps', () => {
    const email = mail(anEnded({ state: 'FAILED', why: 'EC2 does not allow it: UnauthorizedOperation' }))
    expect(email).toMatch(/^MEDIUM: Stop FAILED: Paravirtual instance\n/)
    expect(behind(email, 'Next')).toMatch(/may still be running.*docs\/runbooks\/stops-failed\.md/)
  })

  test.each([
    ['RESOLVED' as const, 'Resolved, not stopped', 'virtguard did not need to stop'],
    ['SUPPRESSED' as const, 'Exempt, not stopped', 'virtguard did not stop'],
  ])('of %s asks you to do nothing', (state, lead, sentence) => {
    const email = mail(anEnded({ state, why: 'it is terminated' }))
    expect(email).toMatch(new RegExp(`^MEDIUM: ${lead}: Paravirtual instance\n\n${sentence}`))
    expect(behind(email, 'To do')).toBeUndefined()
  })

  test('of a member of a group names the group and the template to fix', () => {
    const actor = { autoScalingGroup: 'legacy-web', launchTemplate: 'lt-0abc:4' }
    const alert = buildOutcomeAlerts(aSource({ actor }), [anEnded({ state: 'REFUSED', why: 'a member' })], CLAIMANT)
    expect(behind(alert.map(renderEmailBody).join(), 'Fix')).toMatch(
      /^launch template lt-0abc:4 of the Auto Scaling group legacy-web: change it there/,
    )
  })

  test('of several rules begins with what was done, before what was not', () => {
    const xen = anEnded(
      { state: 'RESOLVED', why: 'it passes now' },
      { rule: 'xen-hypervisor', title: 'Instance type on Xen' },
    )
    const email = mail({ ...xen, severity: 'CRITICAL' }, anEnded())
    expect(email).toMatch(/^CRITICAL: Stopped: Paravirtual instance\n/)
    expect(email).toContain('Also:\n\nCRITICAL: Instance type on Xen (xen-hypervisor)')
    expect(email).toContain('Resolved, not stopped: it passes now')
  })
})
