import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Quiet } from '../../shared/policy/policy.ts'
import { findScheduledTime } from '../../shared/routing/scheduled-delivery.ts'
import { parseMinute, readWallClock } from '../../shared/text/zone.ts'

const NIGHT: Quiet = { from: '22:00', to: '07:00', zone: 'Europe/Berlin' }
const until = (route: Parameters<typeof findScheduledTime>[0], now: string): string | undefined =>
  findScheduledTime(route, new Date(now))?.toISOString()

describe('quiet hours', () => {
  test.each([
    ['an evening', '2026-11-24T21:30:00Z', '2026-11-25T06:00:00.000Z'],
    ['the first minute', '2026-11-24T21:00:00Z', '2026-11-25T06:00:00.000Z'],
    ['the last second', '2026-11-25T05:59:59Z', '2026-11-25T06:00:00.000Z'],
    ['summer', '2026-07-01T21:00:00Z', '2026-07-02T05:00:00.000Z'],
    ['the night that is shorter', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['the night that is longer', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
  ])('last until they end: %s', (_, now, end) => {
    expect(until({ quiet: NIGHT }, now)).toBe(end)
  })

  test.each(['2026-11-24T20:59:59Z', '2026-11-25T06:00:00Z', '2026-11-25T12:00:00Z'])('delay nothing at %s', now => {
    expect(until({ quiet: NIGHT }, now)).toBeUndefined()
  })

  test('may lie within a day', () => {
    const lunch: Quiet = { from: '12:00', to: '13:00', zone: 'UTC' }
    expect(until({ quiet: lunch }, '2026-11-24T12:59:00Z')).toBe('2026-11-24T13:00:00.000Z')
    expect(until({ quiet: lunch }, '2026-11-24T13:00:00Z')).toBeUndefined()
    expect(until({ quiet: lunch }, '2026-11-24T12:00:00Z')).toBe('2026-11-24T13:00:00.000Z')
    expect(until({ quiet: lunch }, '2026-11-24T11:59:59Z')).toBeUndefined()
  })

  test('that end at a time which the clock skips end when it skips it', () => {
    const quiet: Quiet = { ...NIGHT, to: '02:30' }
    expect(until({ quiet }, '2026-03-28T23:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })

  test('that end at a time which the clock shows twice end at both', () => {
    const quiet: Quiet = { ...NIGHT, to: '02:30' }
    expect(until({ quiet }, '2026-10-24T23:00:00Z')).toBe('2026-10-25T00:30:00.000Z')
    expect(until({ quiet }, '2026-10-25T00:45:00Z')).toBeUndefined()
    expect(until({ quiet }, '2026-10-25T01:10:00Z')).toBe('2026-10-25T01:30:00.000Z')
  })
})

describe('a daily digest', () => {
  const daily = { at: '08:00', zone: 'Europe/Berlin' }

  test.each([
    ['the night before', '2026-11-24T23:00:00Z', '2026-11-25T07:00:00.000Z'],
    ['just before', '2026-11-25T06:59:59Z', '2026-11-25T07:00:00.000Z'],
    ['at that very time, the next one', '2026-11-25T07:00:00Z', '2026-11-26T07:00:00.000Z'],
    ['the day before the clock is put forward', '2026-03-28T12:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['the day before it is put back', '2026-10-24T12:00:00Z', '2026-10-25T07:00:00.000Z'],
  ])('comes next: %s', (_, now, next) => {
    expect(until({ daily }, now)).toBe(next)
  })

  test('comes when the clock skips its time if it does', () => {
    const skipped = { at: '02:30', zone: 'Europe/Berlin' }
    expect(until({ daily: skipped }, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
    expect(until({ daily: skipped }, '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:30:00.000Z')
    expect(until({ daily: skipped }, '2026-03-28T01:30:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })
})

test('a time zone that this Node does not know delays nothing', () => {
  expect(until({ quiet: { ...NIGHT, zone: 'Mars/Phobos' } }, '2026-11-24T23:00:00Z')).toBeUndefined()
  expect(until({ daily: { at: '08:00', zone: 'Mars/Phobos' } }, '2026-11-24T23:00:00Z')).toBeUndefined()
})

const MINUTE = 60_000
// Summer time of both hemispheres, one of half an hour, one that goes the other way in winter, and none at all.
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kathmandu']
const zones = fc.constantFrom(...ZONES)
const times = fc
  .integer({ min: 0, max: 1439 })
  .map(minute => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`)
const now = fc.date({
  min: new Date('2025-01-01T00:00:00Z'),
  max: new Date('2029-01-01T00:00:00Z'),
  noInvalidDate: true,
})
// Half of the times near one at which a clock is put forward or back.
const shifts = ['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z', '2026-04-04T15:00Z']
const nearShift = fc
  .tuple(fc.constantFrom(...shifts), fc.integer({ min: -1_600, max: 1_600 }))
  .map(([shift, minutes]) => new Date(Date.parse(shift) + minutes * MINUTE))
const anyTime = fc.oneof(now, nearShift)

// Slow and plain, by the minute: what the clock on the wall says.
const isQuiet = ({ from, to, zone }: Quiet, time: Date): boolean => {
  const { minute } = readWallClock(zone, time)
  const [begin, end] = [parseMinute(from), parseMinute(to)]
  return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end
}
const minutesBetween = (start: Date, end: Date): readonly Date[] => {
  const first = Math.floor(start.getTime() / MINUTE) + 1
  const count = Math.max(0, Math.ceil(end.getTime() / MINUTE) - first)
  return Array.from({ length: count }, (_, index) => new Date((first + index) * MINUTE))
}

describe('at any time, in any zone,', () => {
  test('quiet hours last until the first minute that is not quiet, and delay nothing when it is not quiet', () => {
    fc.assert(
      fc.property(anyTime, times, times, zones, (time, from, to, zone) => {
        fc.pre(from !== to)
        const quiet = { from, to, zone }
        const end = findScheduledTime({ quiet }, time)
        expect(end === undefined).toBe(!isQuiet(quiet, time))
        if (end === undefined) return
        expect(end.getTime()).toBeGreaterThan(time.getTime())
        expect(isQuiet(quiet, end)).toBe(false)
        expect(minutesBetween(time, end).every(minute => isQuiet(quiet, minute))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  test('a daily digest comes within a day or so, at its time or when the clock skips it, the first time that it does', () => {
    fc.assert(
      fc.property(anyTime, times, zones, (time, at, zone) => {
        const next = findScheduledTime({ daily: { at, zone } }, time)
        if (next === undefined) throw new Error('never')
        expect(next.getTime()).toBeGreaterThan(time.getTime())
        expect(next.getTime() - time.getTime()).toBeLessThanOrEqual(26 * 60 * MINUTE)
        const shown = readWallClock(zone, next).minute
        const before = readWallClock(zone, new Date(next.getTime() - MINUTE)).minute
        if (shown !== parseMinute(at)) expect([before < parseMinute(at), shown > parseMinute(at)]).toEqual([true, true])
        const today = readWallClock(zone, time)
        const due = minutesBetween(time, next).filter(minute => {
          const wall = readWallClock(zone, minute)
          return wall.minute === parseMinute(at) && (wall.day !== today.day || today.minute < parseMinute(at))
        })
        expect(due).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('all alerts of one night, or one day, are delivered at the same moment', () => {
    fc.assert(
      fc.property(anyTime, times, times, zones, (time, from, to, zone) => {
        fc.pre(from !== to)
        for (const route of [{ quiet: { from, to, zone } }, { daily: { at: to, zone } }]) {
          const end = findScheduledTime(route, time)
          if (end === undefined) continue
          const later = new Date(time.getTime() + (end.getTime() - time.getTime()) / 2)
          expect(findScheduledTime(route, later)).toEqual(end)
        }
      }),
      { numRuns: 150 },
    )
  })
})
