import { areSiblings, messageOf } from '../ledger/claimant.ts'
import { isOwned } from '../ledger/owned.ts'
import { epochSeconds, type Row } from '../ledger/row.ts'
import { FINISHED, OPEN } from '../ledger/transitions.ts'
import type { Code, Reason } from '../reasons/reason.ts'
import type { Finding } from './finding.ts'
import { isExisting, mayBePromised, PROMISES_NOTHING, type Promising } from './promising.ts'

/** The resource of a row as EC2 has it now. `unread`: nothing can be said of it. */
export type Present =
  | { readonly kind: 'there'; readonly state?: string; readonly launchTime?: string }
  | { readonly kind: 'gone'; readonly because: Reason }
  | { readonly kind: 'unread' }

export type OpenQuestion = {
  readonly row: Row
  readonly present: Present
  /** What the policy of now says of it: `evaluate` with `all`. */
  readonly findings: readonly Finding[]
  readonly now: Date
  /** The delivery whose turn it is. */
  readonly claimant: string
  /** What may be promised a stop; nothing where it is left out. */
  readonly promising?: Promising
}

/**
 * What a sweep does about a row. `tell`: it was settled, and nobody told it. `claim`: there is something to tell of it
 * that it has not told. `back`: the same, as it came up again after it was dealt with. `promise`: it was alerted, left
 * running, and may be promised a stop now. `renew`: it is as it was, and must not be forgotten. `wait`: another delivery of
 * our message is telling it, so that ours has to come again.
 */
export type Turn =
  | { readonly kind: 'leave' | 'renew' | 'tell' | 'wait' }
  | { readonly kind: 'resolve'; readonly because: Reason; readonly quiet: boolean }
  | { readonly kind: 'exempt'; readonly finding: Finding }
  | { readonly kind: 'claim' | 'back' | 'promise'; readonly finding: Finding }

const LEAVE: Turn = { kind: 'leave' }
const HOUR = 3600
const DAY = 86_400

/** As long before its end a row is renewed: sweeps may fail for weeks and nothing is told twice. */
const RENEW_BEFORE = 45 * DAY
/** EC2 knows a new instance everywhere within minutes: one that is older and not known is gone. */
const GONE_AFTER = HOUR

/** Who settled it had so long to tell it: longer than any lease, and than a digest is gathered. */
const UNTOLD_AFTER = HOUR

/** Settled and not told: by an earlier delivery of our own message, or by one that is not heard of any more. */
const isUntold = (row: Row, { claimant, now }: { readonly claimant: string; readonly now: number }): boolean => {
  if (row.untold === undefined || row.state === 'NEW') return false
  if (row.claimant === claimant) return true
  const isOfOurs = messageOf(row.claimant) === messageOf(claimant)
  return row.leaseUntil < now && (isOfOurs || row.changedAt + UNTOLD_AFTER < now)
}

/** Another delivery of our message is telling it, and may yet die before it has. */
const isSiblings = (row: Row, { claimant, now }: { readonly claimant: string; readonly now: number }): boolean =>
  (row.state === 'NEW' || row.untold !== undefined) && areSiblings(row.claimant, claimant) && row.leaseUntil >= now

type Described = { readonly state?: string; readonly launchTime?: string }

// Stryker disable next-line ConditionalExpression: what is not there has neither state nor launch time.
const describedIn = ({ present }: OpenQuestion): Described => (present.kind === 'there' ? present : {})

const isGoing = (question: OpenQuestion): boolean => {
  const { state } = describedIn(question)
  return state === 'terminated' || state === 'shutting-down'
}

/** Why there is nothing left of it; undefined where there is, or where nobody knows. */
const whyGone = (question: OpenQuestion, now: number): Reason | undefined => {
  const { row, present } = question
  if (isGoing(question)) return { code: 'TERMINATED' }
  // Stryker disable next-line ConditionalExpression: nothing else has a reason.
  if (present.kind !== 'gone') return undefined
  return epochSeconds(new Date(row.writtenAt)) + GONE_AFTER < now ? present.because : undefined
}

const verdictOn = ({ row, findings }: OpenQuestion): Finding | undefined => findings.find(({ rule }) => rule === row.sk)

const FIXED: Reason = { code: 'RULE_PASSES' }

/** When it came up, if that was after the row was written as it is: the event of that start was lost. */
const upSince = (question: OpenQuestion): string | undefined => {
  const { launchTime } = describedIn(question)
  const up = new Date(launchTime ?? Number.NaN)
  return epochSeconds(up) > question.row.changedAt ? launchTime : undefined
}

const isRunning = (question: OpenQuestion): boolean => describedIn(question).state === 'running'

/**
 * Whether what was alerted and left running may be promised a stop: the policy, or somebody, says so of what it was left
 * for; or it came up later, and sweeps promise stops. What was only alerted a sweep of the region finds by itself.
 */
