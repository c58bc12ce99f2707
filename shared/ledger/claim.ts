import type { Finding } from '../engine/finding.ts'
import type { Reason } from '../reasons/reason.ts'
import { reasonWords } from '../wording/reasons.ts'
import { messageOf } from './claimant.ts'
import type { Condition } from './condition.ts'
import { isOverdue } from './overdue.ts'
import { isOwned } from './owned.ts'
import {
  type Claim,
  epochSeconds,
  LEASE_SECONDS,
  type Past,
  type Previous,
  type Row,
  type RowKey,
  rowKey,
  type State,
} from './row.ts'
import { FINISHED } from './transitions.ts'

/** As long as a row is kept: 90 days. */
export const KEPT_SECONDS = 90 * 86_400

/** What an item of DynamoDB may hold, and its size with it, stays far away: some 10 kB. */
export const HISTORY_LENGTH = 50

const pastSince = (state: Past['state'], at: string, because: Reason): Past => ({
  state,
  at,
  why: reasonWords(because),
  ...because,
})

/** That a row came into a state, and why. */
export const past = (state: Past['state'], at: Date, because: Reason): Past =>
  pastSince(state, at.toISOString(), because)

const claimedAs = (finding: Finding, now: Date): Past => {
  // What was found says why by itself.
  if (finding.workflow !== 'SUPPRESSED') return { state: 'NEW', at: now.toISOString(), why: finding.message }
  const { exemption } = finding
  if (exemption === undefined) return past('SUPPRESSED', now, { code: 'EXEMPT' })
  const { reason, owner } = exemption
  return past('SUPPRESSED', now, { code: 'EXEMPT', args: { reason, owner } })
}

/** The row that claims a finding. */
export const rowOf = (finding: Finding, { claimant, launchId, now }: Claim): Row => {
  const state = finding.workflow === 'SUPPRESSED' ? 'SUPPRESSED' : 'NEW'
  return {
    ...rowKey({ ...finding.resource, resourceId: finding.resource.id, rule: finding.rule }),
    state,
    status: finding.status,
    severity: finding.severity,
    decision: finding.action.decision,
    accountId: finding.resource.accountId,
    claimant,
    launchId,
    leaseUntil: epochSeconds(now) + LEASE_SECONDS,
    writtenAt: now.toISOString(),
    changedAt: epochSeconds(now),
    expiresAt: epochSeconds(now) + KEPT_SECONDS,
    finding: JSON.stringify(finding),
    history: [claimedAs(finding, now)],
    ...(state === 'NEW' && finding.action.at !== undefined && { stopAt: finding.action.at }),
  }
}

/** A row is written blindly only where there is none. */
export const ABSENT: Condition = { expression: 'attribute_not_exists(#pk)', values: {} }

/** EC2 was asked to stop the instance, and nothing has been heard of it since. */
const isAsked = ({ state, stopRequestedAt }: Row): boolean => state === 'DEFERRED' && stopRequestedAt !== undefined

/**
 * Whether a finding is back: its row was dealt with, or EC2 was asked to stop the instance, or nothing came of its stop, and
 * this was reported of a later time. EC2 dates a notification, CloudTrail a call, in whole seconds.
 */
const isBack = (finding: Finding, seen: Row): boolean => {
  const time = new Date(finding.event.time)
  if (FINISHED.includes(seen.state) || isAsked(seen)) return seen.changedAt < epochSeconds(time)
  return isOverdue(seen, time)
}

/** A claim may have promised a stop, or known more, and only be late to be confirmed. */
const PATIENCE_SECONDS = 3600

/**
 * Nobody's any more, or ours. Who knows less leaves it for a while, and so does a sweep: the message of its claimant comes
 * again, or is parked. When it has come again and had nothing to tell, what little is known is better than nothing.
 */
const isOpen = (finding: Finding, seen: Row, { claimant, now, sweep }: Claim): boolean => {
  if (seen.state !== 'NEW') return false
  const isLess = seen.status === 'FAILED' && finding.status === 'UNKNOWN'
  const isOurs = messageOf(seen.claimant) === messageOf(claimant)
  const hasTime = !isOurs && (sweep !== undefined || isLess)
  // A claim that was given back has no lease any more, and its message comes again all the same.
  const isLate = seen.changedAt + PATIENCE_SECONDS < epochSeconds(now)
  return seen.claimant === claimant || (seen.leaseUntil < epochSeconds(now) && (!hasTime || isLate))
}

/** What a sweep found is known in the ledger by the sweep, as what a launch brought is by the launch. */
export const SWEPT = 'sweep-'

const SAME_LAUNCH_SECONDS = 3600

/**
 * A sweep may see an instance before its launch is reported, and promises no stop. The report of that launch may promise
 * one all the same: that is news.
 */
