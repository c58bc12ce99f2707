import type { Counts } from '../fleet/coverage.ts'

type Where = { readonly accountId: string; readonly region: string }

/** Begin a sweep: of these regions, or of all that the stack sweeps. */
export type StartMessage = {
  readonly kind: 'start'
  readonly regions?: readonly string[]
  /**
   * ISO 8601: it only has to see what was launched until then. One that has begun since will do, and of rows that are
   * open nobody need look again.
   */
  readonly launchedUntil?: string
}

/** Read a region from `token` on; absent, from the beginning. */
export type RegionMessage = Where & {
  readonly kind: 'region'
  /** The same in every message of one sweep. */
  readonly sweepId: string
  readonly token?: string
  /** What the messages before this one have counted. */
  readonly counts: Counts
  /** Set where EC2 did not take the token any more, and the region is read from the beginning once more. */
  readonly again?: true
  /** How many messages have read before this one: EC2 leading in a circle must not be followed for ever. */
  readonly step: number
}

/** Where a reading of the index `byAccount` goes on: the key of the row before. */
export type IndexPlace = { readonly pk: string; readonly sk: string; readonly writtenAt: string }

/** Look at what is open in the ledger, from a row on; absent, from the oldest. */
export type SettleMessage = Where & { readonly kind: 'settle'; readonly sweepId: string; readonly from?: IndexPlace }

/** A finding, within an account and region. */
export type FindingPlace = { readonly resourceId: string; readonly rule: string }

/** Promise a stop of findings that were alerted and left running, where nothing speaks against it now. */
export type PromiseMessage = Where & {
  readonly kind: 'promise'
  readonly findings: readonly FindingPlace[]
  /** `budget`: of these only what the budget had no room for. Absent: somebody chose them. */
  readonly only?: 'budget'
  /** ISO 8601: not before then. */
  readonly notBefore?: string
}

/** As many findings as fit into a message, with much room, and are done by one invocation. */
export const FINDINGS_PER_PROMISE = 500

/** So long Confirm has to mark the digest that said what the budget had no room for. */
export const PROMISE_DELAY_SECONDS = 120

/** What lies in the queue of sweeps. */
export type SweepMessage = StartMessage | RegionMessage | SettleMessage | PromiseMessage

/** An account has far fewer pages than this many invocations read. */
export const MOST_STEPS = 100

/** How long an invocation may last. */
export const SWEEP_SECONDS = 300
/** So much of it is left for telling what was found, and for handing over the rest. */
export const SWEEP_RESERVE_SECONDS = 60
/**
 * How long a sweep after a launch waits: EC2's notifications come within seconds, name each instance, and may have it
 * stopped, which a sweep may not. What they tell the sweep need not.
 */
export const SWEEP_DELAY_SECONDS = 120
