import type { InstanceFacts } from '../facts/facts.ts'
import { CALL_SECONDS } from '../ledger/budget.ts'
import { type Ending, placeOf, type Row } from '../ledger/row.ts'
import { AGAIN_SECONDS, CHECK_SECONDS, DEADLINE_SECONDS } from '../ledger/stop-message.ts'
import type { Reason } from '../reasons/reason.ts'
import { cameUpLate, endAll, endingOf, hadStopped, isAsked, ms, type Settlement, STOPPED } from './endings.ts'
import type { Finding } from './finding.ts'

export type StopQuestion = {
  /** Every row of the instance, whatever its state. */
  readonly rows: readonly Row[]
  /** As EC2 describes it now; undefined where EC2 does not know it. */
  readonly instance: InstanceFacts | undefined
  /** The findings by the present policy and facts: `evaluate` with `all`. Used only if the instance runs. */
  readonly findings: readonly Finding[]
  readonly now: Date
}

/**
 * What is left to do once the outcomes are written. `again`: read the instance again at that time. `check`: EC2 is stopping it, so
 * check at that time that it did. `stop`: reserve a stop in the budget under `token`, write the intent into `rows`, ask EC2.
 */
export type Next =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'again'; readonly at: Date }
  | { readonly kind: 'check'; readonly at: Date }
  | { readonly kind: 'stop'; readonly rows: readonly Row[]; readonly token: string }

export type Step = { readonly settlements: readonly Settlement[]; readonly next: Next }

const NOTHING: Step = { settlements: [], next: { kind: 'nothing' } }

const after = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000)
const isPromised = ({ state }: Row): boolean => state === 'DEFERRED'

/** Names one stop of one instance, so a repetition does not use the budget again. */
const tokenOf = (due: Row, rows: readonly Row[]): string => {
  const { region, resourceId } = placeOf(due)
  const [promise] = rows.map(({ stopAt }) => stopAt).toSorted()
  return `${region}/${resourceId}@${promise}`
}

/** EC2 was asked a moment ago, so the outcome shows a little later. */
export const isUnderWay = (rows: readonly Row[], now: Date): boolean =>
  rows.some(({ stopRequestedAt }) => now.getTime() - ms(stopRequestedAt) < CALL_SECONDS * 1000)

const soonest = (rows: readonly Row[]): Date => new Date(Math.min(...rows.map(({ stopAt }) => ms(stopAt))))

const whileRunning = (all: readonly Row[], question: StopQuestion): Step => {
  const settlements = hadStopped(all, question.instance)
  const left = all.filter(row => settlements.every(({ row: settled }) => settled !== row))
  const step = whileUp(left, question)
  return { ...step, settlements: [...settlements, ...step.settlements] }
}

const whileUp = (rows: readonly Row[], { findings, instance, now }: StopQuestion): Step => {
  const isDue = ({ stopAt }: Row): boolean => ms(stopAt) <= now.getTime()
  const judged = rows.map(row => ({
    row,
    ending: endingOf(findings.find(({ rule }) => rule === row.sk)) ?? cameUpLate(row, instance),
  }))
  const settlements = judged.flatMap(({ row, ending }) => (ending !== undefined && isDue(row) ? [{ row, ending }] : []))
  const left = judged.flatMap(({ row, ending }) => (ending === undefined ? [row] : []))
  const due = left.find(isDue)
  if (due !== undefined) return { settlements, next: { kind: 'stop', rows: left, token: tokenOf(due, left) } }
  const asked = settlements.map(({ row }) => row)
  if (isUnderWay(asked, now)) return { settlements: [], next: { kind: 'again', at: after(now, AGAIN_SECONDS) } }
  const later = rows.filter(row => !isDue(row))
  if (later.length === 0) return { settlements, next: { kind: 'nothing' } }
  return { settlements, next: { kind: 'again', at: soonest(later) } }
}

