import type { Alert } from '../../../shared/alert/alert.ts'
import { isFollowUp } from '../../../shared/channels/follow-up.ts'
import type { Job } from '../../../shared/channels/sending.ts'

/** How the jobs of one channel are put: by shared/channels for each type. */
export type Words<T> = {
  readonly alert: (alert: Alert) => T
  readonly followUp: (alert: Alert) => T
  readonly digest: (alerts: readonly Alert[]) => T
  readonly test: (at: string) => T
}

/** The words of a job. */
export const wordsOf = <T>(words: Words<T>, job: Job): T => {
  switch (job.kind) {
    case 'alert':
      return isFollowUp(job.alert) ? words.followUp(job.alert) : words.alert(job.alert)
    case 'digest':
      return words.digest(job.alerts)
    case 'test':
      return words.test(job.at)
    default:
      return job satisfies never
  }
}
