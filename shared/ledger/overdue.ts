import type { Row } from './row.ts'

/** By then a stop was made, or tried for the last time. What is later was lost with its schedule, or is dead-lettered. */
const OVERDUE_MS = 60 * 60 * 1000

/** Whether a promised stop is overdue: an hour before that time it was due, or EC2 was asked for it. */
export const isOverdue = (
  { state, stopAt, stopRequestedAt = stopAt }: Pick<Row, 'state' | 'stopAt' | 'stopRequestedAt'>,
  at: Date,
): boolean =>
  // No time is not a number, which is before nothing.
  state === 'DEFERRED' && new Date(stopRequestedAt ?? Number.NaN).getTime() + OVERDUE_MS < at.getTime()