const whileComing = (rows: readonly Row[], { instance, now }: StopQuestion): Step => {
  const deadline = Math.max(...rows.map(({ stopAt }) => ms(stopAt))) + DEADLINE_SECONDS * 1000
  if (now.getTime() < deadline) {
    const at = new Date(Math.max(after(now, AGAIN_SECONDS).getTime(), soonest(rows).getTime()))
    return { settlements: [], next: { kind: 'again', at } }
  }
  const minutes = DEADLINE_SECONDS / 60
  const ending: Ending =
    instance === undefined
      ? { to: 'RESOLVED', because: { code: 'DELETED' } }
      : { to: 'FAILED', because: { code: 'NEVER_RUNNING', args: { minutes } } }
  return { settlements: endAll(rows, ending), next: { kind: 'nothing' } }
}

const whileGoingDown = (rows: readonly Row[], state: 'stopping' | 'stopped', now: Date): Step => {
  const asked = rows.filter(isAsked)
  const others = endAll(
    rows.filter(row => !isAsked(row)),
    {
      to: 'RESOLVED',
      because: { code: asked.length > 0 ? 'STOPPED_FOR_ANOTHER_RULE' : 'STOPPED_BY_SOMEBODY_ELSE', args: { state } },
    },
  )
  if (state === 'stopped')
    return {
      settlements: [...endAll(asked, { to: 'STOPPED', because: STOPPED }), ...others],
      next: { kind: 'nothing' },
    }
  const next: Next = asked.length > 0 ? { kind: 'check', at: after(now, CHECK_SECONDS) } : { kind: 'nothing' }
  return { settlements: others, next }
}

const isGoing = (state: string | undefined): boolean => state === 'terminated' || state === 'shutting-down'

/** The time in which EC2 should have stopped the instance is over. */
export const afterCheck = ({ rows, instance, now }: Omit<StopQuestion, 'findings'>): Step => {
  const asked = rows.filter(row => isPromised(row) && isAsked(row))
  // Stryker disable next-line ConditionalExpression: without rows every branch returns nothing; this returns at once.
  if (asked.length === 0) return NOTHING
  const state = instance?.state
  if (state === 'stopped') return whileGoingDown(asked, state, now)
  if (state === undefined || isGoing(state)) {
    const code = state === undefined ? 'DELETED' : 'TERMINATED'
    return { settlements: endAll(asked, { to: 'RESOLVED', because: { code } }), next: { kind: 'nothing' } }
  }
  const again = hadStopped(asked, instance)
  if (again.length > 0) return { settlements: again, next: { kind: 'nothing' } }
  const asLong = Math.max(...asked.map(({ stopRequestedAt }) => ms(stopRequestedAt))) + CHECK_SECONDS * 1000
  if (now.getTime() < asLong) return { settlements: [], next: { kind: 'check', at: new Date(asLong) } }
  const because: Reason = { code: 'STILL_RUNNING', args: { minutes: CHECK_SECONDS / 60, state } }
  return { settlements: endAll(asked, { to: 'FAILED', because }), next: { kind: 'nothing' } }
}

/**
 * What to do about an instance whose stop is due, decided again on the present state. It is stopped only if it runs, an alert
 * promised the stop, the stop is due, and it fails its rule under the present policy without an exemption, a refusal or a doubt.
 */
export const nextStep = (question: StopQuestion): Step => {
  const rows = question.rows.filter(isPromised)
  // Stryker disable next-line ConditionalExpression: without rows every branch returns nothing; this returns at once.
  if (rows.length === 0) return NOTHING
  const state = question.instance?.state
  if (state === 'running') return whileRunning(rows, question)
  if (state === 'stopping' || state === 'stopped') return whileGoingDown(rows, state, question.now)
  if (isGoing(state)) {
    const ending: Ending = { to: 'RESOLVED', because: { code: 'TERMINATED' } }
    return { settlements: endAll(rows, ending), next: { kind: 'nothing' } }
  }
  return whileComing(rows, question)
}
