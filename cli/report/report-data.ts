import type { Finding } from '../../shared/engine/finding.ts'
import type { Coverage } from '../../shared/ledger/coverage.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import type { HistoryDay } from '../../shared/report/pages.ts'

/** Known before the first finding. */
export type ReportHead = {
  readonly madeAt: Date
  readonly version: string
  readonly source: 'scan' | 'replay'
  /** `name` as the reader knows it: the file, or `default`. */
  readonly policy: { readonly name: string; readonly rules: Policy['rules'] }
  /** Oldest day first. From the ledger, if there is one. */
  readonly history?: readonly HistoryDay[]
  /** Only what EC2's filters selected was read: the report says so. */
  readonly quick?: boolean
}

/** Known after the last finding. */
export type ReportFoot = {
  /** Empty if no account was read, as in a replay. */
  readonly coverage: readonly Coverage[]
  /** Other remarks for a reader, one sentence each. */
  readonly notes?: readonly string[]
}

/** A report as text, piece by piece. `row` gives nothing most of the time: findings go out compressed, many together. */
export type ReportWriter = {
  readonly begin: string
  readonly row: (finding: Finding) => string
  readonly end: (foot: ReportFoot) => string
}
