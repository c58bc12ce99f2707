/** The outcomes of rows: which state, and why. */
import type { InstanceFacts } from '../facts/facts.ts'
import type { Budget } from '../ledger/budget.ts'
import type { Ending, Row } from '../ledger/row.ts'
import { endsFrom } from '../ledger/transitions.ts'
import type { Reason } from '../reasons/reason.ts'
import type { Finding } from './finding.ts'

/** EC2 says that the instance is stopped, and was asked for it. */
export const STOPPED: Reason = { code: 'STOPPED_BY_VIRTGUARD' }

/** The outcome of one row. */
export type Settlement = { readonly row: Row; readonly ending: Ending }

/** Milliseconds; not a number where there is no time. */
export const ms = (iso: string | undefined): number => new Date(iso ?? Number.NaN).getTime()

/** EC2 was asked to stop its instance. */
export const isAsked = ({ stopRequestedAt }: Row): boolean => stopRequestedAt !== undefined

/** The same outcome for all of these rows. */
export const endAll = (rows: readonly Row[], ending: Ending): readonly Settlement[] =>
  rows.map(row => ({ row, ending }))

const exemptBy = (exemption: Finding['exemption']): Reason => {
  if (exemption === undefined) return { code: 'EXEMPT' }
  const { reason, owner } = exemption
  return { code: 'EXEMPT', args: { reason, owner } }
}

/** The outcome of a row by what is found now; undefined if its instance is to be stopped. */
export const endingOf = (finding: Finding | undefined): Ending | undefined => {
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
const isUpSince = (launchTime: string, iso: string | undefined): boolean => ms(launchTime) > ms(iso)

/** EC2 was asked, and the instance came up later. So it had stopped, and the promise is kept. The start is a new finding. */
export const hadStopped = (rows: readonly Row[], instance: InstanceFacts | undefined): readonly Settlement[] => {
  const { launchTime } = instance ?? {}
  // Stryker disable next-line ConditionalExpression: no time is later than none.
  if (launchTime === undefined) return []
  return endAll(
    rows.filter(row => isUpSince(launchTime, row.stopRequestedAt)),
    { to: 'STOPPED', because: { code: 'STOPPED_AND_RECURRED', args: { launchTime } } },
  )
}

/** The run began after the time in the alert, so no alert announced its stop. */
export const cameUpLate = (row: Row, instance: InstanceFacts | undefined): Ending | undefined => {
  const { launchTime } = instance ?? {}
  // Stryker disable next-line ConditionalExpression: no time is later than none.
  if (launchTime === undefined) return undefined
  if (isAsked(row) || !isUpSince(launchTime, row.stopAt)) return undefined
  return { to: 'REFUSED', because: { code: 'STARTED_AFTER_DUE', args: { launchTime } } }
}

/** The budget had no stop left: alerted in a digest with the others. */
export const overBudget = (
  rows: readonly Row[],
  { stops, perSeconds, until }: Budget & { readonly until?: Date },
): readonly Settlement[] => {
  const args = { stops, perSeconds, ...(until !== undefined && { until: until.toISOString() }) }
  return endAll(rows, { to: 'REFUSED', because: { code: 'BUDGET_SPENT', args }, inDigest: 'yes' })
}

/**
 * A system takes minutes to shut down, and one that hangs until somebody forces it (EC2 user guide, troubleshoot stopping).
 * What stops later than an hour after virtguard had asked for it was stopped by somebody else.
 */
const OURS_SECONDS = 3600

/** EC2 says that the instance has stopped. This ends the rows for which virtguard had asked for the stop before. */
export const afterStopped = (rows: readonly Row[], at: Date): readonly Settlement[] => {
  const isOurs = (row: Row): boolean => {
    const after = at.getTime() - ms(row.stopRequestedAt)
    // EC2 dates its notification in whole seconds.
    return endsFrom('STOPPED').includes(row.state) && after > -1000 && after <= OURS_SECONDS * 1000
  }
  return endAll(rows.filter(isOurs), { to: 'STOPPED', because: STOPPED, at })
}
