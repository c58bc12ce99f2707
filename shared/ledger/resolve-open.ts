import type { Finding } from '../engine/finding.ts'
import type { Code, Reason } from '../reasons/reason.ts'
import { areSiblings, getMessageId } from './claimant.ts'
import { STOPPED } from './outcomes.ts'
import { isOwned } from './owned.ts'
import { isExisting, mayBePromised, PROMISES_NOTHING, type Promising, wasRefused } from './promising.ts'
import { type Row, toEpochSeconds } from './row.ts'
import { FINISHED, OPEN } from './transitions.ts'

/** The resource of a row as EC2 has it now. `unread`: it could not be read. */
export type Present =
  | { readonly kind: 'there'; readonly state?: string; readonly launchTime?: string }
  | { readonly kind: 'gone'; readonly because: Reason }
  | { readonly kind: 'unread' }

export type OpenQuestion = {
  readonly row: Row
  readonly present: Present
  /** Its findings by the present policy: `evaluate` with `all`. */
  readonly findings: readonly Finding[]
  readonly now: Date
  /** The delivery that owns the outcome. */
  readonly claimant: string
  /** What may be promised a stop; absent: nothing. */
  readonly promising?: Promising
}

/**
 * What a sweep does about a row. `tell`: its outcome was written and not alerted. `claim`: there is something new to alert.
 * `back`: the same, because it recurred. `promise`: it was alerted, left running, and may be promised a stop now. `renew`: nothing
 * changed, and the row must not expire. `wait`: another delivery of our message is alerting it, so ours has to come again.
 */
export type RowAction =
  | { readonly kind: 'leave' | 'renew' | 'tell' | 'wait' }
  | {
      readonly kind: 'resolve'
      readonly because: Reason
      readonly quiet: boolean
      /** Of a promise that was not kept; absent: RESOLVED. */
      readonly to?: 'STOPPED' | 'FAILED'
    }
  | { readonly kind: 'exempt'; readonly finding: Finding }
  | { readonly kind: 'claim' | 'back' | 'promise'; readonly finding: Finding }

const LEAVE: RowAction = { kind: 'leave' }
const HOUR = 3600
const DAY = 86_400

/** How long before its end a row is renewed. So sweeps may fail for weeks, and nothing is alerted twice. */
const RENEW_BEFORE = 45 * DAY
/** EC2 knows a new instance everywhere within minutes. One that is older and not known is deleted. */
const GONE_AFTER = HOUR

/** How long the writer of an outcome has to alert it: longer than any lease, and than a digest is gathered. */
const UNTOLD_AFTER = HOUR

/** Whether an outcome was written and not alerted: by an earlier delivery of our message, or by one that does not come any more. */
const isUntold = (row: Row, { claimant, now }: { readonly claimant: string; readonly now: number }): boolean => {
  if (row.untold === undefined || row.state === 'NEW') return false
  if (row.claimant === claimant) return true
  const isOfOurs = getMessageId(row.claimant) === getMessageId(claimant)
  return row.leaseUntil < now && (isOfOurs || row.changedAt + UNTOLD_AFTER < now)
}

/** Whether another delivery of our message is alerting it. It may still die before it has. */
const isSiblings = (row: Row, { claimant, now }: { readonly claimant: string; readonly now: number }): boolean =>
  (row.state === 'NEW' || row.untold !== undefined) && areSiblings(row.claimant, claimant) && row.leaseUntil >= now

type Described = { readonly state?: string; readonly launchTime?: string }

// Stryker disable next-line ConditionalExpression: what is not there has neither state nor launch time.
const describedIn = ({ present }: OpenQuestion): Described => (present.kind === 'there' ? present : {})

const isGoing = (question: OpenQuestion): boolean => {
  const { state } = describedIn(question)
  return state === 'terminated' || state === 'shutting-down'
}

