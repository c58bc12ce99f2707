import type { Alert, ToldFinding } from '../../alert/alert.ts'
import { type Ocsf, type OcsfActivity, ocsfOf } from '../../formats/ocsf.ts'

/** What a webhook of format `alert` is sent: alerts as docs/alerts.md has them, always as a list. */
export type WebhookBody = {
  readonly schemaVersion: '1'
  readonly type: 'alerts' | 'test'
  readonly alerts: readonly Alert[]
  /** Only of a test: when it was asked for, ISO 8601. */
  readonly at?: string
}

export const webhookBody = (alerts: readonly Alert[]): WebhookBody => ({ schemaVersion: '1', type: 'alerts', alerts })

export const webhookTest = (at: string): WebhookBody => ({ schemaVersion: '1', type: 'test', alerts: [], at })

const activityOf = ({ outcome, previous }: ToldFinding, kind: Alert['kind']): OcsfActivity => {
  // What is exempt has been found before, whether it was told or not.
  if (kind === 'notice') return 'update'
  if (outcome?.state === 'RESOLVED') return 'close'
  return outcome === undefined && previous === undefined ? 'create' : 'update'
}

/** The findings of alerts as OCSF events. Told again they are the same: the time is that of the alert. */
export const ocsfBody = (alerts: readonly Alert[]): readonly Ocsf[] =>
  alerts.flatMap(({ findings, kind, at, event }) =>
    findings.map(finding => ocsfOf(finding, { now: new Date(at ?? event.time), activity: activityOf(finding, kind) })),
  )
