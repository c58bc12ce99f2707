import { describe, expect, test } from '@jest/globals'
import type { Alert } from '../../shared/alert/alert.ts'
import { renderEmailBody, renderSubject } from '../../shared/alert/render-alert.ts'
import type { State } from '../../shared/ledger/row.ts'
import { ACTOR, aFinding, anAlert, EVENT } from '../support/findings.ts'

const START = { ...EVENT, name: 'StartInstances', time: '2026-11-24T09:00:00Z' }

const back = (state: State, source: Parameters<typeof anAlert>[1] = { event: START }, on = ['i-1']): Alert =>
  anAlert(
    on.map(id => ({ ...aFinding({ on: id }), previous: { state, at: '2026-11-24T08:16:02.123Z' } })),
    source,
  )
const oneLine = (alert: Alert): string => renderEmailBody(alert).replace(/\s+/g, ' ')

describe('a finding that recurred', () => {
  test('after a stop of virtguard names who started the instance again, and when', () => {
    expect(oneLine(back('STOPPED'))).toContain(
      `virtguard stopped i-1 at 2026-11-24 08:16:02 UTC. It was started again by ${ACTOR.arn} at 2026-11-24 09:00:00 UTC.`,
    )
    expect(renderEmailBody(back('STOPPED'))).toMatch(/^MEDIUM: Paravirtual instance, started again\n/)
    expect(renderSubject(back('STOPPED'))).toBe(
      '[MEDIUM] Started again: Paravirtual instance: i-1 (m1.small) in 123456789012 us-east-1',
    )
  })

  test('does not name the launcher as the one who started the instance', () => {
    const event = { ...START, name: 'EC2 Instance State-change Notification' }
    const text = oneLine(back('STOPPED', { event, actor: { autoScalingGroup: 'web' } }))
    expect(text).toContain('started again, and was seen at 2026-11-24 09:00:00 UTC. CloudTrail records who started it')
    expect(oneLine(back('STOPPED', { event: START, actor: {} }))).toContain(
      'by a caller that the record does not name at',
    )
  })

  test('after any other outcome says what that outcome was', () => {
    expect(oneLine(back('FAILED'))).toContain('virtguard could not stop i-1 at 2026-11-24 08:16:02 UTC.')
    expect(oneLine(back('RESOLVED'))).toContain(
      'i-1 was resolved at 2026-11-24 08:16:02 UTC and is noncompliant again.',
    )
    expect(renderSubject(back('RESOLVED'))).toContain('[MEDIUM] Recurred: Paravirtual instance')
  })

  test('is also called started again if EC2 had only accepted the stop', () => {
    expect(renderSubject(back('DEFERRED'))).toContain('[MEDIUM] Started again: ')
  })

  test('after an exemption says that it was exempt and is not any more', () => {
    expect(renderSubject(back('SUPPRESSED'))).toContain('[MEDIUM] Exemption ended: Paravirtual instance: ')
    expect(oneLine(back('SUPPRESSED'))).toContain('was exempt from')
  })

  test('after it was left running says so, and that its stop is scheduled again', () => {
    expect(renderSubject(back('REFUSED'))).toContain('[MEDIUM] Scheduled again: Paravirtual instance')
    expect(oneLine(back('REFUSED'))).toContain(
      'i-1 was due to be stopped, and was left running at 2026-11-24 08:16:02 UTC.',
    )
  })

  test.each<State>(['ALERTED', 'NEW'])('does not count as recurred after %s: the finding got worse', state => {
    expect(renderSubject(back(state))).toContain('[MEDIUM] Paravirtual instance: ')
    expect(oneLine(back(state))).not.toMatch(/again|resolved at/)
  })

  test('is alerted once for all that one call started', () => {
    expect(oneLine(back('STOPPED', { event: START }, ['i-1', 'i-2', 'i-3']))).toContain('The same applies to 2 more.')
  })
})