/** Why the resource is deleted; undefined if it is there, or if that is not known. */
const explainDeleted = (question: OpenQuestion, now: number): Reason | undefined => {
  const { row, present } = question
  if (isGoing(question)) return { code: 'TERMINATED' }
  // Stryker disable next-line ConditionalExpression: nothing else has a reason.
  if (present.kind !== 'gone') return undefined
  return toEpochSeconds(new Date(row.writtenAt)) + GONE_AFTER < now ? present.because : undefined
}

const findVerdict = ({ row, findings }: OpenQuestion): Finding | undefined =>
  findings.find(({ rule }) => rule === row.sk)

const FIXED: Reason = { code: 'RULE_PASSES' }

/** When it came up, if that was after the row's last change. Then the event of that start was lost. */
const upSince = (question: OpenQuestion): string | undefined => {
  const { launchTime } = describedIn(question)
  const up = new Date(launchTime ?? Number.NaN)
  return toEpochSeconds(up) > question.row.changedAt ? launchTime : undefined
}

const isRunning = (question: OpenQuestion): boolean => describedIn(question).state === 'running'

/**
 * Whether a row that was alerted and left running may be promised a stop. It may if the policy, or a person, allows it for the
 * reason that it was left running for. It also may if it came up later, and sweeps promise stops. A row that was only alerted is
 * found by the sweep of the region.
 */
const isToPromise = (question: OpenQuestion, finding: Finding): boolean => {
  const { row, promising = PROMISES_NOTHING } = question
  if (finding.action.decision !== 'defer' || !isRunning(question)) return false
  if (mayBePromised(row, promising)) return !(promising.existing === true && isExisting(row))
  return promising.existing === true && wasRefused(row) && !isOwned(row) && upSince(question) !== undefined
}

const decideFinished = (question: OpenQuestion): RowAction => {
  const finding = findVerdict(question)
  const time = upSince(question)
  if (time === undefined || !isRunning(question) || finding?.status !== 'FAILED') return LEAVE
  return { kind: 'back', finding: { ...finding, event: { ...finding.event, time } } }
}

const decideOpen = (question: OpenQuestion): RowAction => {
  const { row, now } = question
  const finding = findVerdict(question)
  const quiet = row.state === 'SUPPRESSED'
  // The rule is off, so its finding is neither confirmed nor resolved.
  if (finding === undefined) return LEAVE
  if (finding.status === 'PASSED') return { kind: 'resolve', because: FIXED, quiet }
  if (finding.workflow === 'SUPPRESSED') {
    if (row.state !== 'SUPPRESSED') return { kind: 'exempt', finding }
  } else {
    if (row.state === 'SUPPRESSED') return { kind: 'claim', finding }
    if (row.status === 'UNKNOWN' && finding.status === 'FAILED') return { kind: 'claim', finding }
    if (isToPromise(question, finding)) return { kind: 'promise', finding }
  }
  return row.expiresAt - toEpochSeconds(now) < RENEW_BEFORE ? { kind: 'renew' } : LEAVE
}

/** A message may wait in its queue for a day (infra/constructs/queues.ts), and Enforce tries it for an hour. */
const LOST_AFTER = DAY + HOUR

/** A promised stop that was not made: the stack has no function for it any more, or its message is dead-lettered. */
const isForgotten = ({ stopAt, stopRequestedAt = stopAt }: Row, now: number): boolean =>
  new Date(stopRequestedAt ?? Number.NaN).getTime() / 1000 + LOST_AFTER < now

/** Nothing of it comes back. */
const GONE: readonly (Code | undefined)[] = ['DELETED', 'IMAGE_DELETED', 'TERMINATED']

/** Claimed by a delivery of our own message, whose alert is not known to be out. */
export const isOurs = (row: Row, claimant: string): boolean =>
  row.state === 'NEW' && getMessageId(row.claimant) === getMessageId(claimant)

/** A claim that nobody alerts any more: its message has come again, or is dead-lettered. It waits as long as an outcome does. */
const isAbandoned = ({ state, leaseUntil, writtenAt }: Row, now: number): boolean =>
  state === 'NEW' && Math.max(leaseUntil, toEpochSeconds(new Date(writtenAt))) + UNTOLD_AFTER < now

