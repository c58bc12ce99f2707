import type { NoReason, Reason } from './reason.ts'

/** Whether only a tag that the launcher can set prevents the stop of the instance. */
export const isRefusedByTag = (reason: Reason | NoReason): boolean =>
  reason.code === 'OWNED' && reason.args.writtenBy === 'launcher'
