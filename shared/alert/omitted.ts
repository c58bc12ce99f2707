import { findPrevious } from '../ledger/claim.ts'
import { readFinding } from '../ledger/finding-in.ts'
import { placeOf, type Row, type RowLocation, type State } from '../ledger/row.ts'
import type { Alert, AlertedFinding } from './alert.ts'
import { applyOutcome } from './outcome.ts'
import { isOfSweep, markResolved } from './sweep-alert.ts'

// SNS limits the size of an alert. People read how many findings it left out; programs get them from the ledger.

const buildKey = ({ resourceId, rule }: Pick<RowLocation, 'resourceId' | 'rule'>): string => `${resourceId} ${rule}`

/** The findings that an alert names and does not contain. Empty if it contains all. */
export const listOmitted = ({ accountId, region, told: alerted, findings, omitted }: Alert): readonly RowLocation[] => {
  if (omitted === 0) return []
  const scheduled = new Set(findings.map(({ resource, rule }) => buildKey({ resourceId: resource.id, rule })))
  return alerted.flatMap(({ rules, resources }) =>
    resources.flatMap(resourceId =>
      rules
        .filter(rule => !scheduled.has(buildKey({ resourceId, rule })))
        .map(rule => ({ accountId, region, resourceId, rule })),
    ),
  )
}

const ENDED: readonly State[] = ['STOPPED', 'REFUSED', 'RESOLVED', 'FAILED', 'SUPPRESSED']

const restoreFinding = ({ finding, history }: Row): AlertedFinding => {
  const claimed = history.findLastIndex(({ state }) => state === 'NEW')
  const previous = findPrevious(history.slice(0, claimed + 1))
  return { ...readFinding({ finding }), ...(previous !== undefined && { previous }) }
}

const restoreAlertedFinding = (row: Row, alert: Alert): AlertedFinding | undefined => {
  const { kind = 'finding' } = alert
  if (kind === 'finding' || kind === 'notice') return restoreFinding(row)
  const outcome = row.history.at(-1)
  // It is back: an alert of its own says so.
  if (outcome === undefined || !ENDED.includes(outcome.state)) return undefined
  const finding = { ...restoreFinding(row), outcome }
  return isOfSweep(alert) ? markResolved(finding) : applyOutcome(finding)
}

/** An alert with the findings that it left out, read from their rows. Findings without a row stay left out. */
export const restoreOmitted = (alert: Alert, rows: readonly Row[]): Alert => {
  const byKey = new Map(rows.map(row => [buildKey(placeOf(row)), row]))
  const more = listOmitted(alert).flatMap(place => {
    const row = byKey.get(buildKey(place))
    return (row && restoreAlertedFinding(row, alert)) ?? []
  })
  return more.length === 0
    ? alert
    : { ...alert, findings: [...alert.findings, ...more], omitted: Math.max(0, alert.omitted - more.length) }
}
