import type { AccountRegion } from '../facts/account-region.ts'

/** One instance, and the stop that was promised for it. `attempt` counts from 1. */
export type InstanceMessage = AccountRegion & {
  readonly kind: 'stop' | 'check'
  readonly instanceId: string
  /** ISO 8601: when the stop was, or is, due. */
  readonly due: string
  readonly attempt: number
  /** The claim that promised it: two alerts may promise a stop of one instance at the same time, each for its own rules. */
  readonly alert?: string
}

/** Alerts the refusals that wait for a digest. */
export type DigestMessage = AccountRegion & { readonly kind: 'digest' }

/** EC2 says that an instance is stopped. The reader makes this of EC2's notification. */
export type StoppedNotice = AccountRegion & {
  readonly kind: 'stopped'
  readonly instanceId: string
  readonly at: string
}

/** Has the role for stops tried in the accounts of the organization in which that is due. */
export const TRY_ROLES = { kind: 'try-roles' } as const

/** A message in the queue `Stops` about an account and region. */
export type StopMessage = InstanceMessage | DigestMessage | StoppedNotice

/** How long after its time a stop is retried if the instance is not there, or not running, yet. */
export const DEADLINE_SECONDS = 30 * 60
/** How soon it is retried: EventBridge Scheduler is exact to the minute. */
export const AGAIN_SECONDS = 60
/** How long after EC2 took a stop the instance should have stopped. */
export const CHECK_SECONDS = 5 * 60
/** How long refusals are gathered into one digest. */
export const DIGEST_SECONDS = 2 * 60
