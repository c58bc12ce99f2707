import { describe, expect, test } from '@jest/globals'
import { isZone, parseMinute, readWallClock } from '../../shared/text/zone.ts'

const at = (zone: string, time: string): string => {
  const { day, minute } = readWallClock(zone, new Date(time))
  return `${day} ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

describe('the clock of a time zone', () => {
  test.each([
    ['UTC', '2026-11-24T00:00:59Z', '2026-11-24 00:00'],
    ['Europe/Berlin', '2026-11-24T23:30:00Z', '2026-11-25 00:30'],
    ['America/New_York', '2026-01-01T00:00:00Z', '2025-12-31 19:00'],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z', '2026-06-01 05:45'],
    ['Pacific/Kiritimati', '2026-06-01T12:00:00Z', '2026-06-02 02:00'],
    // Summer time begins on 29 March 2026 and ends on 25 October, at 01:00 UTC.
    ['Europe/Berlin', '2026-03-29T00:59:00Z', '2026-03-29 01:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29 03:00'],
    ['Europe/Berlin', '2026-10-25T00:59:00Z', '2026-10-25 02:59'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25 02:00'],
  ])('in %s at %s shows %s', (zone, time, shown) => {
    expect(at(zone, time)).toBe(shown)
  })

  test('exists only if there is such a zone', () => {
    expect(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'].map(isZone)).toEqual([true, true, true])
    expect(['Europe/Brelin', '', 'Berlin'].map(isZone)).toEqual([false, false, false])
  })

  test('counts minutes from midnight', () => {
    expect(['00:00', '07:05', '23:59'].map(parseMinute)).toEqual([0, 425, 1439])
  })
})
