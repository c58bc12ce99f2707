import type { Daily, Quiet, Route } from '../policy/policy.ts'
import { isZone, parseMinute, readWallClock, type Wall } from '../text/zone.ts'

const MINUTE_MS = 60_000
const DAY = 24 * 60
// If a clock is put back, a time of the day is some hours more than a day away.
const SEARCHED = 2 * DAY

const isQuietAt = ({ from, to }: Quiet, { minute }: Wall): boolean => {
  const [begin, end] = [parseMinute(from), parseMinute(to)]
  return begin < end ? begin <= minute && minute < end : begin <= minute || minute < end
}

type Wait = {
  readonly zone: string
  /** The minute of the day that is waited for, and that of now. */
  readonly until: number
  readonly minute: number
  /** Whether a clock that shows this has come to it. */
  readonly isOver: (wall: Wall) => boolean
}

/** The first minute after `now` at which the wait is over. */
const endOf = ({ zone, until, minute, isOver }: Wait, now: Date): Date => {
  const start = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS
  const addMinutes = (minutes: number): Date => new Date(start + minutes * MINUTE_MS)
  // Stryker disable next-line ArithmeticOperator,ConditionalExpression: a guess that is checked; the search finds the same
  const usual = (until - minute + DAY) % DAY || DAY
  // Stryker disable next-line ConditionalExpression: only quicker than the search, which finds the same
  if (readWallClock(zone, addMinutes(usual)).minute === until) return addMinutes(usual)
  // A clock is put forward or back in between: on that day it may skip the time, or show it twice.
  // Stryker disable next-line EqualityOperator: no wait is that long
  for (let minutes = 1; minutes < SEARCHED; minutes++)
    if (isOver(readWallClock(zone, addMinutes(minutes)))) return addMinutes(minutes)
  return addMinutes(usual)
}

const endOfQuiet = (quiet: Quiet, now: Date): Date | undefined => {
  const { zone } = quiet
  const wall = readWallClock(zone, now)
  if (!isQuietAt(quiet, wall)) return undefined
  const isOver = (later: Wall): boolean => !isQuietAt(quiet, later)
  return endOf({ zone, until: parseMinute(quiet.to), minute: wall.minute, isOver }, now)
}

const findNextDaily = ({ at, zone }: Daily, now: Date): Date => {
  const { day, minute } = readWallClock(zone, now)
  const until = parseMinute(at)
  const isOver = (later: Wall): boolean => later.minute >= until && (later.day !== day || minute < until)
  return endOf({ zone, until, minute, isOver }, now)
}

/**
 * Until when a route delays an alert of now, or undefined if it sends at once. A time zone that this Node does not know
 * delays nothing, because late is worse than at night.
 */
export const findScheduledTime = ({ quiet, daily }: Pick<Route, 'quiet' | 'daily'>, now: Date): Date | undefined => {
  if (quiet !== undefined && isZone(quiet.zone)) return endOfQuiet(quiet, now)
  return daily !== undefined && isZone(daily.zone) ? findNextDaily(daily, now) : undefined
}
