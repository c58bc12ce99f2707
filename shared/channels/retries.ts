import type { SentRow } from './row.ts'

/** With the growing pauses below some three hours. */
export const TRIES = 20
/**
 * A message that the channel defers all the time is given up after a day, and so is one that always waits for its slot.
 */
const GIVE_UP_MS = 24 * 3_600_000

const FIRST_PAUSE = 5
const LONGEST_PAUSE = 900

const doubleDelay = (times: number): number => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(times, 10))

/** How many seconds until a message is tried again that failed so often: 5 s, doubled each time, at most 15 min. */
export const pauseAfter = (failures: number): number => doubleDelay(Math.max(0, failures - 1))

/** The seconds until the next check whether an earlier alert was sent. At most 5 min. */
export const waitAfter = (waits: number): number => Math.min(300, doubleDelay(waits))

/** The age of a message that is tried for the last time, if no pause was shortened. */
const LADDER_MS = Array.from({ length: TRIES - 1 }, (_, index) => pauseAfter(index + 1) * 1000).reduce((a, b) => a + b)

/** How a message stands that announces a stop which is still ahead. */
export type BeforeStop = {
  readonly nextStop: Date | undefined
  readonly now: Date
  /** How often SQS has delivered the message. */
  readonly deliveries: number
}

/** SQS dead-letters a message by itself after 500 deliveries, without a reason. So many may be early, and enough are left. */
const EARLY_DELIVERIES = 200
/** With this pause, the deliveries that are left last for a day. */
const LATE_PAUSE = 300

/** How many seconds a message that was delivered so often waits at least, whatever the channel asks for. */
export const getLeastPause = (deliveries: number): number => (deliveries > EARLY_DELIVERIES ? LATE_PAUSE : 0)

/**
 * The pause before a message is tried again. If it announces a stop that is still ahead, it waits a quarter of the time until
 * then at most: a channel that is back gets the alert with three quarters of that time left. Never less than 5 s.
 */
export const shortenPause = (seconds: number, { nextStop, now, deliveries }: BeforeStop): number => {
  if (nextStop === undefined || deliveries > EARLY_DELIVERIES) return seconds
  const left = (nextStop.getTime() - now.getTime()) / 1000
  return Math.min(seconds, Math.max(FIRST_PAUSE, Math.floor(left / 4)))
}

/** So often an alert that announces a stop waits for an earlier one. Then it goes first, as it is of no use after the stop. */
const WAITS_BEFORE_STOP = 3

/** Whether an alert may wait for one that has to go before it. */
export const mayWaitForOthers = ({ nextStop, waits }: Pick<BeforeStop, 'nextStop'> & Pick<SentRow, 'waits'>): boolean =>
  nextStop === undefined || waits < WAITS_BEFORE_STOP

type Tried = Pick<SentRow, 'failures' | 'since'> & Partial<Pick<BeforeStop, 'nextStop'>>

/**
 * Why the message is given up, if it is. `failures` counts the last try. The age decides too, because pauses may have
 * been shortened. A message that announces a stop is tried until then.
 */
export const explainGivingUp = ({ failures, since, nextStop }: Tried, now: Date): string | undefined => {
  const age = now.getTime() - since
  if (age > GIVE_UP_MS) return 'tried for 24 hours'
  return failures >= TRIES && age >= LADDER_MS && nextStop === undefined ? `tried ${failures} times` : undefined
}
