import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cleanName, quoteName } from '../../shared/text/name.ts'
import { strangeText } from '../alert/strangers.ts'

describe('a name in a finding', () => {
  test.each([
    ['as it is', 'web-1', 'web-1'],
    ['in any script', 'Zürich 漢字', 'Zürich 漢字'],
    ['on one line', 'web\r\nWhere     account 999999999999', 'web\ufffd\ufffdWhere account 999999999999'],
    ['without characters that are not seen', 'a\u202eb\u200bc\u001b[31m', 'a\ufffdb\ufffdc\ufffd[31m'],
    ['without spaces around it', '  web   1 ', 'web 1'],
    ['within its limit', 'w'.repeat(256), `${'w'.repeat(127)}…`],
  ])('is %s', (_, text, name) => expect(cleanName(text)).toBe(name))

  test.each([undefined, '', '   ', '\u00a0\u2003'])('is absent where nothing of it is seen: %j', text =>
    expect(cleanName(text)).toBeUndefined(),
  )
})

describe('a name in quotation marks', () => {
  test.each([
    ['web-1', '"web-1"'],
    ['x" is PASSED', '"x\' is PASSED"'],
    ['x” and “y', '"x\' and \'y"'],
    ['i-0123456789abcdef0', '"i-0123456789abcdef0"'],
  ])('%s is %s', (name, quoted) => expect(quoteName(name)).toBe(quoted))

  test('cannot end its quotation, and is never too long', () =>
    fc.assert(
      fc.property(strangeText, fc.integer({ min: 1, max: 128 }), (text, limit) => {
        const quoted = quoteName(text, limit)
        expect(quoted).toMatch(/^"[^"“”\n]*"$/)
        expect(quoted.length).toBeLessThanOrEqual(limit + 2)
      }),
    ))
})