const promisesMore = (finding: Finding, seen: Row): boolean =>
  finding.action.decision === 'defer' &&
  seen.stopAt === undefined &&
  seen.launchId.startsWith(SWEPT) &&
  (seen.state === 'ALERTED' || seen.state === 'NEW') &&
  Math.abs(seen.changedAt - epochSeconds(new Date(finding.event.time))) < SAME_LAUNCH_SECONDS

/** Alerted and left running: nothing more was going to be said of it. */
const LEFT: readonly State[] = ['ALERTED', 'REFUSED']

/**
 * An instance that was alerted, or refused, and left running was started later, and this start is promised a stop: the
 * rule enforces by now, or the refusal holds no longer. A start that promises nothing has nothing new to say.
 */
const isPromisedLater = (finding: Finding, seen: Row): boolean =>
  finding.action.decision === 'defer' &&
  LEFT.includes(seen.state) &&
  seen.changedAt < epochSeconds(new Date(finding.event.time)) &&
  !isOwned(seen)

/**
 * Whether a finding may take the place of a row that was read: it is back; or the row is ours, or nobody's any more; or
 * there is more to tell than it told (the exemption ended, what was UNKNOWN turned out to be FAILED, or a later start is
 * promised a stop). Everything else has been told, or is being told. What is exempt tells nothing: it takes the place only
 * of what is back, or not told.
 */
export const mayReplace = (seen: Row, finding: Finding, claim: Claim): boolean => {
  const { sweep, gone, mayPromise } = claim
  const mayBeLater = sweep === undefined && !gone?.includes(finding.resource.id)
  if (isOpen(finding, seen, claim) || (mayBeLater && isBack(finding, seen))) return true
  if (finding.workflow === 'SUPPRESSED') return false
  if (mayBeLater && isPromisedLater(finding, seen)) return true
  if (finding.action.decision === 'defer' && mayPromise?.(seen) === true) return true
  if (sweep === undefined && promisesMore(finding, seen)) return true
  return seen.state === 'SUPPRESSED' || (seen.status === 'UNKNOWN' && finding.status === 'FAILED')
}

/** A row that was read may be replaced while it is as it was. Rows of the first version have no `changedAt`. */
export const asSeen = ({ state, changedAt, claimant, leaseUntil }: Row): Condition => ({
  expression:
    '#state = :seen AND #claimant = :by AND #leaseUntil = :lease AND (attribute_not_exists(#changedAt) OR #changedAt = :since)',
  values: { ':seen': state, ':by': claimant, ':lease': leaseUntil, ':since': changedAt },
})

/** What became of a promise that nobody had settled when the finding came back. */
const between = (seen: Row): readonly Past[] => {
  // Stryker disable next-line StringLiteral: what is DEFERRED has the time of its stop.
  const { stopAt = '', stopRequestedAt } = seen
  if (seen.state !== 'DEFERRED') return []
  return stopRequestedAt === undefined
    ? [pastSince('FAILED', stopAt, { code: 'PROMISE_LOST' })]
    : [pastSince('STOPPED', stopRequestedAt, { code: 'STOPPED_AND_RECURRED' })]
}

/** What a row has been through when it is replaced. One that was to be stopped and is back has stopped, or has not been. */
export const historyWith = (seen: Row, next: Past): readonly Past[] =>
  [...seen.history, ...between(seen), next].slice(-HISTORY_LENGTH)

// What was exempt and is told now: its exemption has ended. What was refused and is told now: it is promised a stop again.
const TOLD_ANEW: readonly State[] = [...FINISHED, 'SUPPRESSED', 'REFUSED']

/** What had become of a finding before it came back, by the history of the row that claims it. */
export const previousIn = (history: readonly Past[]): Previous | undefined => {
  const last = history.findLast(({ state }) => state !== 'NEW')
  return last !== undefined && TOLD_ANEW.includes(last.state) ? { state: last.state, at: last.at } : undefined
}

/** DynamoDB takes at most 100 writes in a transaction (Amazon DynamoDB API reference, TransactWriteItems). */
export const ROWS_PER_TRANSACTION = 100

/** The rows of one launch in the same order for everybody, so that two who claim it at once meet in the first transaction. */
export const inTransactions = <T extends RowKey>(rows: readonly T[]): readonly (readonly T[])[] => {
  // Stryker disable next-line EqualityOperator: no two rows have one key.
  const sorted = rows.toSorted((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1))
  return Array.from({ length: Math.ceil(sorted.length / ROWS_PER_TRANSACTION) }, (_, index) =>
    sorted.slice(index * ROWS_PER_TRANSACTION, (index + 1) * ROWS_PER_TRANSACTION),
  )
}
