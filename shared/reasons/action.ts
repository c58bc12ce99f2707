import type { Reason } from './reason.ts'

export const DECISIONS = ['alert-only', 'refuse', 'would-stop', 'defer', 'stop'] as const
export type Decision = (typeof DECISIONS)[number]

/** The action on a finding. `code` and `args` say why, `reason` says it in words. */
export type Action = Reason & {
  readonly type: 'alert' | 'stop'
  readonly decision: Decision
  readonly reason: string
  /** Only if the decision is `defer`: the time of the stop, ISO 8601, UTC, whole seconds. */
  readonly at?: string
}
