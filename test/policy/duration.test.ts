import { describe, expect, test } from '@jest/globals'
import { DURATION, POSITIVE_DURATION, parseDuration } from '../../shared/policy/duration.ts'

describe('durations', () => {
  test.each([
    ['90s', 90],
    ['15m', 900],
    ['1h', 3600],
    ['1h30m', 5400],
    ['1d2h3m4s', 93_784],
    ['0s', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(text).toMatch(DURATION)
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each(['', '15', '15 m', 'm', '1m1h', '1m1m', '-5m', '1.5h', '15M', '15min', '1:30', ' 15m', '15m ', '9999999s'])(
    '%j is none',
    text => {
      expect(text).not.toMatch(DURATION)
    },
  )

  test.each(['0s', '0h0m', '00m'])('%s is one, but not longer than nothing', text => {
    expect(text).toMatch(DURATION)
    expect(text).not.toMatch(POSITIVE_DURATION)
  })

  test.each(['1s', '0h10m', '10m'])('%s is longer than nothing', text => {
    expect(text).toMatch(POSITIVE_DURATION)
  })
})
