import type { Alert } from '../../../shared/alert/alert.ts'
import { isFollowUp } from '../../../shared/channels/follow-up.ts'
import type { Job } from '../../../shared/channels/sending.ts'

/** How the jobs of one channel are put: by shared/channels for each type. */
export type Renderer<T> = {
  readonly alert: (alert: Alert) => T
  readonly followUp: (alert: Alert) => T
  readonly digest: (alerts: readonly Alert[]) => T
  readonly test: (at: string) => T
}

/** The words of a job. */
export const renderJob = <T>(renderer: Renderer<T>, job: Job): T => {
  if (job.kind === 'test') return renderer.test(job.at)
  if (job.kind === 'digest') return renderer.digest(job.alerts)
  return isFollowUp(job.alert) ? renderer.followUp(job.alert) : renderer.alert(job.alert)
}
