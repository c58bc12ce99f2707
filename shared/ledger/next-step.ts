import type { Finding } from '../engine/finding.ts'
import type { InstanceFacts } from '../facts/facts.ts'
import type { Reason } from '../reasons/reason.ts'
import { CALL_SECONDS } from './budget.ts'
import {
  decideOutcome,
  endAll,
  isAsked,
  parseMs,
  type Resolution,
  resolveLateStart,
  resolveRestarted,
  STOPPED,
} from './outcomes.ts'
import { placeOf, type Row, type RowOutcome } from './row.ts'
import { AGAIN_SECONDS, CHECK_SECONDS, DEADLINE_SECONDS } from './stop-message.ts'

export type StopQuestion = {
  /** Every row of the instance, whatever its state. */
  readonly rows: readonly Row[]
  /** As EC2 describes it now. Undefined if EC2 does not know it. */
  readonly instance: InstanceFacts | undefined
  /** The findings by the present policy and facts: `evaluate` with `all`. Used only if the instance runs. */
  readonly findings: readonly Finding[]
  readonly now: Date
}

/**
 * What is left to do once the outcomes are written. `again`: read the instance again at that time. `check`: EC2 is stopping it, so
 * check at that time that it did. `stop`: reserve a stop in the budget under `stopId`, write the intent into `rows`, ask EC2.
 */
export type Next =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'again'; readonly at: Date }
  | { readonly kind: 'check'; readonly at: Date }
  | { readonly kind: 'stop'; readonly rows: readonly Row[]; readonly stopId: string }

export type Step = { readonly resolutions: readonly Resolution[]; readonly next: Next }

const NOTHING: Step = { resolutions: [], next: { kind: 'nothing' } }

const addSeconds = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000)
const isPromised = ({ state }: Row): boolean => state === 'DEFERRED'

/** Names one stop of one instance, so a repetition does not use the budget again. */
const buildStopId = (due: Row, rows: readonly Row[]): string => {
  const { region, resourceId } = placeOf(due)
  const [promise] = rows.map(({ stopAt }) => stopAt).toSorted()
  return `${region}/${resourceId}@${promise}`
}

/** EC2 was asked a moment ago, so the outcome shows a little later. */
export const isUnderWay = (rows: readonly Row[], now: Date): boolean =>
  rows.some(({ stopRequestedAt }) => now.getTime() - parseMs(stopRequestedAt) < CALL_SECONDS * 1000)

const isDueAt =
  (now: Date) =>
  ({ stopAt }: Row): boolean =>
    parseMs(stopAt) <= now.getTime()

const findSoonest = (rows: readonly Row[]): Date => new Date(Math.min(...rows.map(({ stopAt }) => parseMs(stopAt))))

const decideRunning = (all: readonly Row[], question: StopQuestion): Step => {
  const resolutions = resolveRestarted(all, question.instance)
  const left = all.filter(row => resolutions.every(({ row: resolved }) => resolved !== row))
  const step = decideUp(left, question)
  return { ...step, resolutions: [...resolutions, ...step.resolutions] }
}

const decideUp = (rows: readonly Row[], { findings, instance, now }: StopQuestion): Step => {
  const isDue = isDueAt(now)
  const evaluated = rows.map(row => ({
    row,
    ending: decideOutcome(findings.find(({ rule }) => rule === row.sk)) ?? resolveLateStart(row, instance),
  }))
  const resolutions = evaluated.flatMap(({ row, ending }) =>
    ending !== undefined && isDue(row) ? [{ row, ending }] : [],
  )
  const left = evaluated.flatMap(({ row, ending }) => (ending === undefined ? [row] : []))
  const due = left.find(isDue)
  if (due !== undefined) return { resolutions, next: { kind: 'stop', rows: left, stopId: buildStopId(due, left) } }
  const asked = resolutions.map(({ row }) => row)
  if (isUnderWay(asked, now)) return { resolutions: [], next: { kind: 'again', at: addSeconds(now, AGAIN_SECONDS) } }
  const later = rows.filter(row => !isDue(row))
  if (later.length === 0) return { resolutions, next: { kind: 'nothing' } }
  return { resolutions, next: { kind: 'again', at: findSoonest(later) } }
}

