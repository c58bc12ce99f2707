import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { gistOf, inCommon, sentence } from '../../shared/alert/reason.ts'

const reasons = fc
  .array(fc.constantFrom('spent', ': 5 in 10 min', '; free at 08:20', '; free at 08:25', ' (why)', ', and more'), {
    maxLength: 4,
  })
  .map(parts => `spent${parts.join('')}`)

describe('a reason', () => {
  test.each([
    ['stops are switched off', 'stops are switched off'],
    ['the stop budget is spent: 5 stops in 10 min', 'the stop budget is spent'],
    ['the rule observes; on enforce it would be stopped', 'the rule observes'],
    ['(', '('],
    ['', ''],
  ])('%j has the gist %j', (why, gist) => {
    expect(gistOf(why)).toBe(gist)
  })

  test('has in common with another what both say, whichever comes first', () => {
    const [a, b] = ['spent: 5 in 10 min; free at 08:20', 'spent: 5 in 10 min; free at 08:25']
    expect(inCommon(a, b)).toBe('spent: 5 in 10 min')
    expect(inCommon(b, a)).toBe('spent: 5 in 10 min')
    expect(inCommon('spent: 5 in 10 min', a)).toBe('spent: 5 in 10 min')
    expect(inCommon(a, 'spent: 5 in 10 min')).toBe('spent: 5 in 10 min')
    expect(inCommon(a, 'spent: 50 in 10 min')).toBe('spent')
  })

  test('never says of both what only one says, and never less than the gist', () => {
    fc.assert(
      fc.property(reasons, reasons, (a, b) => {
        fc.pre(gistOf(a) === gistOf(b))
        const common = inCommon(a, b)
        expect(a.startsWith(common)).toBe(true)
        expect(b.startsWith(common)).toBe(true)
        expect(common.startsWith(gistOf(a))).toBe(true)
        expect(inCommon(b, a)).toBe(common)
      }),
    )
  })
})

describe('a reason as a sentence', () => {
  test.each([
    ['it is terminated', 'it is terminated.'],
    ['it was fixed: the rule passes now', 'it was fixed: the rule passes now.'],
    [
      'virtguard may not stop it: UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcZ',
      'virtguard may not stop it: "You are not authorized to perform this operation." (UnauthorizedOperation).',
    ],
    [
      'EC2 refused: InvalidInstanceID.NotFound: It is\nnot there',
      'EC2 refused: "It is\nnot there" (InvalidInstanceID.NotFound).',
    ],
    ['EC2 took the stop: Later: nothing', 'EC2 took the stop: Later: nothing.'],
  ])('%s', (why, text) => {
    expect(sentence(why)).toBe(text)
  })
})
