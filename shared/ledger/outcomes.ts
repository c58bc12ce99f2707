/** The outcomes of rows: which state, and why. */

import type { Finding } from '../engine/finding.ts'
import type { InstanceFacts } from '../facts/facts.ts'
import type { Reason } from '../reasons/reason.ts'
import type { Budget } from './budget.ts'
import type { Row, RowOutcome } from './row.ts'
import { listOriginStates } from './transitions.ts'

/** EC2 says that the instance is stopped, and was asked for it. */
export const STOPPED: Reason = { code: 'STOPPED_BY_VIRTGUARD' }

/** The outcome of one row. */
export type Resolution = { readonly row: Row; readonly ending: RowOutcome }

/** Milliseconds. Not a number if there is no time. */
export const parseMs = (iso: string | undefined): number => new Date(iso ?? Number.NaN).getTime()

/** EC2 was asked to stop its instance. */
export const isAsked = ({ stopRequestedAt }: Row): boolean => stopRequestedAt !== undefined

/** The same outcome for all of these rows. */
export const endAll = (rows: readonly Row[], ending: RowOutcome): readonly Resolution[] =>
  rows.map(row => ({ row, ending }))

const exemptBy = (exemption: Finding['exemption']): Reason => {
  if (exemption === undefined) return { code: 'EXEMPT' }
  const { reason, owner } = exemption
  return { code: 'EXEMPT', args: { reason, owner } }
}

/** The outcome of a row by what is found now; undefined if its instance is to be stopped. */
export const decideOutcome = (finding: Finding | undefined): RowOutcome | undefined => {
  if (finding === undefined) return { to: 'REFUSED', because: { code: 'RULE_OFF' }, inDigest: 'yes' }
  const { status, workflow, exemption, action, missing = [] } = finding
  if (status === 'PASSED') return { to: 'RESOLVED', because: { code: 'RULE_PASSES' } }
  if (workflow === 'SUPPRESSED') return { to: 'SUPPRESSED', because: exemptBy(exemption) }
  if (status === 'UNKNOWN') return { to: 'REFUSED', because: { code: 'VERDICT_UNKNOWN', args: { missing } } }
  if (action.decision === 'defer') return undefined
  const { type: _type, decision, reason: _words, at: _at, ...because } = action
  // A refusal is about the instance. Everything else is about the policy or its switch, for many at once.
  return decision === 'refuse' ? { to: 'REFUSED', because } : { to: 'REFUSED', because, inDigest: 'yes' }
}

/** Up since then, EC2's launch time being that of the last start (EC2 API reference, Instance); whole seconds. */
const isUpSince = (launchTime: string, iso: string | undefined): boolean => parseMs(launchTime) > parseMs(iso)

/** EC2 was asked, and the instance came up later. So it had stopped, and the promise is kept. The start is a new finding. */
export const resolveRestarted = (rows: readonly Row[], instance: InstanceFacts | undefined): readonly Resolution[] => {
  const { launchTime } = instance ?? {}
  // Stryker disable next-line ConditionalExpression: no time is later than none.
  if (launchTime === undefined) return []
  return endAll(
    rows.filter(row => isUpSince(launchTime, row.stopRequestedAt)),
    { to: 'STOPPED', because: { code: 'STOPPED_AND_RECURRED', args: { launchTime } } },
  )
}

/** The run began after the time in the alert, so no alert announced its stop. */
export const resolveLateStart = (row: Row, instance: InstanceFacts | undefined): RowOutcome | undefined => {
  const { launchTime } = instance ?? {}
  // Stryker disable next-line ConditionalExpression: no time is later than none.
  if (launchTime === undefined) return undefined
  if (isAsked(row) || !isUpSince(launchTime, row.stopAt)) return undefined
  return { to: 'REFUSED', because: { code: 'STARTED_AFTER_DUE', args: { launchTime } } }
}

/** The budget had no stop left: alerted in a digest with the others. */
export const resolveOverBudget = (
  rows: readonly Row[],
  { stops, perSeconds, until, of }: Budget & { readonly until?: Date; readonly of?: 'organization' },
): readonly Resolution[] => {
  const args = {
    stops,
    perSeconds,
    ...(until !== undefined && { until: until.toISOString() }),
    ...(of !== undefined && { of }),
  }
  return endAll(rows, { to: 'REFUSED', because: { code: 'BUDGET_SPENT', args }, inDigest: 'yes' })
}

/**
 * A system takes minutes to shut down, and one that hangs until somebody forces it (EC2 user guide, troubleshoot stopping).
 * What stops later than an hour after virtguard had asked for it was stopped by somebody else.
 */
const OURS_SECONDS = 3600

/** EC2 says that the instance has stopped. This ends the rows for which virtguard had asked for the stop before. */
export const resolveStopped = (rows: readonly Row[], at: Date): readonly Resolution[] => {
  const isOurs = (row: Row): boolean => {
    const after = at.getTime() - parseMs(row.stopRequestedAt)
    // EC2 dates its notification in whole seconds.
    return listOriginStates('STOPPED').includes(row.state) && after > -1000 && after <= OURS_SECONDS * 1000
  }
  return endAll(rows.filter(isOurs), { to: 'STOPPED', because: STOPPED, at })
}
