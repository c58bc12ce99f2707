import { previousIn } from '../ledger/claim.ts'
import { findingIn } from '../ledger/finding-in.ts'
import { type Place, placeOf, type Row, type State } from '../ledger/row.ts'
import type { Alert, ToldFinding } from './alert.ts'
import { ended } from './outcome.ts'
import { isOfSweep, resolved } from './sweep-alert.ts'

// SNS takes so much and no more. People are told how many findings an alert left out; programs get them from the ledger.

const keyOf = ({ resourceId, rule }: Pick<Place, 'resourceId' | 'rule'>): string => `${resourceId} ${rule}`

/** What an alert names and does not hold. Empty where it holds all. */
export const omittedFrom = ({ accountId, region, told, findings, omitted }: Alert): readonly Place[] => {
  if (omitted === 0) return []
  const held = new Set(findings.map(({ resource, rule }) => keyOf({ resourceId: resource.id, rule })))
  return told.flatMap(({ rules, resources }) =>
    resources.flatMap(resourceId =>
      rules
        .filter(rule => !held.has(keyOf({ resourceId, rule })))
        .map(rule => ({ accountId, region, resourceId, rule })),
    ),
  )
}

const ENDED: readonly State[] = ['STOPPED', 'REFUSED', 'RESOLVED', 'FAILED', 'SUPPRESSED']

const foundIn = ({ finding, history }: Row): ToldFinding => {
  const claimed = history.findLastIndex(({ state }) => state === 'NEW')
  const previous = previousIn(history.slice(0, claimed + 1))
  return { ...findingIn({ finding }), ...(previous !== undefined && { previous }) }
}

const toldIn = (row: Row, alert: Alert): ToldFinding | undefined => {
  const { kind = 'finding' } = alert
  if (kind === 'finding' || kind === 'notice') return foundIn(row)
  const outcome = row.history.at(-1)
  // It is back: an alert of its own says so.
  if (outcome === undefined || !ENDED.includes(outcome.state)) return undefined
  const finding = { ...foundIn(row), outcome }
  return isOfSweep(alert) ? resolved(finding) : ended(finding)
}

/** An alert with what it left out, by the rows of that. What the ledger does not have any more stays left out. */
export const withOmitted = (alert: Alert, rows: readonly Row[]): Alert => {
  const byKey = new Map(rows.map(row => [keyOf(placeOf(row)), row]))
  const more = omittedFrom(alert).flatMap(place => {
    const row = byKey.get(keyOf(place))
    return (row && toldIn(row, alert)) ?? []
  })
  return more.length === 0
    ? alert
    : { ...alert, findings: [...alert.findings, ...more], omitted: Math.max(0, alert.omitted - more.length) }
}
