/** When the stops that sweeps promise in one account are due, so that they fit the budget over all messages. */

import type { Policy } from '../policy/policy.ts'
import { CALL_SECONDS } from './budget.ts'
import { toEpochSeconds } from './row.ts'

/** So many stops are promised for this time (epoch seconds). */
export type PromisedTime = { readonly at: number; readonly count: number }

export type TimesRequest = {
  /** For how many instances. */
  readonly count: number
  readonly stop: Policy['stop']
  readonly now: Date
}

export type ReservedTimes = {
  /** One for each instance that has room within a day (epoch seconds), the earliest first. */
  readonly times: readonly number[]
  /** All that are promised now, the earliest first. */
  readonly promised: readonly PromisedTime[]
}

/** How far ahead an alert names a stop. What has no room within that time is promised by a later sweep. */
export const HORIZON_SECONDS = 86_400

/** EventBridge Scheduler brings a stop within the minute after its time, and it may be tried once more. */
const LATE_SECONDS = 120

/** They are one item of the ledger, which is written whole: this is some 35 kB. */
const MOST_TIMES = 1_000

/** Stops that are promised for times nearer than this count for one window of the budget. */
export const countWindowSeconds = ({ budget }: Policy['stop']): number =>
  budget.perSeconds + CALL_SECONDS + LATE_SECONDS

/** The earliest time for a stop that is promised now (epoch seconds). */
export const computeSoonest = ({ graceSeconds }: Policy['stop'], now: Date): number =>
  Math.ceil(now.getTime() / 1000) + graceSeconds

/** The most stops that a window with this time in it has already. */
const countFullest = (promised: readonly PromisedTime[], at: number, seconds: number): number => {
  const near = promised.filter(one => Math.abs(one.at - at) < seconds)
  const countFrom = (start: number): number =>
    near.reduce((sum, one) => (one.at >= start && one.at < start + seconds ? sum + one.count : sum), 0)
  const starts = [at, ...near.map(one => one.at).filter(start => start < at)]
  return Math.max(...starts.map(countFrom))
}

const addTime = (promised: readonly PromisedTime[], at: number, count: number): readonly PromisedTime[] => {
  const before = promised.find(one => one.at === at)?.count ?? 0
  return [...promised.filter(one => one.at !== at), { at, count: before + count }].toSorted((a, b) => a.at - b.at)
}

/**
 * Reserves the earliest times from the end of the grace on, so that no window has more promised stops than the budget. A
 * budget that became smaller counts for new times only. Times whose window has passed are dropped. Pure.
 */
export const reserveTimes = (earlier: readonly PromisedTime[], { count, stop, now }: TimesRequest): ReservedTimes => {
  const seconds = countWindowSeconds(stop)
  const soonest = computeSoonest(stop, now)
  let promised: readonly PromisedTime[] = earlier.filter(({ at }) => at > toEpochSeconds(now) - seconds)
  const times: number[] = []
  let at: number | undefined = stop.budget.stops === 0 ? undefined : soonest
  while (at !== undefined && at <= soonest + HORIZON_SECONDS && times.length < count && promised.length < MOST_TIMES) {
    const time = at
    const room = Math.min(count - times.length, stop.budget.stops - countFullest(promised, time, seconds))
    if (room > 0) {
      times.push(...Array.from({ length: room }, () => time))
      promised = addTime(promised, time, room)
    }
    // A full window ends so long after one of its stops.
    at = promised.map(one => one.at + seconds).find(end => end > time)
  }
  return { times, promised }
}
