import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { measureWidth, pad, truncate, wrap } from '../../cli/output/width.ts'

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(' ', 'a', 'é', '漢', '🚀', '👩‍👩‍👧', 'e\u0301'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
})

describe('columns', () => {
  test('a wide character takes two, a combined one as many as it shows', () => {
    expect(measureWidth('漢字')).toBe(4)
    expect(measureWidth('🚀')).toBe(2)
    expect(measureWidth('e\u0301')).toBe(1)
  })

  test('a text that is cut or wrapped is never wider', () =>
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 90 }), (value, width) => {
        expect(measureWidth(truncate(value, width))).toBeLessThanOrEqual(width)
        for (const line of wrap(value, width)) expect(measureWidth(line)).toBeLessThanOrEqual(width)
      }),
    ))

  test('wrapping loses nothing but spaces', () =>
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 90 }), (value, width) => {
        expect(wrap(value, width).join('').replaceAll(' ', '')).toBe(value.replaceAll(' ', ''))
      }),
    ))

  test('padding fills up to the width', () => {
    expect(pad('漢', 4)).toBe('漢  ')
    expect(pad('too long', 4)).toBe('too long')
  })
})
