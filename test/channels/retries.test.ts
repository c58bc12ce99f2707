import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { explainGivingUp, mayWaitForOthers, pauseAfter, shortenPause } from '../../shared/channels/retries.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
const HOUR = 3600
const LONGEST_GRACE = 24 * HOUR

const secondsLater = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)

/** The tries of a message that fails each time, in seconds after the first. Its stop is that long after the first try. */
const triesUntilStop = (graceSeconds: number): readonly number[] => {
  const tries: number[] = [0]
  for (let at = 0; at < graceSeconds; tries.push(at)) {
    const before = { nextStop: secondsLater(graceSeconds), now: secondsLater(at), deliveries: tries.length }
    at += shortenPause(pauseAfter(tries.length), before)
  }
  return tries
}

describe('a message that announces a stop which is still ahead', () => {
  test('is tried again before that stop, whenever it fails, with three quarters of the time left', () => {
    const property = fc.property(
      fc.integer({ min: 6, max: LONGEST_GRACE }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 200 }),
      (left, failures, deliveries) => {
        const seconds = shortenPause(pauseAfter(failures), { nextStop: secondsLater(left), now: NOW, deliveries })
        expect(seconds).toBeLessThan(left)
        if (left >= 20) expect(seconds).toBeLessThanOrEqual(left / 4)
      },
    )
    fc.assert(property)
  })

  test('is never tried more often than every 5 seconds, nor later than without the stop', () => {
    const property = fc.property(
      fc.integer({ min: -HOUR, max: LONGEST_GRACE }),
      fc.integer({ min: 1, max: 30 }),
      (left, failures) => {
        const pause = pauseAfter(failures)
        const seconds = shortenPause(pause, { nextStop: secondsLater(left), now: NOW, deliveries: failures })
        expect(seconds).toBeGreaterThanOrEqual(5)
        expect(seconds).toBeLessThanOrEqual(pause)
      },
    )
    fc.assert(property)
  })

  test('is tried until the last seconds, and not so often that SQS would dead-letter it', () => {
    const property = fc.property(fc.integer({ min: 60, max: LONGEST_GRACE }), graceSeconds => {
      const tries = triesUntilStop(graceSeconds)
      const last = tries.filter(at => at < graceSeconds).at(-1) ?? 0
      expect(graceSeconds - last).toBeLessThanOrEqual(5)
      expect(tries.length).toBeLessThan(200)
    })
    fc.assert(property)
  })

  test('is tried at the usual times after 200 deliveries, so that SQS does not dead-letter it without a reason', () => {
    const before = { nextStop: secondsLater(60), now: NOW }
    expect(shortenPause(900, { ...before, deliveries: 200 })).toBe(15)
    expect(shortenPause(900, { ...before, deliveries: 201 })).toBe(900)
  })
})

test('a message that announces no stop is tried at the usual times', () => {
  expect(shortenPause(900, { nextStop: undefined, now: NOW, deliveries: 1 })).toBe(900)
})

describe('a message that keeps failing', () => {
  const row = { failures: 20, since: NOW.getTime() }
  /** 19 pauses. */
  const LADDER = 11_175

  test('is given up at the twentieth failure if the pauses before it were not shortened', () => {
    const pauses = Array.from({ length: 19 }, (_, index) => pauseAfter(index + 1))
    expect(pauses.reduce((a, b) => a + b)).toBe(LADDER)
    expect(explainGivingUp({ ...row, failures: 19 }, secondsLater(LADDER))).toBeUndefined()
    expect(explainGivingUp(row, secondsLater(LADDER))).toBe('tried 20 times')
  })

  test('is not given up sooner because it was tried sooner', () => {
    expect(explainGivingUp({ ...row, failures: 150 }, secondsLater(LADDER - 1))).toBeUndefined()
    expect(explainGivingUp({ ...row, failures: 150 }, secondsLater(LADDER))).toBe('tried 150 times')
  })

  test('is not given up before the stop that it announces, but after a day', () => {
    const ahead = { ...row, nextStop: secondsLater(48 * HOUR) }
    expect(explainGivingUp(ahead, secondsLater(LADDER))).toBeUndefined()
    expect(explainGivingUp(ahead, secondsLater(24 * HOUR))).toBeUndefined()
    expect(explainGivingUp(ahead, secondsLater(24 * HOUR + 1))).toBe('tried for 24 hours')
  })
})

test('an alert waits for an earlier one of its instance, but only three times if it announces a stop', () => {
  expect(mayWaitForOthers({ nextStop: undefined, waits: 100 })).toBe(true)
  expect(mayWaitForOthers({ nextStop: secondsLater(60), waits: 2 })).toBe(true)
  expect(mayWaitForOthers({ nextStop: secondsLater(60), waits: 3 })).toBe(false)
})
