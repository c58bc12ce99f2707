import { describe, expect, test } from '@jest/globals'
import type { InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { findAdvice } from '../../shared/remediation/advice.ts'
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

  test.each([
    ['whose root is on instance store', { rootDeviceType: 'instance-store' }, 'cannot be stopped'],
    ['that is Spot', { lifecycle: 'spot' }, 'no On-Demand instance'],
    ['of a group', { tags: { 'aws:autoscaling:groupName': 'web' } }, 'Change its launch template'],
    ['that a service manages', { managedBy: 'eks.amazonaws.com' }, 'replaces it once it is stopped'],
    ['that is terminated', { state: 'terminated' }, 'nothing can be done to it'],
  ] as const)('proposes no stop for an instance %s', (_, facts, words) => {
    const instance = { instanceType: 'x1.16xlarge', enaSupport: false, ...facts } as const
    expect(findAdvice(rule, { region: 'eu-west-1', instance, actor: {} })).toContain(words)
  })

  test('proposes the switch only on a condition where a tag that anybody may write names an owner', () => {
    const instance = { instanceType: 'x1.16xlarge', enaSupport: false, tags: { 'karpenter.sh/nodepool': 'n' } }
    const advice = findAdvice(rule, { region: 'eu-west-1', instance, actor: {} })
    expect(advice).toMatch(/^Only if nothing else owns it \(a tag, which anybody may write, .*--ena-support/)
  })

  test('proposes the switch where nothing known speaks against it', () => {
    const instance = { instanceType: 'x1.16xlarge', enaSupport: false }
    expect(findAdvice(rule, { region: 'eu-west-1', instance, actor: {} })).toBeUndefined()
  })
})
