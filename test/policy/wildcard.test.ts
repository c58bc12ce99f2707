import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { matchesPattern } from '../../shared/policy/wildcard.ts'

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
  ])('%j on %j is %j', (pattern, text, expected) => {
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

  test('is not hung by a pattern made to backtrack', () => {
    const started = performance.now()
    expect(matchesPattern(`${'*a'.repeat(2000)}*b`, 'a'.repeat(10_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
