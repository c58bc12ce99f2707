import { describe, expect, test } from '@jest/globals'
import type { InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { enaDisabled as rule } from '../../shared/rules/ena-disabled.ts'
import { imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

const of = (instanceType: string, ena?: boolean): Subject =>
  instanceSubject({ instanceType, virtualizationType: 'hvm', ...(ena !== undefined && { enaSupport: ena }) })

const withoutType = (facts: InstanceFacts): Subject => instanceSubject(facts, ['instanceType'])

describe('ena-disabled', () => {
  test.each<[string, Subject, string]>([
    ['ENA on', of('m5.large', true), 'PASSED'],
    ['ENA on, on a type that nobody knows', of('x99.large', true), 'PASSED'],
    ['ENA on, on a type that is not known', withoutType({ enaSupport: true }), 'PASSED'],
    ['ENA off on a type that offers it', of('r4.large', false), 'ENA_DISABLED'],
    ['the one m4 that offers it', of('m4.16xlarge', false), 'ENA_DISABLED'],
    ['ENA off on a type that cannot', of('t2.micro', false), 'PASSED'],
    ['ENA not known on a type that cannot', of('m4.large'), 'PASSED'],
    ['a PV instance, whose types cannot', instanceSubject(), 'PASSED'],
    ['ENA not known on a type that offers it: absent is not off', of('r4.large'), '? instance.enaSupport'],
    ['nor on one that requires it', of('m7g.large'), '? instance.enaSupport'],
    ['ENA off on a type that nobody knows', of('x99.large', false), '? type.ena'],
    ['ENA off on a type that is not known', withoutType({ enaSupport: false }), '? instance.instanceType'],
    ['nothing known', withoutType({}), '? instance.instanceType'],
    ['an image', imageSubject({ enaSupport: false }), 'PASSED'],
    ['a refused launch', refusedLaunch({ instanceType: 'r4.large' }), 'PASSED'],
  ])('for %s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })

  test('names instance and type in its message', () => {
    expect(messageOf(verdictOf(rule, of('r4.large', false)))).toBe(
      'i-0123456789abcdef0 is of type r4.large, which offers ENA, but has it off.',
    )
  })

  test('proposes no stop for an instance whose root is on instance store', () => {
    const facts = { instanceType: 'x1.16xlarge', virtualizationType: 'hvm', enaSupport: false } as const
    const verdict = verdictOf(rule, instanceSubject({ ...facts, rootDeviceType: 'instance-store' }))
    expect(verdict.status === 'FAILED' && verdict.remediation).toContain('cannot be stopped')
    expect(verdictOf(rule, instanceSubject(facts))).not.toHaveProperty('remediation')
  })

  test.each([
    ['a Spot instance', { lifecycle: 'spot' }, 'no On-Demand instance'],
    ['a member of a group', { tags: { 'aws:autoscaling:groupName': 'web' } }, 'Change its launch template'],
    ['what a service manages', { managedBy: 'eks.amazonaws.com' }, 'replaces it once it is stopped'],
  ] as const)('proposes no stop for %s', (_, more, words) => {
    const facts = { instanceType: 'x1.16xlarge', virtualizationType: 'hvm', enaSupport: false, ...more } as const
    const verdict = verdictOf(rule, instanceSubject(facts))
    expect(verdict.status === 'FAILED' && verdict.remediation).toContain(words)
  })
})
