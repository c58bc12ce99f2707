import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { limitText } from '../../shared/text/limited.ts'

describe('a limited text', () => {
  test('that fits stays as it is', () => expect(limitText('Zürich 漢字 🚀', 12)).toBe('Zürich 漢字 🚀'))
  test('that does not ends with an ellipsis', () => expect(limitText('abcdef', 4)).toBe('abc…'))
  test('is never cut within a character', () => expect(limitText('ab🚀cd', 4)).toBe('ab…'))

  test('is within its limit, on one line, and can be encoded, whatever it was', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const shown = limitText(text, limit)
        expect(shown.length).toBeLessThanOrEqual(limit)
        expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        expect(() => encodeURIComponent(shown)).not.toThrow()
      }),
    ))
})