const decidePending = (rows: readonly Row[], { instance, now }: StopQuestion): Step => {
  const deadline = Math.max(...rows.map(({ stopAt }) => parseMs(stopAt))) + DEADLINE_SECONDS * 1000
  if (now.getTime() < deadline) {
    const at = new Date(Math.max(addSeconds(now, AGAIN_SECONDS).getTime(), findSoonest(rows).getTime()))
    return { resolutions: [], next: { kind: 'again', at } }
  }
  const minutes = DEADLINE_SECONDS / 60
  const ending: RowOutcome =
    instance === undefined
      ? { to: 'RESOLVED', because: { code: 'DELETED' } }
      : { to: 'FAILED', because: { code: 'NEVER_RUNNING', args: { minutes } } }
  return { resolutions: endAll(rows, ending), next: { kind: 'nothing' } }
}

/**
 * This outcome for the promises that are due, or for which EC2 was asked. The message of an earlier promise may come again just
 * after a start, and ends none that was made since: what EC2 answers then may be from before that start.
 */
export const endDue = (rows: readonly Row[], ending: RowOutcome, now: Date): Step => {
  const isOver = (row: Row): boolean => isAsked(row) || isDueAt(now)(row)
  const resolutions = endAll(rows.filter(isOver), ending)
  const later = rows.filter(row => !isOver(row))
  return { resolutions, next: later.length === 0 ? { kind: 'nothing' } : { kind: 'again', at: findSoonest(later) } }
}

const decideStopping = (rows: readonly Row[], state: 'stopping' | 'stopped', now: Date): Step => {
  const asked = rows.filter(isAsked)
  if (asked.length === 0)
    return endDue(rows, { to: 'RESOLVED', because: { code: 'STOPPED_BY_SOMEBODY_ELSE', args: { state } } }, now)
  const others = endAll(
    rows.filter(row => !isAsked(row)),
    { to: 'RESOLVED', because: { code: 'STOPPED_FOR_ANOTHER_RULE', args: { state } } },
  )
  if (state === 'stopped')
    return {
      resolutions: [...endAll(asked, { to: 'STOPPED', because: STOPPED }), ...others],
      next: { kind: 'nothing' },
    }
  return { resolutions: others, next: { kind: 'check', at: addSeconds(now, CHECK_SECONDS) } }
}

const isGoing = (state: string | undefined): boolean => state === 'terminated' || state === 'shutting-down'

/** The time in which EC2 should have stopped the instance is over. */
export const decideAfterCheck = ({ rows, instance, now }: Omit<StopQuestion, 'findings'>): Step => {
  const asked = rows.filter(row => isPromised(row) && isAsked(row))
  // Stryker disable next-line ConditionalExpression: without rows every branch returns nothing; this returns at once.
  if (asked.length === 0) return NOTHING
  const state = instance?.state
  if (state === 'stopped') return decideStopping(asked, state, now)
  if (state === undefined || isGoing(state)) {
    const code = state === undefined ? 'DELETED' : 'TERMINATED'
    return { resolutions: endAll(asked, { to: 'RESOLVED', because: { code } }), next: { kind: 'nothing' } }
  }
  const again = resolveRestarted(asked, instance)
  if (again.length > 0) return { resolutions: again, next: { kind: 'nothing' } }
  const asLong = Math.max(...asked.map(({ stopRequestedAt }) => parseMs(stopRequestedAt))) + CHECK_SECONDS * 1000
  if (now.getTime() < asLong) return { resolutions: [], next: { kind: 'check', at: new Date(asLong) } }
  const because: Reason = { code: 'STILL_RUNNING', args: { minutes: CHECK_SECONDS / 60, state } }
  return { resolutions: endAll(asked, { to: 'FAILED', because }), next: { kind: 'nothing' } }
}

/**
 * What to do about an instance whose stop is due, decided again on the present state. It is stopped only if it runs, an alert
 * promised the stop, the stop is due, and it fails its rule under the present policy without an exemption, a refusal or a doubt.
 */
export const decideNextStep = (question: StopQuestion): Step => {
  const rows = question.rows.filter(isPromised)
  // Stryker disable next-line ConditionalExpression: without rows every branch returns nothing; this returns at once.
  if (rows.length === 0) return NOTHING
  const state = question.instance?.state
  if (state === 'running') return decideRunning(rows, question)
  if (state === 'stopping' || state === 'stopped') return decideStopping(rows, state, question.now)
  if (isGoing(state)) {
    const ending: RowOutcome = { to: 'RESOLVED', because: { code: 'TERMINATED' } }
    return { resolutions: endAll(rows, ending), next: { kind: 'nothing' } }
  }
  return decidePending(rows, question)
}
