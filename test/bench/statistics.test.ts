import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { computeMedian, computePairedRatios, computeSpread } from '../../bench/statistics.ts'

describe('the statistics of the benchmark', () => {
  test('take as median of an odd number of values the middle one, of an even number the mean of two', () => {
    expect(computeMedian([5, 1, 3])).toBe(3)
    expect(computeMedian([4, 1, 3, 2])).toBe(2.5)
    expect(computeMedian([])).toBeNaN()
  })

  test('have a median between the least and the greatest value, in whatever order they come', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, list => {
        const { min, median: middle, max } = computeSpread(list)
        return min <= middle && middle <= max && middle === computeMedian([...list].reverse())
      }),
    )
  })

  test('take ratios round by round', () => {
    expect(computePairedRatios([10, 40], [5, 10])).toEqual([2, 4])
    expect(() => computePairedRatios([1, 2], [1])).toThrow('2 and 1 rounds cannot be paired')
  })
})
