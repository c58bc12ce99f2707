import { describe, expect, test } from '@jest/globals'
import type { Subject } from '../../shared/facts/facts.ts'
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

  test('proposes no type on Nitro for a 32-bit image, which none of them runs', () => {
    const remediationOf = (subject: Subject) => {
      const verdict = verdictOf(rule, subject)
      return verdict.status === 'FAILED' ? (verdict.remediation ?? rule.remediation) : 'not FAILED'
    }
    expect(remediationOf(instanceSubject({ instanceType: 't2.micro', architecture: 'i386' }))).toContain(
      '64-bit HVM image',
    )
    expect(remediationOf(of('t2.micro'))).toBe(rule.remediation)
  })

  test('names in its message what the type lacks, and nothing if it lacks nothing', () => {
    expect(messageOf(verdictOf(rule, of('m4.large')))).toMatch(/on Nitro: no ENA, no NVMe for EBS\.$/)
    expect(messageOf(verdictOf(rule, of('r4.large')))).toMatch(/on Nitro: no NVMe for EBS\.$/)
    expect(messageOf(verdictOf(rule, of('i3.large')))).toMatch(/on Nitro\.$/)
  })
})
