import type { NoReason, Reason } from './reason.ts'

/** Whether only a tag which whoever launches can set keeps the instance from being stopped. */
export const isRefusedByTag = (reason: Reason | NoReason): boolean =>
  reason.code === 'OWNED' && reason.args.writtenBy === 'launcher'