const isToPromise = (question: OpenQuestion, finding: Finding): boolean => {
  const { row, promising = PROMISES_NOTHING } = question
  if (finding.action.decision !== 'defer' || !isRunning(question)) return false
  if (mayBePromised(row, promising)) return !(promising.existing === true && isExisting(row))
  return promising.existing === true && row.state === 'REFUSED' && !isOwned(row) && upSince(question) !== undefined
}

const ofFinished = (question: OpenQuestion): Turn => {
  const finding = verdictOn(question)
  const time = upSince(question)
  if (time === undefined || !isRunning(question) || finding?.status !== 'FAILED') return LEAVE
  return { kind: 'back', finding: { ...finding, event: { ...finding.event, time } } }
}

const ofOpen = (question: OpenQuestion): Turn => {
  const { row, now } = question
  const finding = verdictOn(question)
  const quiet = row.state === 'SUPPRESSED'
  // The rule is off: what it had told is neither true nor false now.
  if (finding === undefined) return LEAVE
  if (finding.status === 'PASSED') return { kind: 'resolve', because: FIXED, quiet }
  if (finding.workflow === 'SUPPRESSED') {
    if (row.state !== 'SUPPRESSED') return { kind: 'exempt', finding }
  } else {
    if (row.state === 'SUPPRESSED') return { kind: 'claim', finding }
    if (row.status === 'UNKNOWN' && finding.status === 'FAILED') return { kind: 'claim', finding }
    if (isToPromise(question, finding)) return { kind: 'promise', finding }
  }
  return row.expiresAt - epochSeconds(now) < RENEW_BEFORE ? { kind: 'renew' } : LEAVE
}

/** A stop that was promised and that nobody made: its stack has no function for it any more, or its message is parked. */
const isForgotten = ({ stopAt }: Row, now: number): boolean =>
  new Date(stopAt ?? Number.NaN).getTime() / 1000 + DAY < now

/** Nothing of it comes back. */
const GONE: readonly (Code | undefined)[] = ['DELETED', 'IMAGE_DELETED', 'TERMINATED']

/** Claimed by a delivery of our own message, which is not known to have told it. */
export const isOurs = (row: Row, claimant: string): boolean =>
  row.state === 'NEW' && messageOf(row.claimant) === messageOf(claimant)

/** Whether EC2 has to be asked about a row: not of what no sweep would change, whatever is the case. */
export const isWorthALook = (row: Row, now: Date, claimant?: string): boolean => {
  if (row.state === 'NEW') return claimant !== undefined && isOurs(row, claimant)
  if (row.state === 'DEFERRED') return isForgotten(row, epochSeconds(now))
  return !GONE.includes(row.history.at(-1)?.code)
}

const ofForgotten = (question: OpenQuestion): Turn =>
  verdictOn(question)?.status === 'PASSED' ? { kind: 'resolve', because: FIXED, quiet: false } : LEAVE

/** What was claimed is told by who claimed it, as it is now. */
const ofOurs = (question: OpenQuestion): Turn => {
  const finding = verdictOn(question)
  if (finding === undefined || finding.status === 'PASSED' || finding.workflow === 'SUPPRESSED') return LEAVE
  const wasPromised = question.row.stopAt !== undefined
  const isPromise = wasPromised && isRunning(question) && finding.action.decision === 'defer'
  return { kind: isPromise ? 'promise' : 'claim', finding }
}

const onFacts = (question: OpenQuestion): Turn => {
  const { row, present } = question
  if (present.kind === 'unread') return LEAVE
  if (row.state === 'DEFERRED') return ofForgotten(question)
  const back = FINISHED.includes(row.state) ? ofFinished(question) : LEAVE
  return back.kind === 'leave' && OPEN.includes(row.state) ? ofOpen(question) : back
}

const isSettled = ({ state }: Row): boolean => state !== 'DEFERRED' && !OPEN.includes(state)

/**
 * What a sweep does about one row of the ledger, on what is the case now. Never a stop; what cannot be read, what is
 * told at this moment and what waits for a stop is left. Pure.
 */
export const turnFor = (question: OpenQuestion): Turn => {
  const { row, claimant } = question
  const now = epochSeconds(question.now)
  if (isUntold(row, { claimant, now })) return { kind: 'tell' }
  if (isSiblings(row, { claimant, now })) return { kind: 'wait' }
  if (row.untold !== undefined || !isWorthALook(row, question.now, claimant)) return LEAVE
  if (row.state === 'NEW') return ofOurs(question)
  const because = isSettled(row) ? undefined : whyGone(question, now)
  return because === undefined ? onFacts(question) : { kind: 'resolve', because, quiet: row.state === 'SUPPRESSED' }
}
