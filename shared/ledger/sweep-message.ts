import type { AccountRegion } from '../facts/account-region.ts'
import type { Counts } from './coverage.ts'

/** Begin a sweep: of these regions, or of all that the stack sweeps. */
export type StartMessage = {
  readonly kind: 'start'
  readonly regions?: readonly string[]
  /**
   * ISO 8601: the sweep only has to see what was launched until then. A sweep that has begun since is enough, and open rows
   * need not be evaluated again.
   */
  readonly launchedUntil?: string
}

/** Read a region from `token` on; absent, from the beginning. */
export type RegionMessage = AccountRegion & {
  readonly kind: 'region'
  /** The same in every message of one sweep. */
  readonly sweepId: string
  readonly token?: string
  /** What the messages before this one have counted. */
  readonly counts: Counts
  /** Set if EC2 did not take the token any more, and the region is read again from the beginning. */
  readonly again?: true
  /** How many messages have read before this one. It ends a sweep if EC2's pages lead in a circle. */
  readonly step: number
}

/** Where the reading of the index `byAccount` continues: the key of the row before. */
export type IndexKey = { readonly pk: string; readonly sk: string; readonly writtenAt: string }

/** Evaluate the open rows of the ledger again, from a row on; absent, from the oldest. */
export type ResolveMessage = AccountRegion & {
  readonly kind: 'settle'
  readonly sweepId: string
  readonly from?: IndexKey
}

/** A finding, within an account and region. */
export type FindingKey = { readonly resourceId: string; readonly rule: string }

/** Promise a stop of findings that were alerted and left running, if nothing refuses it now. */
export type PromiseMessage = AccountRegion & {
  readonly kind: 'promise'
  readonly findings: readonly FindingKey[]
  /**
   * `budget`: only those that the budget had no room for. `late-start`: only those that were started after their stop was due.
   * Absent: a person chose them.
   */
  readonly only?: 'budget' | 'late-start'
  /** ISO 8601: not before then. */
  readonly notBefore?: string
}

/** How many findings a message names: they fit with much room, and one invocation does them. */
export const FINDINGS_PER_PROMISE = 500

/** How long Confirm has to mark the alert that says why the stops were not made. */
export const PROMISE_DELAY_SECONDS = 120

/** A message in the queue `Sweeps`. */
export type SweepMessage = StartMessage | RegionMessage | ResolveMessage | PromiseMessage

/** An account has far fewer pages than this many invocations read. */
export const MOST_STEPS = 100

/** How long an invocation may last. */
export const SWEEP_SECONDS = 300
/** How much of it is reserved for the alert, and for handing over the rest. */
export const SWEEP_RESERVE_SECONDS = 60
/**
 * How long a sweep after a launch waits. EC2's notifications come within seconds and name each instance. They may promise a stop,
 * which a sweep may not, so they should come first.
 */
export const SWEEP_DELAY_SECONDS = 120
