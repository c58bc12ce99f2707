import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { renderEmailBody } from '../../shared/alert/render-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { findExemption } from '../../shared/policy/exempt.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import {
  ACTOR,
  aFinding,
  anAction,
  anAlert,
  DEFERRED,
  deferredTo,
  instanceIds,
  instanceSubject,
  NOW,
} from '../support/findings.ts'
import { behind, tooWide } from './reading.ts'

const due = (on: string, { at = DEFERRED.at }: { readonly at?: string | undefined } = {}): Finding =>
  aFinding({ on, action: deferredTo(at ?? '') })
const PROTECTED = anAction('refuse', { code: 'STOP_PROTECTED' })

const oneLine = (email: string): string => email.replace(/\s+/g, ' ')

/** The exemption that a mail offers, filled in as its reader would. */
const offered = (email: string): string => {
  const lines = email.split('\n').filter(line => /^ {7}(- rule| {2}(match|reason|owner|expires)):/.test(line))
  return ['version: 1', 'exemptions:', ...lines].join('\n').replace('YYYY-MM-DD', '2027-01-31')
}

describe('the email that announces a stop', () => {
  test('gives the time, in UTC and from now, in its first lines', () => {
    const email = renderEmailBody(anAlert([due('i-1')]))
    expect(email).toMatch(/^MEDIUM: Paravirtual instance, to be stopped at 08:15 UTC\n/)
    expect(oneLine(email)).toContain('virtguard will stop i-1 at 2026-11-24 08:15:30 UTC, 15 min after this alert.')
    expect(oneLine(email)).toContain(
      'virtguard The rule is on enforce: it will be stopped at 2026-11-24T08:15:30Z, unless you prevent it.',
    )
  })

  test.each([
    ['2026-11-24T08:00:30Z', '0 s after this alert'],
    ['2026-11-24T08:02:00Z', '1 min 30 s after this alert'],
    ['2026-11-24T08:15:31Z', '15 min after this alert'],
    ['2026-11-24T09:30:30Z', '1 h 30 min after this alert'],
    ['2026-11-25T08:00:30Z', '1 d after this alert'],
  ])('says of a stop at %s that it is %s', (at, words) => {
    expect(oneLine(renderEmailBody(anAlert([due('i-1', { at })])))).toContain(words)
  })

  test('names the day if the stop is on another one', () => {
    const email = renderEmailBody(anAlert([due('i-1', { at: '2026-11-25T00:00:30Z' })]))
    expect(email).toMatch(/^MEDIUM: Paravirtual instance, to be stopped at 11-25 00:00 UTC\n/)
  })

  test('names the instances that will be stopped if others will not', () => {
    const email = renderEmailBody(anAlert([due('i-1'), due('i-2'), aFinding({ on: 'i-3', action: PROTECTED })]))
    expect(oneLine(email)).toContain('virtguard will stop 2 of the 3 instances at')
    expect(behind(email, 'To stop')).toBe('i-1, i-2')
  })

  test('gives the times of the first and the last stop', () => {
    const email = renderEmailBody(anAlert([due('i-1'), due('i-2', { at: '2026-11-24T08:20:00Z' })]))
    expect(oneLine(email)).toContain(
      'virtguard will stop all 2 instances at 2026-11-24 08:15:30 UTC, 15 min after this alert, the last at 2026-11-24 08:20:00 UTC.',
    )
  })

  test('names the three ways to prevent the stop, ready to copy', () => {
    const email = renderEmailBody(anAlert([due('i-1')]))
    expect(oneLine(email)).toMatch(/Each of these prevents the stop if you do it before 08:15 UTC: 1\. Fix it/)
    expect(email).toContain('\n       virtguard policy apply policy.yaml\n')
    expect(email).toContain('\n       virtguard stops off --why "WHY"\n')
  })

  test.each([
    ['of one instance', [due('i-0123456789abcdef0')]],
    ['of several from one image', instanceIds(3).map(on => due(on))],
    ['for two rules', [due('i-0123456789abcdef0'), { ...due('i-0123456789abcdef0'), rule: 'xen-hypervisor' }]],
  ])('offers an exemption that is valid and covers the instance: %s', (_, findings) => {
    const policy = parsePolicy(offered(renderEmailBody(anAlert(findings))), 'policy.yaml')
    for (const { resource, rule } of findings) {
      const subject = instanceSubject({ instanceId: resource.id })
      expect(findExemption({ rule, subject, actor: ACTOR }, policy.exemptions, NOW).kind).toBe('exempt')
    }
    const other = instanceSubject({ instanceId: 'i-0fedcba9876543210', imageId: 'ami-0fedcba9876543210' })
    const answer = findExemption({ rule: 'paravirtual-instance', subject: other, actor: ACTOR }, policy.exemptions, NOW)
    expect(answer.kind).toBe('none')
  })

  test('offers a valid exemption even if a name was written to break out of it', () => {
    const imageId = 'ami-1", rule: "*" } #'
    const findings = instanceIds(2).map(on => ({ ...due(on), facts: { imageId } }))
    const [exemption] = parse(offered(renderEmailBody(anAlert(findings)))).exemptions
    expect(exemption.match.imageId).toBe(imageId)
  })

  test('says of instances of different images that each image needs its own entry', () => {
    const findings = instanceIds(2).map(on => ({ ...due(on), facts: { imageId: `ami-${on}` } }))
    expect(renderEmailBody(anAlert(findings))).toContain('# one such entry for each instance')
  })

  test('explains the exemption only once, and is not too wide', () => {
    const email = renderEmailBody(anAlert(instanceIds(1_000).map(on => due(on))))
    expect(behind(email, 'Exempt')).toBeUndefined()
    expect(tooWide(email)).toEqual([])
  })
})
