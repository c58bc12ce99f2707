import type { SentRow } from './row.ts'

/** With the growing pauses below some three and a half hours. */
export const TRIES = 20
/** A channel that says "later" all the time is given up after a day, and so is what always waits for its turn. */
const GIVE_UP_MS = 24 * 3_600_000

const FIRST_PAUSE = 5
const LONGEST_PAUSE = 900

const doubleDelay = (times: number): number => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(times, 10))

/** How many seconds until a message is tried again that failed so often: 5 s, doubled each time, at most 15 min. */
export const pauseAfter = (failures: number): number => doubleDelay(Math.max(0, failures - 1))

/** How many seconds until it is asked again whether what has to go first is out. At most 5 min. */
export const waitAfter = (waits: number): number => Math.min(300, doubleDelay(waits))

/** Whether it is of no use to go on, and why. `failures` counts the last try. */
export const explainGivingUp = (row: Pick<SentRow, 'failures' | 'since'>, now: Date): string | undefined => {
  if (row.failures >= TRIES) return `tried ${row.failures} times`
  return now.getTime() - row.since > GIVE_UP_MS ? 'tried for 24 hours' : undefined
}
