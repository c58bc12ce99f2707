import type { Finding } from '../engine/finding.ts'
import { identifyCaller } from '../facts/actor.ts'
import type { Reason } from '../reasons/reason.ts'
import { describeReason } from '../wording/reasons.ts'
import { getMessageId } from './claimant.ts'
import type { Condition } from './condition.ts'
import { readFinding } from './finding-in.ts'
import { isOverdue } from './overdue.ts'
import { isOwned } from './owned.ts'
import {
  buildRowKey,
  type Claim,
  LEASE_SECONDS,
  type Past,
  type Previous,
  type Row,
  type RowKey,
  type State,
  toEpochSeconds,
} from './row.ts'
import { FINISHED } from './transitions.ts'

/** How long a row is kept: 90 days. */
export const KEPT_SECONDS = 90 * 86_400

/** Keeps a row at some 10 kB, far below the largest item that DynamoDB takes. */
export const HISTORY_LENGTH = 50

const computePastSince = (state: Past['state'], at: string, because: Reason): Past => ({
  state,
  at,
  why: describeReason(because),
  ...because,
})

/** The entry of the history for a state that a row came into, and why. */
export const createPast = (state: Past['state'], at: Date, because: Reason): Past =>
  computePastSince(state, at.toISOString(), because)

const buildClaim = (finding: Finding, now: Date): Past => {
  // The finding's own message says why.
  if (finding.workflow !== 'SUPPRESSED') return { state: 'NEW', at: now.toISOString(), why: finding.message }
  const { exemption } = finding
  if (exemption === undefined) return createPast('SUPPRESSED', now, { code: 'EXEMPT' })
  const { reason, owner } = exemption
  return createPast('SUPPRESSED', now, { code: 'EXEMPT', args: { reason, owner } })
}

/** The row that claims a finding. */
export const createRow = (finding: Finding, { claimant, launchId, now, asOf = now }: Claim): Row => {
  const state = finding.workflow === 'SUPPRESSED' ? 'SUPPRESSED' : 'NEW'
  return {
    ...buildRowKey({ ...finding.resource, resourceId: finding.resource.id, rule: finding.rule }),
    state,
    status: finding.status,
    severity: finding.severity,
    decision: finding.action.decision,
    accountId: finding.resource.accountId,
    claimant,
    launchId,
    leaseUntil: toEpochSeconds(now) + LEASE_SECONDS,
    writtenAt: now.toISOString(),
    changedAt: toEpochSeconds(asOf),
    expiresAt: toEpochSeconds(now) + KEPT_SECONDS,
    finding: JSON.stringify(finding),
    history: [buildClaim(finding, now)],
    ...(state === 'NEW' && finding.action.at !== undefined && { stopAt: finding.action.at }),
  }
}

/** A row that was not read is written only if there is none. */
export const ABSENT: Condition = { expression: 'attribute_not_exists(#pk)', values: {} }

/** EC2 was asked to stop the instance, and the outcome is not known. */
const isAsked = ({ state, stopRequestedAt }: Row): boolean => state === 'DEFERRED' && stopRequestedAt !== undefined

/**
 * Whether a finding recurred: this report is of a later time, and its row had ended, or EC2 was asked to stop the instance, or
 * its stop was never made. EC2 dates a notification, and CloudTrail a call, in whole seconds.
 */
const isBack = (finding: Finding, seen: Row): boolean => {
  const time = new Date(finding.event.time)
  if (FINISHED.includes(seen.state) || isAsked(seen)) return seen.changedAt < toEpochSeconds(time)
  return isOverdue(seen, time)
}

/** How long a claim that promises a stop, or knows more, may take to be confirmed. */
const PATIENCE_SECONDS = 3600

/**
 * Whether a row is ours, or its lease has passed. A finding that knows less waits for an hour, and so does a sweep: the message
 * of the owner comes again, or is dead-lettered. If it comes again with nothing to alert, the lesser finding is alerted.
 */
