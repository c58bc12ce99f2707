import type { Alert } from '../alert/alert.ts'
import { isOfSweep } from '../alert/sweep-alert.ts'
import type { State } from '../ledger/row.ts'

/** So much time is left between the end of the wait and the first stop, to read the alert and to act on it. */
const TIME_TO_ACT_MS = 60 * 60_000

/**
 * Whether an alert may wait until then. One that announces stops may wait only if the wait ends an hour or more before
 * the first of them. Every other alert always may.
 */
export const mayWaitUntil = ({ stops = [] }: Pick<Alert, 'stops'>, until: Date): boolean =>
  stops.every(({ at }) => Date.parse(at) - until.getTime() >= TIME_TO_ACT_MS)

/** The first stop that one of these alerts announces and that is still ahead. */
export const findNextStop = (alerts: readonly Pick<Alert, 'stops'>[], now: Date): Date | undefined => {
  const times = alerts.flatMap(({ stops = [] }) => stops.map(({ at }) => Date.parse(at)))
  const ahead = times.filter(time => time > now.getTime())
  return ahead.length === 0 ? undefined : new Date(ahead.reduce((a, b) => Math.min(a, b)))
}

const OF_STOPS: readonly State[] = ['STOPPED', 'FAILED', 'REFUSED']

/** Whether an alert announces stops, or reports outcomes of some. */
export const isAboutStops = (alert: Pick<Alert, 'kind' | 'stops' | 'findings' | 'launchId'>): boolean => {
  const { kind, stops = [], findings } = alert
  if (stops.length > 0 || kind === 'digest') return true
  return kind === 'outcome' && !isOfSweep(alert) && findings.some(one => OF_STOPS.some(it => it === one.outcome?.state))
}
