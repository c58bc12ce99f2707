import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { renderEmailBody } from '../../shared/alert/render-alert.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Actor, Subject } from '../../shared/facts/facts.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import {
  ACTOR,
  aFinding,
  anAlert,
  EVENT,
  imageSubject,
  instanceIds,
  instanceSubject,
  NOW,
  refusedFor,
  refusedLaunch,
} from '../support/findings.ts'
import { behind, tooWide } from './reading.ts'
import { strangeAlerts } from './strangers.ts'

const WORLD = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: NOW }
const found = (subject: Subject, actor: Actor = ACTOR): readonly Finding[] =>
  evaluate({ subject, event: EVENT, actor }, WORLD)
const launchOf = (ids: readonly string[]) => ids.flatMap(instanceId => found(instanceSubject({ instanceId })))

describe('an email', () => {
  test('of a PV launch says what, where, who, when, why, what to do and what virtguard did', () => {
    const email = renderEmailBody(anAlert(found(instanceSubject())))
    expect(email).toMatch(
      /^MEDIUM: Paravirtual instance\n\ni-0123456789abcdef0 \(m1\.small\) runs paravirtual \(PV\)\.\n\n/,
    )
    expect(behind(email, 'What')).toBe('i-0123456789abcdef0 (m1.small), image ami-0abcdef1234567890')
    expect(behind(email, 'Where')).toBe('account 123456789012, region us-east-1')
    expect(behind(email, 'Who')).toBe('arn:aws:sts::123456789012:assumed-role/deploy/user@example.com')
    expect(behind(email, 'When')).toBe('2026-11-24 08:00:00 UTC (RunInstances)')
    expect(behind(email, 'Why')).toMatch(/^Paravirtual \(PV\) runs only on/)
    expect(behind(email, 'To do')).toMatch(/^Launch from an HVM image instead/)
    expect(behind(email, 'virtguard')).toBe(
      'Alerted only: the rule is on observe; on enforce it would be stopped after 15 min.',
    )
    expect(behind(email, 'Console')).toMatch(
      /^https:\/\/console\.aws\.amazon\.com\/ec2\/home\?region=us-east-1#InstanceDetails/,
    )
    expect(behind(email, 'More')).toBe('virtguard rules paravirtual-instance')
    expect(behind(email, 'Exempt')).toContain('reason, owner and expiry')
    expect(behind(email, 'Alert')).toBe('123456789012/us-east-1/r-0123456789abcdef0')
  })

  test('has the main finding on its first screen, and lesser findings after it', () => {
    const lines = renderEmailBody(anAlert(found(instanceSubject()))).split('\n')
    expect(lines.findIndex(line => line.startsWith('Console'))).toBeLessThan(24)
    expect(lines.indexOf('LOW: Instance type on Xen (xen-hypervisor)')).toBeGreaterThan(lines.indexOf('Also:'))
  })

  test('of a launch by a group names the group, and says why the instance is not stopped', () => {
    const actor = {
      ...ACTOR,
      autoScalingGroup: 'legacy-web',
      launchTemplate: 'lt-0abc:4',
      via: 'autoscaling.amazonaws.com',
    }
    const email = renderEmailBody(anAlert(found(instanceSubject(), actor), { actor }))
    expect(behind(email, 'Through')).toBe(
      'Auto Scaling group legacy-web, launch template lt-0abc:4, autoscaling.amazonaws.com',
    )
    expect(behind(email, 'virtguard')).toMatch(
      /^Alerted only; virtguard will not stop it: it belongs to the Auto Scaling group legacy-web, which would replace it/,
    )
    expect(behind(email, 'Fix')).toMatch(/^launch template lt-0abc:4 of the Auto Scaling group legacy-web: /)
  })

  test('of a refused launch links to the record in CloudTrail, because there is no instance', () => {
    const email = renderEmailBody(anAlert(found(refusedLaunch()), { launchId: EVENT.id }))
    expect(behind(email, 'What')).toBe('ami-0abcdef1234567890 on t3.micro')
    expect(behind(email, 'Console')).toBe(
      `https://console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/${EVENT.id}`,
    )
    expect(behind(email, 'virtguard')).toBe('Alerted only: there is no instance to stop.')
  })

  test('of an image names the image once', () => {
    const email = renderEmailBody(anAlert(found(imageSubject({ virtualizationType: 'paravirtual' }))))
    expect(behind(email, 'What')).toBe('ami-0abcdef1234567890')
    expect(behind(email, 'Console')).toContain('#ImageDetails:imageId=ami-0abcdef1234567890')
  })

  test('of an UNKNOWN finding says once what is left to do, and not to fix the instance', () => {
    const unknown = instanceSubject({}, ['virtualizationType', 'instanceType', 'imageId', 'enaSupport'])
    const email = renderEmailBody(anAlert(found(unknown, {}), { actor: {} }))
    expect(email).toMatch(/^MEDIUM: Paravirtual instance\? Cannot tell\n/)
    expect(email.replace(/\s+/g, ' ').match(/UNKNOWN is not a pass/g)).toHaveLength(1)
    expect(email).not.toContain('Launch from an HVM image')
    expect(behind(email, 'Who')).toMatch(/^not named in this event/)
    expect(behind(email, 'virtguard')).toBe('Alerted only; virtguard will not stop it: the verdict is UNKNOWN.')
  })

  test('of a thousand instances is as short as that of one, and says where all are named', () => {
    const ids = instanceIds(1_000)
    const email = renderEmailBody(anAlert(launchOf(ids)))
    expect(behind(email, 'What')).toBe('1,000 instances (m1.small), image ami-0abcdef1234567890')
    expect(behind(email, 'Ids')).toBe(
      `${ids.slice(0, 10).join(', ')} and 990 more (behind the link, and in the JSON of this alert)`,
    )
    expect(email).toContain(`${ids[0]} (m1.small) runs paravirtual (PV).\nThe same applies to 999 more.`)
    expect(behind(email, 'Console')).toContain('#Instances:reservationId=r-0123456789abcdef0')
    expect(email.split('\n').length).toBeLessThan(60)
  })

  test('names the instances of a finding if it is not about all of them', () => {
    const [first = '', second = '', third = ''] = instanceIds(3)
    const findings = [
      ...launchOf([first]),
      ...[second, third].map(on => aFinding({ on, message: `${on} runs paravirtual.` })),
    ]
    expect(renderEmailBody(anAlert(findings))).toContain(`LOW: Instance type on Xen (xen-hypervisor)`)
    expect(renderEmailBody(anAlert(findings))).toContain(`1 of 3: ${first}`)
  })

  test('shows at most three messages that differ in more than the id', () => {
    const findings = instanceIds(5).map((on, index) => aFinding({ on, message: `${on} is of type t${index}.micro.` }))
    const email = renderEmailBody(anAlert(findings))
    expect(email).toContain('is of type t2.micro.\nThe same applies to 2 more.')
    expect(email).not.toContain('t3.micro')
  })

  test('of one part says how many parts there are', () => {
    const alert = { ...anAlert(), part: { number: 2, of: 3 } }
    expect(renderEmailBody(alert)).toMatch(/^MEDIUM: Paravirtual instance\nPart 2 of 3 of the same launch\.\n/)
  })

  test.each<[string, readonly Finding[]]>([
    ['one instance', found(instanceSubject())],
    ['a thousand', launchOf(instanceIds(1_000))],
    ['a refused launch', found(refusedLaunch())],
    ['a bad image', found(imageSubject({ enaSupport: false, bootMode: 'legacy-bios' }))],
  ])('of %s is at most 72 columns wide, except for single long words', (_, findings) => {
    expect(tooWide(renderEmailBody(anAlert(findings)))).toEqual([])
  })
})

