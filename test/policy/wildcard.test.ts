import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canMatchForm, matchesPattern } from '../../shared/text/wildcard.ts'

// The definition, by recursion: slow and plain.
const defined = (pattern: string, text: string): boolean => {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern[0] === '*') return defined(rest, text) || (text !== '' && defined(pattern, text.slice(1)))
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && defined(rest, text.slice(1))
}

describe('matchesPattern', () => {
  test.each([
    ['m1.*', 'm1.small', true],
    ['m1.*', 'm1.', true],
    ['m1.*', 'xm1.small', false],
    ['m1.small', 'm1.small', true],
    ['m1.small', 'm1.smaller', false],
    ['m1.small', 'm1xsmall', false],
    ['M1.*', 'm1.small', false],
    ['?1.*', 'm1.small', true],
    ['?', '', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['*-prod-*', 'eu-prod-web', true],
    ['*.large', 'm7g.xlarge', false],
    ['[a-z]+', 'abc', false],
  ])('for %j on %j is %j', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected)
  })

  test('agrees with the definition', () => {
    const word = (letters: string[], maxLength: number) => fc.string({ unit: fc.constantFrom(...letters), maxLength })
    fc.assert(
      fc.property(word(['a', 'b', '*', '?'], 8), word(['a', 'b', '*'], 10), (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(defined(pattern, text))
      }),
      { numRuns: 3000 },
    )
  })

  test('is fast for a pattern made to backtrack', () => {
    const started = performance.now()
    expect(matchesPattern(`${'*a'.repeat(2000)}*b`, 'a'.repeat(10_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe('canMatchForm', () => {
  const HEX = '0123456789abcdef'
  const SHORT_ID = [...'i-', ...Array.from({ length: 8 }, () => HEX)]

  test.each([
    ['i-01234567', true],
    ['i-*', true],
    ['*', true],
    ['?-????????', true],
    ['i-*7', true],
    ['*0*1*', true],
    ['i-0123456', false],
    ['i-012345678', false],
    ['I-*', false],
    ['i-*g', false],
    ['*-*-*', false],
    ['?????????', false],
    ['', false],
  ])('%j can match an id: %j', (pattern, expected) => {
    expect(canMatchForm(pattern, SHORT_ID)).toBe(expected)
  })

  test('is true exactly if some text of the form matches', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
    const form = fc.array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 4 })
    const textsOf = ([first, ...rest]: readonly string[]): readonly string[] =>
      first === undefined ? [''] : [...first].flatMap(letter => textsOf(rest).map(text => letter + text))
    fc.assert(
      fc.property(letters, form, (pattern, places) => {
        expect(canMatchForm(pattern, places)).toBe(textsOf(places).some(text => matchesPattern(pattern, text)))
      }),
      { numRuns: 2000 },
    )
  })
})
