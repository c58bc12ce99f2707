import { describe, expect, test } from '@jest/globals'
import { readYaml } from '../../shared/policy/document.ts'

const readProblems = (text: string): readonly string[] =>
  readYaml(text).problems.map(({ path, text: what }) => `${path.join('.')}: ${what}`)

describe('a YAML text', () => {
  test.each([
    ['a text by its own tag', 'a: !!str 5', { a: '5' }],
    ['a key without a value in braces', '{ a }', { a: null }],
    ['a key with a question mark and no value', '? a', { a: null }],
    ['list items without a value', '- \n- ', [null, null]],
    ['a key that is written with an escape', '"a\\x62": 1', { ab: 1 }],
    ['a key that is written with two quotes', "'it''s': 1", { "it's": 1 }],
    ['yes, which is a word in YAML 1.2', '%YAML 1.1\n---\na: yes', { a: 'yes' }],
    ['a merge key, which is a key like another', '<<: { a: 1 }', { '<<': { a: 1 } }],
  ])('is plain data: %s', (_, text, data) => {
    expect(readProblems(text)).toEqual([])
    expect(readYaml(text).data).toEqual(data)
  })

  test.each([
    ['no key', ': 1', '?: is no key; write a word'],
    ['null as a key', 'null: 1', '?: is no key; write a word'],
    ['one key in two spellings', '"a\\x62c": 1\nabc: 2', 'abc: is given twice; keep one (the first is on line 1)'],
  ])('is refused: %s', (_, text, problem) => {
    expect(readProblems(text)).toEqual([problem])
  })

  test('may nest thirty levels, and no more', () => {
    const nestLists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(readProblems(nestLists(30))).toEqual([])
    expect(readProblems(nestLists(31))).toEqual([': is nested too deeply; a policy needs five levels'])
  })

  const listZeros = (count: number): string => `[${'0,'.repeat(count)}]`

  test('may have ten thousand values', () => {
    expect(readProblems(listZeros(10_000))).toEqual([])
  })

  test('may not have one more than ten thousand values', () => {
    expect(readProblems(listZeros(10_001))).toEqual([': has more than 10000 values; a policy has a few hundred'])
  })

  test('says how a value is written, and where, and for a missing value where it would be', () => {
    const { sourceOf, offsetOf, positionOf } = readYaml('a:\n  b: 0012\n  c: [x]\n')
    expect(sourceOf(['a', 'b'])).toBe('0012')
    expect(sourceOf(['a', 'c'])).toBeUndefined()
    expect(positionOf(offsetOf(['a', 'b']))).toEqual({ line: 2, col: 3 })
    expect(positionOf(offsetOf(['a', 'c', 0]))).toEqual({ line: 3, col: 7 })
    expect(positionOf(offsetOf(['a', 'd', 'e']))).toEqual({ line: 1, col: 1 })
    expect(positionOf(offsetOf([]))).toEqual({ line: 1, col: 1 })
  })
})
