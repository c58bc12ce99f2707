import type { Finding } from '../engine/finding.ts'
import type { NoReason, Reason } from '../reasons/reason.ts'

/**
 * NEW: claimed, and its alert not yet known to be out. ALERTED: SNS has taken the alert, and nothing else will be done.
 * SUPPRESSED: exempt. DEFERRED: SNS has taken the alert that promises a stop. Then what became of it. STOPPED: by us.
 * REFUSED: left running, for a reason. RESOLVED: nothing is left to stop. FAILED: it was to be stopped and is not.
 */
export const STATES = ['NEW', 'ALERTED', 'SUPPRESSED', 'DEFERRED', 'STOPPED', 'REFUSED', 'RESOLVED', 'FAILED'] as const
export type State = (typeof STATES)[number]

export type RowKey = { readonly pk: string; readonly sk: string }

/** What the ledger is about: one rule on one resource. */
export type Place = {
  readonly accountId: string
  readonly region: string
  readonly resourceId: string
  readonly rule: string
}

/** One row per finding: account, region and resource, then the rule. */
export const rowKey = (place: Place): RowKey => ({
  pk: `${place.accountId}#${place.region}#${place.resourceId}`,
  sk: place.rule,
})

/** The finding that a row is about. No part of a key but the last may hold a `#`. */
export const placeOf = ({ pk, sk }: RowKey): Place => {
  // Stryker disable next-line StringLiteral: every key has all of its parts.
  const [accountId = '', region = '', ...rest] = pk.split('#')
  return { accountId, region, resourceId: rest.join('#'), rule: sk }
}

/** One state that a row was in: since when (ISO 8601, UTC), and why, as data and in words. */
export type Past = (Reason | NoReason) & { readonly state: State; readonly at: string; readonly why: string }

/** What the ledger said of a finding before it came back. */
export type Previous = { readonly state: State; readonly at: string }

/** A finding that is ours to tell; with `previous` where it had been dealt with, and is back. */
export type Claimed = Finding & { readonly previous?: Previous }

/** A row of the ledger. Times are ISO 8601 in UTC, but for those that DynamoDB or a condition compares: epoch seconds. */
export type Row = RowKey & {
  readonly state: State
  readonly status: Finding['status']
  readonly severity: string
  readonly decision: string
  readonly accountId: string
  /** Who tells it, or told it last: one delivery of an SQS message (claimant.ts). */
  readonly claimant: string
  readonly launchId: string
  /** Until when nobody else may tell it. */
  readonly leaseUntil: number
  /** Names the findings that were claimed together with it, where one transaction could not hold them (shared/aws/ledger/set-name.ts). */
  readonly claimedWith?: string
  /** When the finding was claimed. With the account the key of the index `byAccount`. */
  readonly writtenAt: string
  /** Since when it is as it is: what happened before cannot change it. */
  readonly changedAt: number
  readonly expiresAt: number
  /** The whole finding as JSON. */
  readonly finding: string
  /** The states it was in, the present one last; at most 50. */
  readonly history: readonly Past[]
  readonly alertedAt?: string
  /** The state that is not known to have been told. NEW says that by itself. */
  readonly untold?: State
  /** Told together with others of its kind, in a digest. Only with `untold`. */
  readonly inDigest?: 'yes'
  /** When the stop will be due, or is. It names the promise: a finding that comes back gets another one. */
  readonly stopAt?: string
  /** Written before EC2 is asked to stop the instance: the intent. */
  readonly stopRequestedAt?: string
}

/**
 * A claim that is older and not confirmed belongs to nobody any more. Longer than an invocation can last (30 s) and than
 * SNS takes to report an alert back; and shorter than a message stays hidden (180 s) less that, so that whoever takes a
 * message out of the dead-letter queue, where it has another id, never finds the claim of its former self.
 */
export const LEASE_SECONDS = 150

/** How long an invocation of Confirm may last, and how much of that is left for the call that is under way. */
export const CONFIRM_SECONDS = 60
export const CONFIRM_RESERVE_SECONDS = 15
/**
 * How long an alert stays hidden while it is confirmed. Shorter than the lease by more than an invocation of Evaluate may
 * last: what one delivery could not mark the next one marks before somebody else may tell it again.
 */
export const CONFIRM_AGAIN_SECONDS = 90

export const epochSeconds = (date: Date): number => Math.floor(date.getTime() / 1000)

/** Who may tell findings: one delivery of one message, and for which occasion. */
export type Claim = {
  readonly claimant: string
  readonly launchId: string
  readonly now: Date
  /**
   * Set by a sweep: it sees what is there, and not that it came back. What was dealt with stays as it is, and what it
   * says may be said once more by a report that promises a stop.
   */
  readonly sweep?: true
  /**
   * Set by a sweep that promises stops: whether a row that was alerted and left running is one that it has read and may
   * promise a stop.
   */
  readonly mayPromise?: (seen: Row) => boolean
  /** Ids of what the report does not speak of, and EC2 says is gone: what was dealt with is not back. */
  readonly gone?: readonly string[]
}

/** What came of a claim. */
export type Claiming = {
  /** Ours to tell. */
  readonly ours: readonly Claimed[]
  /**
   * Another delivery of the same message has claimed some of the findings, and they are not known to be told; or another
   * report of a large launch may be claiming some. Who claims has to come again.
   */
  readonly beingTold: boolean
  /** Gives the claim back, where nothing of it could be told. Never throws. */
  readonly release: () => Promise<void>
}

/** How the story of a row ends: in which state, why, and since when where that is not now. */
export type Ending = {
  readonly to: State
  readonly because: Reason
  readonly at?: Date
  readonly inDigest?: 'yes'
  /** EC2 did not take the stop: if the instance stops later, it was not virtguard. */
  readonly notTaken?: true
}

/** Whose it is to tell how the story of a row has ended. */
export type Settled = 'ours' | 'sibling' | 'not ours'

/**
 * Whose it is to tell an outcome that was settled before. `sibling`: another delivery of our message tells it. `elsewhere`:
 * another message does, and sees it through. `told`: nobody has to.
 */
export type Untold =
  | { readonly kind: 'mine'; readonly row: Row; readonly outcome: Past }
  | { readonly kind: 'sibling' | 'elsewhere' | 'told' }
