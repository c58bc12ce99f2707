import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { subjectOf } from '../../shared/alert/subject.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { launchRequestResource } from '../../shared/facts/resource.ts'
import { incompatibleLaunch } from '../../shared/rules/incompatible-launch.ts'
import { xenHypervisor } from '../../shared/rules/xen-hypervisor.ts'
import { aFinding, anAlert, EVENT, instanceIds, PLACE } from '../support/findings.ts'
import { strangeFindings } from './strangers.ts'

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

describe('the subject', () => {
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
    expect(subjectOf(anAlert(findings))).toBe(subject)
  })

  test('counts images as images', () => {
    const images = ['ami-0000000000000001a', 'ami-0000000000000001b'].map(on => aFinding({ on, facts: {} }))
    expect(subjectOf(anAlert(images))).toContain(': 2 images in ')
  })

  test('keeps the place also where type and region are long', () => {
    const subject = subjectOf(anAlert([refused('u7inh-32tb.480xlarge')], { region: 'ap-southeast-1' }))
    expect(subject).toMatch(
      /^\[LOW\] EC2 refused to launch ami-0abcdef1234567890 on .*\.\.\. in 123456789012 ap-southeast-1$/,
    )
  })

  test('is one line of less than 100 characters of printable ASCII, whatever the names', () => {
    fc.assert(
      fc.property(
        strangeFindings,
        fc.constantFrom('us-east-1', 'ap-southeast-7', 'us-isob-east-1'),
        (findings, region) => {
          const subject = subjectOf(anAlert(findings, { region }))
          expect(subject).toMatch(/^\[[A-Z]+\] [ -~]+$/)
          expect(subject.length).toBeLessThan(100)
        },
      ),
      { numRuns: 500 },
    )
  })
})
