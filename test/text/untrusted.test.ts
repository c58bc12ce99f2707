import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { escapeJson, toPlainText } from '../../shared/text/untrusted.ts'

const NEVER_SHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/u
const LONE_SURROGATE = /\p{Cs}/u
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\x1b',
      '\x07',
      '\n',
      '\r',
      '\x7f',
      '\x9b',
      '\u202e',
      '\u2066',
      '\u200b',
      '\u200d',
      '\u2028',
      '\ufeff',
    ),
    fc.constantFrom('\ud800', '\udc00', '\u{e0041}', '\u3164', '\u00ad', '"', '\\', 'é', '漢', '🚀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

describe('the text that is made plain', () => {
  test.each([
    ['an escape sequence', 'a\x1b[31mred', 'a\ufffd[31mred'],
    ['a right-to-left override', 'i-0\u202egpj', 'i-0\ufffdgpj'],
    ['a line break', 'a\r\nb', 'a\ufffd\ufffdb'],
    ['a zero-width space', 'pay\u200bpal', 'pay\ufffdpal'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a tag outside the basic plane, as one', 'a\u{e0041}b', 'a\ufffdb'],
  ])('does not contain %s', (_, text, shown) => expect(toPlainText(text)).toBe(shown))

  // Embeddings, overrides and isolates, with their ends, and the marks of a direction.
  test.each(['202a', '202b', '202c', '202d', '202e', '2066', '2067', '2068', '2069', '200e', '200f', '061c'])(
    'does not contain U+%s, which turns the direction of writing',
    code => expect(toPlainText(`a${String.fromCodePoint(Number.parseInt(code, 16))}b`)).toBe('a\ufffdb'),
  )

  test.each(['i-0123456789abcdef0', 'Zürich, São Paulo', '漢字 한국어', '🚀 launch'])('still contains %s', text =>
    expect(toPlainText(text)).toBe(text),
  )

  test('contains nothing invisible', () =>
    fc.assert(
      fc.property(hostile, text => {
        expect(toPlainText(text)).not.toMatch(NEVER_SHOWN)
        expect(toPlainText(text)).not.toMatch(LONE_SURROGATE)
        expect(toPlainText(toPlainText(text))).toBe(toPlainText(text))
      }),
    ))
})

describe('the text that is escaped for JSON', () => {
  test('has characters as escapes, in pairs outside the basic plane', () =>
    expect(escapeJson(JSON.stringify('\u202e\u{e0041}'))).toBe('"\\u202e\\udb40\\udc41"'))

  test('reads back any value, and contains no such character', () =>
    fc.assert(
      fc.property(fc.dictionary(hostile, fc.oneof(hostile, fc.array(hostile))), value => {
        const json = escapeJson(JSON.stringify(value))
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(json).not.toMatch(NEVER_SHOWN)
      }),
    ))

  test('keeps the lines of indented JSON', () =>
    expect(escapeJson('{\n  "a": "\x9b"\n}')).toBe('{\n  "a": "\\u009b"\n}'))
})
