import { describe, expect, test } from '@jest/globals'
import type { Subject } from '../../shared/facts/facts.ts'
import { instanceFamily as rule } from '../../shared/rules/instance-family.ts'
import type { RuleOptions } from '../../shared/rules/rule.ts'
import { imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

const of = (instanceType: string): Subject => instanceSubject({ instanceType })
const nameless = instanceSubject({}, ['instanceType'])

describe('instance-family', () => {
  test.each<[string, RuleOptions, Subject, string]>([
    ['without options nothing is refused', {}, of('t1.micro'), 'PASSED'],
    ['nor asked for', {}, nameless, 'PASSED'],
    ['a denied type', { deny: ['t1.micro'] }, of('t1.micro'), 'TYPE_DENIED'],
    ['another of its family', { deny: ['t1.micro'] }, of('t1.small'), 'PASSED'],
    ['a denied pattern', { deny: ['t1.*', 'm1.*'] }, of('m1.small'), 'TYPE_DENIED'],
    ['t1 alone means the family', { deny: ['t1'] }, of('t1.micro'), 'TYPE_DENIED'],
    ['a denied family and a type that only begins with it', { deny: ['m1'] }, of('m1x.small'), 'PASSED'],
    ['m5 is not m5d', { deny: ['m5'] }, of('m5d.large'), 'PASSED'],
    ['m5* is both', { deny: ['m5*'] }, of('m5d.large'), 'TYPE_DENIED'],
    ['a size of every family', { deny: ['*.metal*'] }, of('m7g.metal-24xl'), 'TYPE_DENIED'],
    ['a size of every family, without a dot', { deny: ['*metal*'] }, of('m7i.metal-24xl'), 'TYPE_DENIED'],
    ['another size', { deny: ['*metal*'] }, of('m7i.large'), 'PASSED'],
    ['a pattern that names families names no sizes', { deny: ['*g*'] }, of('m5.large'), 'PASSED'],
    ['of a family that AWS names and of which no facts are known', { deny: ['i8*'] }, of('i8x.large'), 'TYPE_DENIED'],
    ['an allowed size of every family', { allow: ['*metal'] }, of('c5.metal'), 'PASSED'],
    ['another size than the allowed one', { allow: ['*metal'] }, of('c5.large'), 'TYPE_NOT_ALLOWED'],
    ['an allowed family', { allow: ['m7g', 'c7g'] }, of('c7g.large'), 'PASSED'],
    ['one that is not', { allow: ['m7g', 'c7g'] }, of('m5.large'), 'TYPE_NOT_ALLOWED'],
    ['deny is stronger than allow', { allow: ['t1.*'], deny: ['t1.micro'] }, of('t1.micro'), 'TYPE_DENIED'],
    ['everything may be denied', { deny: ['*'] }, of('m7g.large'), 'TYPE_DENIED'],
    ['case counts', { deny: ['T1.*'] }, of('t1.micro'), 'PASSED'],
    ['a type that is not known', { deny: ['t1'] }, nameless, '? instance.instanceType'],
    ['a type that the catalogue does not know', { deny: ['x99'] }, of('x99.large'), 'TYPE_DENIED'],
    ['an image', { deny: ['*'] }, imageSubject(), 'PASSED'],
    ['a refused launch', { deny: ['*'] }, refusedLaunch(), 'PASSED'],
  ])('%s', (_, options, subject, expected) => {
    expect(inShort(verdictOf(rule, subject, options))).toBe(expected)
  })

  test('names the pattern that decided in its message', () => {
    expect(messageOf(verdictOf(rule, of('t1.micro'), { deny: ['m1', 't1'] }))).toBe(
      'i-0123456789abcdef0 is of type t1.micro, which the policy denies (t1).',
    )
    expect(messageOf(verdictOf(rule, of('t1.micro'), { allow: ['m7g', 'c7g'] }))).toContain('(allowed: m7g, c7g)')
  })
})
