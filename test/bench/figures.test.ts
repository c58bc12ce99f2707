import { describe, expect, test } from '@jest/globals'
import { formatFigure, formatRatio, formatSpread, renderMarkdownTable } from '../../bench/figures.ts'

describe('the formatting of figures', () => {
  test.each([
    [843.2, '843'],
    [58.44, '58.4'],
    [6.789, '6.79'],
    [0.0234, '0.023'],
    [-3.456, '-3.46'],
    [Number.NaN, '?'],
  ])('writes %d %s', (value, text) => {
    expect(formatFigure(value)).toBe(text)
  })

  test('gives a spread its median, and a ratio its range', () => {
    expect(formatSpread({ min: 1, median: 2, max: 3 }, 'ms')).toBe('1.00 / **2.00** / 3.00 ms')
    expect(formatRatio({ min: 5, median: 6.5, max: 7 })).toBe('**6.50x** (5.00 to 7.00)')
  })

  test('makes the columns of a table as wide as their widest cell', () => {
    expect(renderMarkdownTable(['', 'target'], [['calls', '0'], ['zip']])).toBe(
      ['|       | target |', '|-------|--------|', '| calls | 0      |', '| zip   |        |'].join('\n'),
    )
  })
})
