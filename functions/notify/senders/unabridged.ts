import type { Alert } from '../../../shared/alert/alert.ts'
import { omittedFrom, withOmitted } from '../../../shared/alert/omitted.ts'
import type { Job, Sender } from '../../../shared/channels/sending.ts'
import type { Place, Row } from '../../../shared/ledger/row.ts'

/** Reads rows of the ledger. */
export type RowsAt = (places: readonly Place[]) => Promise<readonly Row[]>

/** For channels that programs read: what an alert left out for its size is sent, too, as the ledger has it. */
export const unabridged = (rowsAt: RowsAt, send: Sender): Sender => {
  const whole = async (alert: Alert): Promise<Alert> => {
    const omitted = omittedFrom(alert)
    return omitted.length === 0 ? alert : withOmitted(alert, await rowsAt(omitted))
  }
  const wholeJob = async (job: Job): Promise<Job> => {
    if (job.kind === 'test') return job
    if (job.kind === 'alert') return { ...job, alert: await whole(job.alert) }
    const alerts: Alert[] = []
    for (const alert of job.alerts) alerts.push(await whole(alert))
    return { ...job, alerts }
  }
  return async job => send(await wholeJob(job))
}
