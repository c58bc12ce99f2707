import type { Alert, AlertedFinding } from '../../alert/alert.ts'
import { type Ocsf, type OcsfActivity, toOcsf } from '../../formats/ocsf.ts'

/** The body for a webhook of format `alert`: alerts as in docs/alerts.md, always as a list. */
export type WebhookBody = {
  readonly schemaVersion: '1'
  readonly type: 'alerts' | 'test'
  readonly alerts: readonly Alert[]
  /** Only of a test: when it was asked for, ISO 8601. */
  readonly at?: string
}

export const buildWebhookBody = (alerts: readonly Alert[]): WebhookBody => ({
  schemaVersion: '1',
  type: 'alerts',
  alerts,
})

export const buildWebhookTest = (at: string): WebhookBody => ({ schemaVersion: '1', type: 'test', alerts: [], at })

const getActivity = ({ outcome, previous }: AlertedFinding, kind: Alert['kind']): OcsfActivity => {
  // An exempt finding has been found before, whether it was alerted or not.
  if (kind === 'notice') return 'update'
  if (outcome?.state === 'RESOLVED') return 'close'
  return outcome === undefined && previous === undefined ? 'create' : 'update'
}

/** The findings of alerts as OCSF events. They are the same if they are sent again: the time is that of the alert. */
export const buildOcsfBody = (alerts: readonly Alert[]): readonly Ocsf[] =>
  alerts.flatMap(({ findings, kind, at, event }) =>
    findings.map(finding => toOcsf(finding, { now: new Date(at ?? event.time), activity: getActivity(finding, kind) })),
  )
