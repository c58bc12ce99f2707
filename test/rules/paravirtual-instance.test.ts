import { describe, expect, test } from '@jest/globals'
import type { Subject } from '../../shared/facts/facts.ts'
import { paravirtualInstance as rule } from '../../shared/rules/paravirtual-instance.ts'
import { imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

describe('paravirtual-instance', () => {
  test.each<[string, Subject, string]>([
    ['a PV instance', instanceSubject(), 'PARAVIRTUAL'],
    ['a PV instance whose type is not known', instanceSubject({}, ['instanceType']), 'PARAVIRTUAL'],
    ['a PV instance on a type that offers HVM too', instanceSubject({ instanceType: 'c3.large' }), 'PARAVIRTUAL'],
    ['an HVM instance', instanceSubject({ virtualizationType: 'hvm' }), 'PASSED'],
    [
      'an HVM instance on an old type',
      instanceSubject({ virtualizationType: 'hvm', instanceType: 't1.micro' }),
      'PASSED',
    ],
    ['an arm64 instance', instanceSubject({ virtualizationType: 'hvm', architecture: 'arm64' }), 'PASSED'],
    [
      'an instance of which nothing is known',
      instanceSubject({}, ['virtualizationType']),
      '? instance.virtualizationType',
    ],
    [
      'a launch without the id of its instance',
      instanceSubject({}, ['instanceId', 'virtualizationType']),
      '? instance.virtualizationType',
    ],
    ['a PV image', imageSubject({ virtualizationType: 'paravirtual' }), 'PASSED'],
    ['a launch that EC2 refused', refusedLaunch(), 'PASSED'],
  ])('%s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })

  test('does not ask the type: an HVM type does not make an instance HVM', () => {
    const subject = instanceSubject({ instanceType: 'm7g.large' }, ['virtualizationType'])
    expect(inShort(verdictOf(rule, subject))).toBe('? instance.virtualizationType')
  })

  test('names in its message the instance, and its type if that is known', () => {
    expect(messageOf(verdictOf(rule, instanceSubject()))).toBe('i-0123456789abcdef0 (m1.small) runs paravirtual (PV).')
    expect(messageOf(verdictOf(rule, instanceSubject({}, ['instanceType'])))).toBe(
      'i-0123456789abcdef0 runs paravirtual (PV).',
    )
  })
})