describe('text that strangers wrote in an email', () => {
  test('breaks no line, shows no invisible character and becomes no link, in every kind of email', () => {
    fc.assert(
      fc.property(strangeAlerts, alerts => {
        for (const email of alerts.map(renderEmailBody)) {
          expect(email).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          expect(() => encodeURIComponent(email)).not.toThrow()
          expect(email.match(/https?:\/\//g)).toHaveLength(1)
          expect(email).not.toMatch(/^Bcc:/m)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('stays readable', () => {
    const email = renderEmailBody(
      anAlert([aFinding()], { actor: { ...ACTOR, autoScalingGroup: 'see https://evil.example' } }),
    )
    expect(behind(email, 'Through')).toBe('Auto Scaling group see https[:]//evil.example')
  })

  test('cannot make an email too long to read', () => {
    const findings = Array.from({ length: 200 }, (_, index) =>
      aFinding({
        on: `i-${index}`,
        action: refusedFor(`${index} ${'\u{1f600}'.repeat(200)}`),
      }),
    )
    const email = renderEmailBody(anAlert(findings))
    expect(email.length).toBeLessThan(24_100)
    expect(email).toMatch(/\n\.\.\. cut off: the JSON of this alert has everything\.$/)
    expect(() => encodeURIComponent(email)).not.toThrow()
  })
})