/** Whether EC2 has to be asked about a row. It need not be asked about a row that no sweep would change. */
export const needsInspection = (row: Row, now: Date, claimant?: string): boolean => {
  if (row.state === 'NEW')
    return isAbandoned(row, toEpochSeconds(now)) || (claimant !== undefined && isOurs(row, claimant))
  if (row.state === 'DEFERRED') return isForgotten(row, toEpochSeconds(now))
  return !GONE.includes(row.history.at(-1)?.code)
}

/** Nothing comes for it any more, so its outcome is alerted here: a promise never ends in silence. */
const decideForgotten = (question: OpenQuestion): RowAction => {
  const end = { kind: 'resolve', quiet: false } as const
  const { state } = describedIn(question)
  const isAsked = question.row.stopRequestedAt !== undefined
  if (findVerdict(question)?.status === 'PASSED') return { ...end, because: FIXED }
  if (state === 'stopped' && isAsked) return { ...end, to: 'STOPPED', because: STOPPED }
  if ((state === 'stopped' || state === 'stopping') && !isAsked)
    return { ...end, because: { code: 'STOPPED_BY_SOMEBODY_ELSE', args: { state } } }
  return { ...end, to: 'FAILED', because: { code: 'PROMISE_LOST' } }
}

/**
 * A claim whose alert may never have been out, and that has nothing left to claim again. What still fails is claimed by the sweep
 * of the region. It is alerted as resolved: so neither a finding that was alerted before nor one that never was ends in silence.
 */
const decideAbandoned = (question: OpenQuestion, now: number): RowAction => {
  const isFixed = findVerdict(question)?.status === 'PASSED'
  const because = explainDeleted(question, now) ?? (isFixed ? FIXED : undefined)
  return because === undefined ? LEAVE : { kind: 'resolve', because, quiet: false }
}

/** The owner of a claim alerts it, as it is now. */
const resolveOwn = (question: OpenQuestion): RowAction => {
  const finding = findVerdict(question)
  if (finding === undefined || finding.status === 'PASSED' || finding.workflow === 'SUPPRESSED') return LEAVE
  const wasPromised = question.row.stopAt !== undefined
  const isPromise = wasPromised && isRunning(question) && finding.action.decision === 'defer'
  return { kind: isPromise ? 'promise' : 'claim', finding }
}

const decideOnFacts = (question: OpenQuestion): RowAction => {
  const { row, present } = question
  if (present.kind === 'unread') return LEAVE
  if (row.state === 'DEFERRED') return decideForgotten(question)
  const back = FINISHED.includes(row.state) ? decideFinished(question) : LEAVE
  return back.kind === 'leave' && OPEN.includes(row.state) ? decideOpen(question) : back
}

const isResolved = ({ state }: Row): boolean => state !== 'DEFERRED' && !OPEN.includes(state)

/**
 * What a sweep does about one row of the ledger, on the present state. It never stops anything. It leaves a row that cannot be
 * read, one that another delivery is alerting, and one that waits for its stop. Pure.
 */
export const decideRowAction = (question: OpenQuestion): RowAction => {
  const { row, claimant } = question
  const now = toEpochSeconds(question.now)
  if (isUntold(row, { claimant, now })) return { kind: 'tell' }
  if (isSiblings(row, { claimant, now })) return { kind: 'wait' }
  if (row.untold !== undefined || !needsInspection(row, question.now, claimant)) return LEAVE
  if (row.state === 'NEW') {
    const ended = isAbandoned(row, now) ? decideAbandoned(question, now) : LEAVE
    return ended.kind === 'leave' && isOurs(row, claimant) ? resolveOwn(question) : ended
  }
  const because = isResolved(row) ? undefined : explainDeleted(question, now)
  return because === undefined
    ? decideOnFacts(question)
    : { kind: 'resolve', because, quiet: row.state === 'SUPPRESSED' }
}
