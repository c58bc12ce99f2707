import { describe, expect, test } from '@jest/globals'
import type { Alert } from '../../shared/alert/alert.ts'
import { renderEmailBody, renderSubject } from '../../shared/alert/tell.ts'
import type { State } from '../../shared/ledger/row.ts'
import { ACTOR, aFinding, anAlert, EVENT } from '../support/findings.ts'

const START = { ...EVENT, name: 'StartInstances', time: '2026-11-24T09:00:00Z' }

const back = (state: State, source: Parameters<typeof anAlert>[1] = { event: START }, on = ['i-1']): Alert =>
  anAlert(
    on.map(id => ({ ...aFinding({ on: id }), previous: { state, at: '2026-11-24T08:16:02.123Z' } })),
    source,
  )
const oneLine = (alert: Alert): string => renderEmailBody(alert).replace(/\s+/g, ' ')

describe('a finding that came back', () => {
  test('after our stop names who started it again, and when', () => {
    expect(oneLine(back('STOPPED'))).toContain(
      `virtguard stopped i-1 at 2026-11-24 08:16:02 UTC. It was started again by ${ACTOR.arn} at 2026-11-24 09:00:00 UTC.`,
    )
    expect(renderEmailBody(back('STOPPED'))).toMatch(/^MEDIUM: Paravirtual instance, started again\n/)
    expect(renderSubject(back('STOPPED'))).toBe(
      '[MEDIUM] Started again: Paravirtual instance: i-1 (m1.small) in 123456789012 us-east-1',
    )
  })

  test('takes nobody for the one who started it that only launched it', () => {
    const event = { ...START, name: 'EC2 Instance State-change Notification' }
    const text = oneLine(back('STOPPED', { event, actor: { autoScalingGroup: 'web' } }))
    expect(text).toContain('started again, and was seen at 2026-11-24 09:00:00 UTC. CloudTrail records who started it')
    expect(oneLine(back('STOPPED', { event: START, actor: {} }))).toContain(
      'by a caller that the record does not name at',
    )
  })

  test('after anything else says what had become of it', () => {
    expect(oneLine(back('FAILED'))).toContain('virtguard could not stop i-1 at 2026-11-24 08:16:02 UTC.')
    expect(oneLine(back('RESOLVED'))).toContain(
      'i-1 was resolved at 2026-11-24 08:16:02 UTC and is noncompliant again.',
    )
    expect(renderSubject(back('RESOLVED'))).toContain('[MEDIUM] Recurred: Paravirtual instance')
  })

  test('is started again also where EC2 had only taken the stop', () => {
    expect(renderSubject(back('DEFERRED'))).toContain('[MEDIUM] Started again: ')
  })

  test('was exempt, and is not any more', () => {
    expect(renderSubject(back('SUPPRESSED'))).toContain('[MEDIUM] Exemption ended: Paravirtual instance: ')
    expect(oneLine(back('SUPPRESSED'))).toContain('was exempt from')
  })

  test('after it was left running says so, and that its stop is scheduled again', () => {
    expect(renderSubject(back('REFUSED'))).toContain('[MEDIUM] Scheduled again: Paravirtual instance')
    expect(oneLine(back('REFUSED'))).toContain(
      'i-1 was due to be stopped, and was left running at 2026-11-24 08:16:02 UTC.',
    )
  })

  test.each<State>(['ALERTED', 'NEW'])('has not come back from %s: it got worse', state => {
    expect(renderSubject(back(state))).toContain('[MEDIUM] Paravirtual instance: ')
    expect(oneLine(back(state))).not.toMatch(/again|resolved at/)
  })

  test('is told once for all that one call started', () => {
    expect(oneLine(back('STOPPED', { event: START }, ['i-1', 'i-2', 'i-3']))).toContain('The same applies to 2 more.')
  })
})
