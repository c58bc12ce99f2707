// The data in a report file between the page and its findings, which are in chunks (chunk.ts): read by the app.
import type { Coverage } from '../ledger/coverage.ts'
import type { Severity } from '../rules/rule.ts'

/** A day of the ledger, in UTC. */
export type HistoryDay = {
  /** YYYY-MM-DD */
  readonly day: string
  /** Found on this day. */
  readonly found: number
  /** Fixed, stopped or deleted on this day. */
  readonly closed: number
  /** Open at its end. */
  readonly open: number
}

/** A rule as a reader needs it beside its findings. */
export type ReportRule = {
  readonly id: string
  readonly title: string
  readonly why: string
  readonly remediation: string
  readonly severity: Severity
  readonly mode: 'off' | 'observe' | 'enforce'
  readonly relatedControls: readonly string[]
}

/** The front page: in the file as JSON before the findings. */
export type FrontPage = {
  /** ISO 8601, UTC. */
  readonly madeAt: string
  readonly version: string
  readonly source: 'scan' | 'replay'
  readonly policy: string
  readonly quick: boolean
  readonly rules: readonly ReportRule[]
}

/** The last page: as JSON after the findings. A file without it was cut off. */
export type LastPage = {
  readonly findings: number
  readonly coverage: readonly Coverage[]
  readonly history: readonly HistoryDay[]
  readonly notes: readonly string[]
}