const isOpen = (finding: Finding, seen: Row, { claimant, now, sweep }: Claim): boolean => {
  if (seen.state !== 'NEW') return false
  const isLess = seen.status === 'FAILED' && finding.status === 'UNKNOWN'
  const isOurs = getMessageId(seen.claimant) === getMessageId(claimant)
  const hasTime = !isOurs && (sweep !== undefined || isLess)
  // A claim that was given back has no lease, and its message comes again all the same.
  const isLate = toEpochSeconds(new Date(seen.writtenAt)) + PATIENCE_SECONDS < toEpochSeconds(now)
  return seen.claimant === claimant || (seen.leaseUntil < toEpochSeconds(now) && (!hasTime || isLate))
}

/** How a launch id begins that names a sweep: a row has the id of the launch, or of the sweep, that it was found in. */
export const SWEPT = 'sweep-'

const SAME_LAUNCH_SECONDS = 3600

/**
 * A sweep may see an instance before its launch is reported, and promises no stop. The report of that launch may still
 * promise one, and is alerted then.
 */
const promisesMore = (finding: Finding, seen: Row): boolean =>
  finding.action.decision === 'defer' &&
  seen.stopAt === undefined &&
  seen.launchId.startsWith(SWEPT) &&
  (seen.state === 'ALERTED' || seen.state === 'NEW') &&
  Math.abs(seen.changedAt - toEpochSeconds(new Date(finding.event.time))) < SAME_LAUNCH_SECONDS

/** Alerted and left running: no further alert was due. */
const LEFT: readonly State[] = ['ALERTED', 'REFUSED']

/**
 * Whether an instance that was alerted or refused, and left running, was started later, and this start is promised a stop.
 * That happens if the rule enforces by now, or the refusal no longer holds. A start without a promise is not alerted again.
 */
const isPromisedLater = (finding: Finding, seen: Row): boolean =>
  finding.action.decision === 'defer' &&
  LEFT.includes(seen.state) &&
  seen.changedAt < toEpochSeconds(new Date(finding.event.time)) &&
  !isOwned(seen)

/** Its findings are of what EC2 refused at one moment. No sweep can say that such a thing is over. */
const OF_REFUSALS = 'incompatible-launch'

const REMIND_SECONDS = 86_400

/**
 * Whether EC2 refused again what was alerted. A group asks again every few minutes, which is no news. It is news if it goes on a
 * day later. It also is if another type is refused for the same instance, or the same one to somebody else.
 */
const isRefusedAgain = (finding: Finding, seen: Row): boolean => {
  if (finding.rule !== OF_REFUSALS || seen.state !== 'ALERTED') return false
  const time = toEpochSeconds(new Date(finding.event.time))
  if (seen.changedAt + REMIND_SECONDS < time) return true
  if (seen.finding === '') return false
  const { event, facts, actor } = readFinding(seen)
  // CloudTrail is minutes late, so that the first of two may be alerted after the second happened.
  if (toEpochSeconds(new Date(event.time)) >= time) return false
  // What a group or a fleet is refused has its caller in its id, where that matters.
  const isOfAnother =
    finding.resource.type === 'AwsEc2Instance' && identifyCaller(actor) !== identifyCaller(finding.actor)
  return isOfAnother || facts.instanceType !== finding.facts.instanceType
}

/**
 * Whether a report has to be evaluated once the alert of its finding is out: a later start that is promised a stop, while that alert
 * promises none, or another type that EC2 refused. Until then nobody knows whether the alert will be out.
 */
export const mustWait = (seen: Row, finding: Finding, { sweep, deleted: gone }: Claim): boolean => {
  if (sweep !== undefined || gone?.includes(finding.resource.id) || seen.state !== 'NEW') return false
  const alerted: Row = { ...seen, state: 'ALERTED' }
  return (seen.stopAt === undefined && isPromisedLater(finding, alerted)) || isRefusedAgain(finding, alerted)
}

/**
 * Whether a finding may replace a row that was read. It may if it recurred, if the row is ours or its lease has passed, or if it
 * says more than the row: the exemption ended, UNKNOWN is now FAILED, or a later start is promised a stop. In all other cases the
 * row was alerted, or its owner is about to alert it. A finding that is exempt replaces a row only if it recurred, or if the row
 * was not alerted.
 */
