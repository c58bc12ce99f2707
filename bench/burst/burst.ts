import type { Alert } from '../../shared/alert/alert.ts'

/** The result of a burst of launches. Times are since its first report. */
export type Burst = {
  readonly where: string
  readonly launches: number
  readonly reports: number
  readonly findings: number
  /** Launches with an alert. */
  readonly alerted: number
  /** Alerts beyond the first of a launch. */
  readonly duplicates: number
  readonly lastAlertMs: number
}

/** Keeps count of the alerts of a burst. */
export function countKinds(now: () => number) {
  const launches = new Set<string>()
  const started = now()
  let [findings, alerts, lastAlertMs] = [0, 0, 0]
  return {
    take: (alert: Alert) => {
      launches.add(alert.launchId)
      alerts += 1
      findings += alert.findings.length
      lastAlertMs = now() - started
    },
    alerted: () => launches.size,
    result: () => ({ findings, alerted: launches.size, duplicates: alerts - launches.size, lastAlertMs }),
  }
}

/** The faults of a burst, in a line each: a lost alert, or a repeated one. */
export const listBrokenBy = ({ where, launches, alerted, duplicates }: Burst): readonly string[] => [
  ...(alerted < launches ? [`a burst, ${where}: ${launches - alerted} of ${launches} launches were not alerted`] : []),
  ...(duplicates > 0 ? [`a burst, ${where}: ${duplicates} alerts were repeated`] : []),
]
