import type { Alert } from '../../../shared/alert/alert.ts'
import { listOmitted, restoreOmitted } from '../../../shared/alert/omitted.ts'
import type { Job, Sender } from '../../../shared/channels/sending.ts'
import type { Row, RowLocation } from '../../../shared/ledger/row.ts'

/** Reads rows of the ledger. */
export type RowsAt = (places: readonly RowLocation[]) => Promise<readonly Row[]>

/** For channels that programs read: findings that an alert left out for its size are sent, too, from the ledger. */
export const restoreUnabridged = (rowsAt: RowsAt, send: Sender): Sender => {
  const restoreWhole = async (alert: Alert): Promise<Alert> => {
    const omitted = listOmitted(alert)
    return omitted.length === 0 ? alert : restoreOmitted(alert, await rowsAt(omitted))
  }
  const restoreJob = async (job: Job): Promise<Job> => {
    if (job.kind === 'test') return job
    if (job.kind === 'alert') return { ...job, alert: await restoreWhole(job.alert) }
    const alerts: Alert[] = []
    for (const alert of job.alerts) alerts.push(await restoreWhole(alert))
    return { ...job, alerts }
  }
  return async job => send(await restoreJob(job))
}