export const mayReplace = (seen: Row, finding: Finding, claim: Claim): boolean => {
  const { sweep, deleted: gone, mayPromise } = claim
  const mayBeLater = sweep === undefined && !gone?.includes(finding.resource.id)
  if (isOpen(finding, seen, claim) || (mayBeLater && isBack(finding, seen))) return true
  if (finding.workflow === 'SUPPRESSED') return false
  if (mayBeLater && (isPromisedLater(finding, seen) || isRefusedAgain(finding, seen))) return true
  if (finding.action.decision === 'defer' && mayPromise?.(seen) === true) return true
  if (sweep === undefined && promisesMore(finding, seen)) return true
  return seen.state === 'SUPPRESSED' || (seen.status === 'UNKNOWN' && finding.status === 'FAILED')
}

/** The condition that a row is still as it was read. Rows of the first version have no `changedAt`. */
export const buildSeenCondition = ({ state, changedAt, claimant, leaseUntil }: Row): Condition => ({
  expression:
    '#state = :seen AND #claimant = :by AND #leaseUntil = :lease AND (attribute_not_exists(#changedAt) OR #changedAt = :since)',
  values: { ':seen': state, ':by': claimant, ':lease': leaseUntil, ':since': changedAt },
})

/**
 * The condition that a row, and its finding, are still as they were read: for whoever writes another finding. A record may have
 * added to it who launched the instance, which changes nothing else of the row.
 */
export const buildSameFindingCondition = (row: Row): Condition => {
  const { expression, values } = buildSeenCondition(row)
  const { finding } = row
  return finding === ''
    ? { expression: `${expression} AND attribute_not_exists(#finding)`, values }
    : { expression: `${expression} AND #finding = :finding`, values: { ...values, ':finding': finding } }
}

/** The outcome of a promise that had none yet when the finding recurred. */
const inferBetween = (seen: Row): readonly Past[] => {
  // Stryker disable next-line StringLiteral: what is DEFERRED has the time of its stop.
  const { stopAt = '', stopRequestedAt } = seen
  if (seen.state !== 'DEFERRED') return []
  return stopRequestedAt === undefined
    ? [computePastSince('FAILED', stopAt, { code: 'PROMISE_LOST' })]
    : [computePastSince('STOPPED', stopRequestedAt, { code: 'STOPPED_AND_RECURRED' })]
}

/** The history of a row that replaces another, with the outcome of a promise that was still open. */
export const extendHistory = (seen: Row, next: Past): readonly Past[] =>
  [...seen.history, ...inferBetween(seen), next].slice(-HISTORY_LENGTH)

// SUPPRESSED is alerted when its exemption has ended, REFUSED when a stop is promised again.
const TOLD_ANEW: readonly State[] = [...FINISHED, 'SUPPRESSED', 'REFUSED']

/** How a finding ended before it recurred, from the history of the row that claims it. */
export const findPrevious = (history: readonly Past[]): Previous | undefined => {
  const last = history.findLast(({ state }) => state !== 'NEW')
  return last !== undefined && TOLD_ANEW.includes(last.state) ? { state: last.state, at: last.at } : undefined
}

/** DynamoDB takes at most 100 writes in a transaction (Amazon DynamoDB API reference, TransactWriteItems). */
export const ROWS_PER_TRANSACTION = 100

/** The rows of one launch in one order for every writer, so that two that claim it at once meet in the first transaction. */
export const chunkIntoTransactions = <T extends RowKey>(rows: readonly T[]): readonly (readonly T[])[] => {
  // Stryker disable next-line EqualityOperator: no two rows have one key.
  const sorted = rows.toSorted((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1))
  return Array.from({ length: Math.ceil(sorted.length / ROWS_PER_TRANSACTION) }, (_, index) =>
    sorted.slice(index * ROWS_PER_TRANSACTION, (index + 1) * ROWS_PER_TRANSACTION),
  )
}
