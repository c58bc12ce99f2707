import { describe, expect, test } from '@jest/globals'
import { DURATION, POSITIVE_DURATION, parseDuration } from '../../shared/policy/duration.ts'

describe('a duration', () => {
  test.each([
    ['90s', 90],
    ['15m', 900],
    ['1h', 3600],
    ['1h30m', 5400],
    ['1d2h3m4s', 93_784],
    ['0s', 0],
  ])('like %s has %i seconds', (text, seconds) => {
    expect(text).toMatch(DURATION)
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each(['', '15', '15 m', 'm', '1m1h', '1m1m', '-5m', '1.5h', '15M', '15min', '1:30', ' 15m', '15m ', '9999999s'])(
    'is not %j',
    text => {
      expect(text).not.toMatch(DURATION)
    },
  )

  test.each(['0s', '0h0m', '00m'])('may be %s, but is not longer than nothing', text => {
    expect(text).toMatch(DURATION)
    expect(text).not.toMatch(POSITIVE_DURATION)
  })

  test.each(['1s', '0h10m', '10m'])('may be %s, which is longer than nothing', text => {
    expect(text).toMatch(POSITIVE_DURATION)
  })
})
