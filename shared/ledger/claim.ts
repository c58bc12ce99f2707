import type { Finding } from '../engine/finding.ts'
import type { Condition } from './condition.ts'
import { type Claim, epochSeconds, LEASE_SECONDS, type Past, type Row, type RowKey, rowKey } from './row.ts'
import { FINISHED } from './transitions.ts'

const KEPT_DAYS = 90

/** What an item of DynamoDB may hold, and its size with it, stays far away: some 10 kB. */
export const HISTORY_LENGTH = 50
const WHY_LENGTH = 300

export const past = (state: Past['state'], at: Date, why: string): Past => ({
  state,
  at: at.toISOString(),
  why: Array.from(why.slice(0, WHY_LENGTH)).join(''),
})

/** The row that claims a finding. */
export const rowOf = (finding: Finding, { claimant, launchId, now }: Claim): Row => {
  const state = finding.workflow === 'SUPPRESSED' ? 'SUPPRESSED' : 'NEW'
  const why = state === 'NEW' ? finding.message : `exempt: ${finding.exemption?.reason ?? 'by the policy'}`
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
    expiresAt: epochSeconds(now) + KEPT_DAYS * 86_400,
    finding: JSON.stringify(finding),
    history: [past(state, now, why)],
  }
}

/**
 * When a row may be written over: it is not there; or it is ours, or nobody's any more; or there is more to tell than it
 * told (the exemption ended, or what was UNKNOWN turned out to be FAILED). Everything else has been told, or is being told.
 */
export const mayWrite = (row: Row, { claimant, now }: Claim): Condition => {
  if (row.state === 'SUPPRESSED') return { expression: 'attribute_not_exists(#pk)', values: {} }
  const unclaimed = '(#state = :new AND (#claimant = :me OR #leaseUntil < :now))'
  const worse = row.status === 'FAILED' ? ' OR #status = :unknown' : ''
  const roomLeft = '(attribute_not_exists(#history) OR size(#history) < :full)'
  return {
    expression: `(attribute_not_exists(#pk) OR ${unclaimed} OR #state = :suppressed${worse}) AND ${roomLeft}`,
    values: {
      ':new': 'NEW',
      ':suppressed': 'SUPPRESSED',
      ':me': claimant,
      ':now': epochSeconds(now),
      ':full': HISTORY_LENGTH,
      ...(row.status === 'FAILED' && { ':unknown': 'UNKNOWN' }),
    },
  }
}

/**
 * Whether a finding is back: its row was dealt with, or EC2 was asked to stop the instance, and this was reported of a
 * later time. EC2 dates a notification, CloudTrail a call, in whole seconds.
 */
export const isBack = (finding: Finding, seen: Row): boolean => {
  const dealtWith = FINISHED.includes(seen.state) || (seen.state === 'DEFERRED' && seen.stopRequestedAt !== undefined)
  return dealtWith && seen.changedAt < epochSeconds(new Date(finding.event.time))
}

/** When a row may be written over that was read: only while it is as it was. */
export const asSeen = ({ state, changedAt, claimant }: Row): Condition => ({
  expression: '#state = :seen AND #changedAt = :since AND #claimant = :by',
  values: { ':seen': state, ':since': changedAt, ':by': claimant },
})

/** What a row past its length keeps of its history. */
export const shortened = (history: readonly Past[], next: Past): readonly Past[] => [
  ...history.slice(-(HISTORY_LENGTH - 1)),
  next,
]

/** DynamoDB takes at most 100 writes in a transaction (Amazon DynamoDB API reference, TransactWriteItems). */
export const ROWS_PER_TRANSACTION = 100

/** The rows of one launch in the same order for everybody, so that two who claim it at once meet in the first transaction. */
export const inTransactions = <T extends RowKey>(rows: readonly T[]): readonly (readonly T[])[] => {
  const sorted = rows.toSorted((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1))
  return Array.from({ length: Math.ceil(sorted.length / ROWS_PER_TRANSACTION) }, (_, index) =>
    sorted.slice(index * ROWS_PER_TRANSACTION, (index + 1) * ROWS_PER_TRANSACTION),
  )
}
