import type { Finding } from '../engine/finding.ts'

/** NEW: claimed, and its alert not yet known to be out. ALERTED: SNS has taken the alert. SUPPRESSED: exempt, nothing to tell. */
export type State = 'NEW' | 'ALERTED' | 'SUPPRESSED'

/** Who may tell a finding: one delivery of one message, and until when nobody else may. */
export type Claim = {
  readonly claimant: string
  readonly launchId: string
  readonly now: Date
}

export type RowKey = { readonly pk: string; readonly sk: string }

/** One row per finding: account, region and resource, then the rule. */
export const rowKey = (place: { accountId: string; region: string; resourceId: string; rule: string }): RowKey => ({
  pk: `${place.accountId}#${place.region}#${place.resourceId}`,
  sk: place.rule,
})

/** A row of the ledger. Times are ISO 8601 in UTC, but for those that DynamoDB or a condition compares: epoch seconds. */
export type Row = RowKey & {
  readonly state: State
  readonly status: Finding['status']
  readonly severity: string
  readonly decision: string
  readonly claimant: string
  readonly launchId: string
  readonly leaseUntil: number
  readonly writtenAt: string
  readonly expiresAt: number
  readonly finding: string
}

/**
 * A claim that is older and not ALERTED belongs to nobody any more. Longer than an invocation can last (30 s) and than SNS
 * takes to report an alert back; and shorter than a message stays hidden (180 s) less that, so that whoever takes a
 * message out of the dead-letter queue, where it has another id, never finds the claim of its former self.
 */
export const LEASE_SECONDS = 150

const KEPT_DAYS = 90

const epochSeconds = (date: Date): number => Math.floor(date.getTime() / 1000)

/** The row that claims a finding. */
export const rowOf = (finding: Finding, { claimant, launchId, now }: Claim): Row => ({
  ...rowKey({ ...finding.resource, resourceId: finding.resource.id, rule: finding.rule }),
  state: finding.workflow === 'SUPPRESSED' ? 'SUPPRESSED' : 'NEW',
  status: finding.status,
  severity: finding.severity,
  decision: finding.action.decision,
  claimant,
  launchId,
  leaseUntil: epochSeconds(now) + LEASE_SECONDS,
  writtenAt: now.toISOString(),
  expiresAt: epochSeconds(now) + KEPT_DAYS * 86_400,
  finding: JSON.stringify(finding),
})

export type Condition = { readonly expression: string; readonly values: Readonly<Record<string, string | number>> }

/**
 * When a row may be written over: it is not there; or it is ours, or nobody's any more; or there is more to tell than it
 * told (the exemption ended, or what was UNKNOWN turned out to be FAILED). Everything else has been told, or is being told.
 */
export const mayWrite = (row: Row, { claimant, now }: Claim): Condition => {
  if (row.state === 'SUPPRESSED') return { expression: 'attribute_not_exists(pk)', values: {} }
  const unclaimed = '(#state = :new AND (claimant = :me OR leaseUntil < :now))'
  const worse = row.status === 'FAILED' ? ' OR #status = :unknown' : ''
  return {
    expression: `attribute_not_exists(pk) OR ${unclaimed} OR #state = :suppressed${worse}`,
    values: {
      ':new': 'NEW',
      ':suppressed': 'SUPPRESSED',
      ':me': claimant,
      ':now': epochSeconds(now),
      ...(row.status === 'FAILED' && { ':unknown': 'UNKNOWN' }),
    },
  }
}

/** DynamoDB takes at most 100 writes in a transaction (Amazon DynamoDB API reference, TransactWriteItems). */
export const ROWS_PER_TRANSACTION = 100

/** The rows of one launch in the same order for everybody, so that two who claim it at once meet in the first transaction. */
export const inTransactions = (rows: readonly Row[]): readonly (readonly Row[])[] => {
  const sorted = rows.toSorted((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1))
  return Array.from({ length: Math.ceil(sorted.length / ROWS_PER_TRANSACTION) }, (_, index) =>
    sorted.slice(index * ROWS_PER_TRANSACTION, (index + 1) * ROWS_PER_TRANSACTION),
  )
}
