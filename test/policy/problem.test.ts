import { describe, expect, test } from '@jest/globals'
import { formatPathText, formatProblems, truncateShown } from '../../shared/policy/problem.ts'

describe('a text of a file in an error', () => {
  test('controls no terminal, hides nothing and stays on its line', () => {
    expect(truncateShown('a\u001b[31mb\nc\u2028d\u2029e\u200bf')).toBe(
      'a\\u{1b}[31mb\\u{a}c\\u{2028}d\\u{2029}e\\u{200b}f',
    )
  })

  test('is cut after 60 characters, and says so', () => {
    expect(truncateShown('x'.repeat(60))).toBe('x'.repeat(60))
    expect(truncateShown('x'.repeat(61))).toBe(`${'x'.repeat(60)}…`)
    expect(truncateShown('abc', 2)).toBe('ab…')
  })

  test('is a path with its positions in lists', () => {
    expect(formatPathText(['exemptions', 0, 'match', 'tags', 'a.b\n'])).toBe('exemptions[0].match.tags.a.b\\u{a}')
    expect(formatPathText([0, 'x'])).toBe('[0].x')
    expect(formatPathText([])).toBe('')
  })
})

describe('the problems of a file', () => {
  const positionOf = (offset: number) => ({ line: offset + 1, col: 1 })
  const some = (count: number) =>
    Array.from({ length: count }, (_, nth) => ({ offset: count - nth, path: ['rules'], text: `wrong ${count - nth}` }))

  test('are lines in the order of the file, each with its position, and without a path if they are of the whole file', () => {
    expect(formatProblems('p.yaml', [...some(2), { offset: 0, path: [], text: 'is empty' }], positionOf)).toBe(
      'p.yaml:1:1 is empty\np.yaml:2:1 rules: wrong 1\np.yaml:3:1 rules: wrong 2',
    )
  })

  test('are twenty at the most, with the number of the others', () => {
    expect(formatProblems('p', some(20), positionOf).split('\n')).toHaveLength(20)
    const lines = formatProblems('p', some(22), positionOf).split('\n')
    expect(lines.slice(19)).toEqual(['p:21:1 rules: wrong 20', 'p: and 2 more'])
  })
})
