import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { measureWidth, pad, truncate, wrap } from '../../cli/output/width.ts'

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(' ', 'a', 'é', '漢', '🚀', '👩‍👩‍👧', 'e\u0301'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
})

describe('the width of text in columns', () => {
  test('is two for a wide character, and what it shows for a combined one', () => {
    expect(measureWidth('漢字')).toBe(4)
    expect(measureWidth('🚀')).toBe(2)
    expect(measureWidth('e\u0301')).toBe(1)
  })

  test('is never exceeded by a text that is cut or wrapped', () =>
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 90 }), (value, width) => {
        expect(measureWidth(truncate(value, width))).toBeLessThanOrEqual(width)
        for (const line of wrap(value, width)) expect(measureWidth(line)).toBeLessThanOrEqual(width)
      }),
    ))

  test('makes wrapping lose nothing but spaces', () =>
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 90 }), (value, width) => {
        expect(wrap(value, width).join('').replaceAll(' ', '')).toBe(value.replaceAll(' ', ''))
      }),
    ))

  test('is filled up by padding', () => {
    expect(pad('漢', 4)).toBe('漢  ')
    expect(pad('too long', 4)).toBe('too long')
  })
})
