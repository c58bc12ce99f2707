import type { Finding } from '../engine/finding.ts'
import type { NoReason, Reason } from '../reasons/reason.ts'

/**
 * NEW: claimed, and its alert not yet known to be out. ALERTED: SNS accepted the alert, and nothing else will be done.
 * SUPPRESSED: exempt. DEFERRED: SNS accepted the alert that promises a stop. The others are outcomes. STOPPED: by virtguard.
 * REFUSED: left running, for a reason. RESOLVED: nothing is left to stop. FAILED: it was to be stopped and is not.
 */
export const STATES = ['NEW', 'ALERTED', 'SUPPRESSED', 'DEFERRED', 'STOPPED', 'REFUSED', 'RESOLVED', 'FAILED'] as const
export type State = (typeof STATES)[number]

export type RowKey = { readonly pk: string; readonly sk: string }

/** What the ledger is about: one rule on one resource. */
export type RowLocation = {
  readonly accountId: string
  readonly region: string
  readonly resourceId: string
  readonly rule: string
}

/** One row per finding: account, region and resource, then the rule. */
export const buildRowKey = (place: RowLocation): RowKey => ({
  pk: `${place.accountId}#${place.region}#${place.resourceId}`,
  sk: place.rule,
})

/** The finding that a row is about. No part of a key but the last may hold a `#`. */
export const placeOf = ({ pk, sk }: RowKey): RowLocation => {
  // Stryker disable next-line StringLiteral: every key has all of its parts.
  const [accountId = '', region = '', ...rest] = pk.split('#')
  return { accountId, region, resourceId: rest.join('#'), rule: sk }
}

/** One state that a row was in: since when (ISO 8601, UTC), and why, as data and in words. */
export type Past = (Reason | NoReason) & { readonly state: State; readonly at: string; readonly why: string }

/** What the ledger said of a finding before it recurred. */
export type Previous = { readonly state: State; readonly at: string }

/** Why a stop was refused that is promised now, and when it was refused. */
export type RefusedBefore = (Reason | NoReason) & { readonly at: string; readonly why: string }

/**
 * A finding that this delivery alerts; with `previous` if it had ended, and recurred, and with `refusedBefore` if it is promised a
 * stop that was refused before.
 */
export type Claimed = Finding & { readonly previous?: Previous; readonly refusedBefore?: RefusedBefore }

/** A row of the ledger. Times are ISO 8601 in UTC, but for those that DynamoDB or a condition compares: epoch seconds. */
export type Row = RowKey & {
  readonly state: State
  readonly status: Finding['status']
  readonly severity: string
  readonly decision: string
  readonly accountId: string
  /** The owner, who alerts it or was the last that did: one delivery of an SQS message (claimant.ts). */
  readonly claimant: string
  readonly launchId: string
  /** Until when no other delivery may alert it. */
  readonly leaseUntil: number
  /** Names the findings that were claimed together, if one transaction could not have them all (shared/aws/ledger/set-name.ts). */
  readonly claimedWith?: string
  /** When the finding was claimed. With the account the key of the index `byAccount`. */
  readonly writtenAt: string
  /**
   * Of when the facts are that it is based on: its finding, and from then on its outcome. What happened before that cannot change
   * it. When its alert came back says nothing of its facts.
   */
  readonly changedAt: number
  readonly expiresAt: number
  /** The whole finding as JSON. */
  readonly finding: string
  /** The states it was in, the present one last; at most 50. */
  readonly history: readonly Past[]
  readonly alertedAt?: string
  /** A pending notification: the state whose alert is not known to be out. NEW needs none. */
  readonly untold?: State
  /** Alerted together with others of its kind, in a digest. Only with `untold`. */
  readonly inDigest?: 'yes'
  /** When the stop is due. It identifies the promise: a finding that recurs gets another. */
  readonly stopAt?: string
  /** Written before EC2 is asked to stop the instance: the intent. */
  readonly stopRequestedAt?: string
}

/**
 * A claim that is older and not confirmed has no owner any more. The lease is longer than an invocation can last (30 s), and than
 * SNS takes to bring an alert back. It is not longer than a message stays hidden (180 s) less that. A message that is moved back
 * from the dead-letter queue has another id, and must not find its own earlier claim.
 */
export const LEASE_SECONDS = 150

/** How long an invocation of Confirm may last, and how much of that is reserved for the call that is under way. */
export const CONFIRM_SECONDS = 60
export const CONFIRM_RESERVE_SECONDS = 15
/**
 * How long an alert stays hidden while it is confirmed. It is shorter than the lease by more than an invocation of Evaluate may
 * last. So what one delivery could not mark, the next one marks before another delivery may alert it again.
 */
export const CONFIRM_AGAIN_SECONDS = 90

export const toEpochSeconds = (date: Date): number => Math.floor(date.getTime() / 1000)

/** Who claims findings: one delivery of one message, and for which launch or sweep. */
export type Claim = {
  readonly claimant: string
  readonly launchId: string
  readonly now: Date
  /** Of when the facts are that were evaluated, if that was before `now`: a start that is later was not evaluated. */
  readonly asOf?: Date
  /**
   * Set by a sweep, which sees that an instance is there, not that it recurred. Rows that ended stay as they are. A report that
   * promises a stop may alert again what a sweep alerted.
   */
  readonly sweep?: true
  /**
   * Set by a sweep that promises stops: whether it has read this row, which was alerted and left running, and may promise a stop.
   */
  readonly mayPromise?: (seen: Row) => boolean
  /** Ids that the report does not name and that EC2 says are deleted: these did not recur. */
  readonly deleted?: readonly string[]
  /** When the last of the reported instances was started (ISO 8601, UTC): what was claimed before is of an earlier run. */
  readonly startedAt?: string
}

/** The result of a claim. */
export type Claiming = {
  /** The findings that this delivery owns and alerts. */
  readonly ours: readonly Claimed[]
  /**
   * Another delivery of the same message has claimed some of the findings, and their alert is not known to be out. Or another
   * report of a large launch may be claiming some, or one of an earlier run is alerting them. This message has to come again.
   */
  readonly beingAlerted: boolean
  /** No row lay in the place of any of these findings. */
  readonly isFirst: boolean
  /** Gives the claim back, if none of it could be alerted. Never throws. */
  readonly release: () => Promise<void>
}

/** The outcome of a row: its state, why, and since when if that is not now. */
export type RowOutcome = {
  readonly to: State
  readonly because: Reason
  readonly at?: Date
  readonly inDigest?: 'yes'
  /** EC2 did not take the stop: if the instance stops later, it was not virtguard. */
  readonly notTaken?: true
}

/** Who alerts the outcome of a row. */
export type ResolveResult = 'ours' | 'sibling' | 'not ours'

/**
 * Who alerts an outcome that was written before. `sibling`: another delivery of our message. `elsewhere`: another message, which
 * comes again until it is out. `told`: its alert is out.
 */
export type PendingNotification =
  | { readonly kind: 'mine'; readonly row: Row; readonly outcome: Past }
  | { readonly kind: 'sibling' | 'elsewhere' | 'told' }
