import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePrestoText } from '../../cli/wrappers/presto-text.ts'

const key = fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,8}$/)
const text = fc.stringMatching(/^[A-Za-z0-9:/@._+,=-]{1,20}$/).filter(value => value !== 'null')
const value = fc.letrec(tie => ({
  any: fc.oneof({ depthSize: 'small' }, text, fc.constant(null), tie('object'), tie('list')),
  object: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
  list: fc.array(tie('any'), { maxLength: 3 }),
}))

// As Presto prints rows, maps and arrays: nothing is quoted.
const print = (json: unknown): string => {
  if (Array.isArray(json)) return `[${json.map(print).join(', ')}]`
  if (typeof json !== 'object' || json === null) return String(json)
  return `{${Object.entries(json)
    .map(([name, inner]) => `${name}=${print(inner)}`)
    .join(', ')}}`
}

describe('a value that Presto prints', () => {
  test('is read as what was printed', () =>
    fc.assert(
      fc.property(value.object, json => {
        expect(JSON.parse(JSON.stringify(parsePrestoText(print(json))))).toEqual(JSON.parse(JSON.stringify(json)))
      }),
    ))

  test('may have JSON for values, with commas and brackets in its texts', () =>
    expect(parsePrestoText('{a=1, set={"items":[{"x":"}, b=2"}]}, b=arn:aws:sts::1:role/r/s}')).toEqual({
      a: '1',
      set: { items: [{ x: '}, b=2' }] },
      b: 'arn:aws:sts::1:role/r/s',
    }))

  test.each([
    ['a key that comes twice', '{a=x, b=1, a=y}'],
    ['a bracket without its end', '{a={b=1}'],
    ['text behind an object', '{a={b=1}x}'],
    ['no keys', '{x, y}'],
    ['no brackets', 'a=1'],
    ['very many levels', `${'{a='.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ])('is not guessed at if it has %s', (_, printed) => expect(parsePrestoText(printed)).toBeUndefined())

  test('has no prototype that a key could reach', () =>
    expect(Object.getPrototypeOf(parsePrestoText('{__proto__={instanceType=m1.small}}'))).toBeNull())
})
