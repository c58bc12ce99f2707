import { describe, expect, test } from '@jest/globals'
import type { Subject } from '../../shared/facts/facts.ts'
import { findAdvice } from '../../shared/remediation/advice.ts'
import { xenHypervisor as rule } from '../../shared/rules/xen-hypervisor.ts'
import { imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

const of = (instanceType: string): Subject => instanceSubject({ instanceType, virtualizationType: 'hvm' })

describe('xen-hypervisor', () => {
  test.each<[string, Subject, string]>([
    ['a type on Nitro', of('t3.micro'), 'PASSED'],
    ['one of arm64', of('m7g.large'), 'PASSED'],
    ['bare metal, which has no hypervisor', of('m5.metal'), 'PASSED'],
    ['bare metal of a family that runs on Xen otherwise', of('i3.metal'), 'PASSED'],
    ['its virtual sisters', of('i3.large'), 'XEN_HYPERVISOR'],
    ['t2, which AWS calls current', of('t2.micro'), 'XEN_HYPERVISOR'],
    ['m5, which AWS calls previous', of('m5.large'), 'PASSED'],
    ['a type that can be PV', of('m1.small'), 'XEN_HYPERVISOR'],
    ['a type that the catalogue does not know', of('x99.large'), '? type.hypervisor'],
    ['a type that is not known', instanceSubject({}, ['instanceType']), '? instance.instanceType'],
    ['an image', imageSubject(), 'PASSED'],
    ['a refused launch', refusedLaunch({ instanceType: 't2.micro' }), 'PASSED'],
  ])('%s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })

  test.each([
    ['32 bit', { architecture: 'i386' }, '64-bit HVM image'],
    ['paravirtual', { virtualizationType: 'paravirtual' }, 'current HVM image'],
    ['Spot', { lifecycle: 'spot' }, 'cannot be changed'],
    ['on instance store', { rootDeviceType: 'instance-store' }, 'cannot be changed'],
    ['in a group', { tags: { 'aws:autoscaling:groupName': 'web' } }, 'its group'],
    ['terminated', { state: 'terminated' }, 'nothing can be done to it'],
  ] as const)('proposes no move of an instance that is %s', (_, facts, words) => {
    const instance = { instanceType: 't2.micro', virtualizationType: 'hvm', ...facts } as const
    expect(findAdvice(rule, { region: 'eu-west-1', instance, actor: {} })).toContain(words)
  })

  test('proposes the runbook where nothing known speaks against it', () =>
    expect(
      findAdvice(rule, { region: 'eu-west-1', instance: { instanceType: 't2.micro' }, actor: {} }),
    ).toBeUndefined())

  test('names in its message what the type lacks, and nothing if it lacks nothing', () => {
    expect(messageOf(verdictOf(rule, of('m4.large')))).toMatch(/on Nitro: no ENA, no NVMe for EBS\.$/)
    expect(messageOf(verdictOf(rule, of('r4.large')))).toMatch(/on Nitro: no NVMe for EBS\.$/)
    expect(messageOf(verdictOf(rule, of('i3.large')))).toMatch(/on Nitro\.$/)
  })
})
