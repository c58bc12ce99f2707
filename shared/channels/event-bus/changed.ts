import type { Alert, AlertedFinding } from '../../alert/alert.ts'

/** The change of a finding. */
export type Change =
  | 'found'
  | 'returned'
  | 'stopped'
  | 'stop-failed'
  | 'stop-refused'
  | 'exempted'
  | 'exemption-ends'
  | 'resolved'

/** An entry of PutEvents, but for the bus. */
export type ChangedEvent = {
  readonly Source: 'virtguard'
  readonly DetailType: 'Finding Changed'
  readonly Time: Date
  readonly Resources: string[]
  readonly Detail: string
}

const OUTCOMES: Readonly<Record<string, Change>> = {
  STOPPED: 'stopped',
  FAILED: 'stop-failed',
  REFUSED: 'stop-refused',
  SUPPRESSED: 'exempted',
  RESOLVED: 'resolved',
}

const changeOf = ({ outcome, previous }: AlertedFinding, kind: Alert['kind']): Change => {
  if (kind === 'notice') return 'exemption-ends'
  if (outcome !== undefined) return OUTCOMES[outcome.state] ?? 'stop-refused'
  return previous === undefined ? 'found' : 'returned'
}

const SOURCE = { Source: 'virtguard', DetailType: 'Finding Changed' } as const

/**
 * One event for each finding of an alert, with its change. Its shape is public (docs/channels.md): keys are added,
 * never changed.
 */
export const buildChangedEvents = ({ id, kind, at, event, launchId, findings }: Alert): readonly ChangedEvent[] =>
  findings.map(finding => ({
    ...SOURCE,
    Time: new Date(at ?? event.time),
    Resources: [finding.resource.arn],
    Detail: JSON.stringify({ schemaVersion: '1', change: changeOf(finding, kind), alertId: id, launchId, finding }),
  }))

/** The event of a test. With the same detail type it would trigger the targets of users. */
export const testEvent = (at: string): Omit<ChangedEvent, 'DetailType'> & { readonly DetailType: 'Test' } => ({
  Source: 'virtguard',
  DetailType: 'Test',
  Time: new Date(at),
  Resources: [],
  Detail: JSON.stringify({ schemaVersion: '1', at }),
})
