import { describe, expect, test } from '@jest/globals'
import { renderEmailBody, renderSubject } from '../../shared/alert/render-alert.ts'
import { sweepAlert, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import { aFinding, anEnded, instanceIds, SWEEP } from '../support/findings.ts'
import { behind, tooWide } from './reading.ts'

const IMAGE = 'ami-0abcdef1234567890'
const gone = (on: string) => anEnded({ state: 'RESOLVED', why: 'it is terminated' }, { on })
const fixed = anEnded(
  { state: 'RESOLVED', why: 'it was fixed: the rule passes now' },
  { on: IMAGE, rule: 'paravirtual-image', title: 'Paravirtual image' },
)
const ended = (...findings: Parameters<typeof sweepOutcomeAlert>[0]) => {
  const alerts = sweepOutcomeAlert(findings, SWEEP)
  return { subject: alerts.map(renderSubject).join(), email: alerts.map(renderEmailBody).join() }
}

describe('the email of a sweep', () => {
  const mailOf = (count: number) =>
    sweepAlert(
      instanceIds(count).map(on => aFinding({ on })),
      SWEEP,
    )

  test('says that the instance was running before, and names nobody as the caller', () => {
    const email = mailOf(1).map(renderEmailBody).join()
    expect(email.replace(/\s+/g, ' ')).toContain(
      'A sweep found it. It was there before virtguard, or no event reported the launch in enough detail.',
    )
    expect(behind(email, 'Who')).toBe('not known to a sweep; CloudTrail keeps the call and its caller for 90 days')
    expect(tooWide(email)).toEqual([])
  })

  test('has a subject like any other alert, and counts its instances', () => {
    expect(mailOf(12).map(renderSubject)).toEqual([
      '[MEDIUM] Paravirtual instance: 12 instances (m1.small) in 123456789012 us-east-1',
    ])
    expect(mailOf(12).map(renderEmailBody).join()).toContain('A sweep found them.')
  })
})

describe('the email of what a sweep resolved', () => {
  test('says of one finding what it was, that it is resolved, why, and that there is nothing to do', () => {
    const { subject, email } = ended(gone('i-0123456789abcdef0'))
    expect(subject).toBe(
      '[MEDIUM] Resolved: Paravirtual instance: i-0123456789abcdef0 (m1.small) in 123456789012 us-east-1',
    )
    expect(email).toMatch(/^MEDIUM: Resolved: Paravirtual instance\n/)
    expect(email.replace(/\s+/g, ' ')).toContain(
      '1 instance: Resolved: it is terminated. The finding was: Paravirtual instance (paravirtual-instance).',
    )
    expect(behind(email, 'To do')).toBe('Nothing for what is resolved. If it recurs, you get a new alert.')
    expect(email).not.toContain('Who ')
  })

  test('of many findings counts those with the same outcome, names them all, and keeps within 72 columns', () => {
    const { subject, email } = ended(...instanceIds(12).map(gone), fixed)
    const text = email.replace(/\s+/g, ' ')
    expect(subject).toMatch(/^\[MEDIUM\] Resolved: Paravirtual instance: 13 resources /)
    expect(text).toContain('12 instances: Resolved: it is terminated.')
    expect(text).toContain('1 image: Resolved: it was fixed: the rule passes now. The finding was: Paravirtual image')
    expect(email).toContain('The 13 resources:\n')
    for (const id of [...instanceIds(12), IMAGE]) expect(email).toContain(id)
    expect(tooWide(email)).toEqual([])
  })

  test('of an outcome that no alert had reported gives that outcome, and does not call it resolved', () => {
    const { subject, email } = ended(
      anEnded({ state: 'FAILED', why: 'EC2 does not allow it' }),
      gone('i-0fedcba9876543210'),
    )
    expect(subject).toMatch(/^\[MEDIUM\] Stop FAILED: Paravirtual instance: 2 instances /)
    expect(email.replace(/\s+/g, ' ')).toContain('1 instance: Stop FAILED: EC2 does not allow it.')
    expect(behind(email, 'Then')).toMatch(/^Check what is not resolved: virtguard does not try again\./)
  })
})
