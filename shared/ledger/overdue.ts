import type { Row } from './row.ts'

/** By then a stop was made, or tried for the last time: what is later was lost with its schedule, or lies parked. */
const OVERDUE_MS = 60 * 60 * 1000

/** Whether nothing came of a promised stop: it was due an hour before that time, or EC2 was asked for it then. */
export const isOverdue = (
  { state, stopAt, stopRequestedAt = stopAt }: Pick<Row, 'state' | 'stopAt' | 'stopRequestedAt'>,
  at: Date,
): boolean =>
  // No time is not a number, which is before nothing.
  state === 'DEFERRED' && new Date(stopRequestedAt ?? Number.NaN).getTime() + OVERDUE_MS < at.getTime()
