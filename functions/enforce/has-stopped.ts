import { resolveStopped } from '../../shared/ledger/outcomes.ts'
import type { StoppedNotice } from '../../shared/ledger/stop-message.ts'
import { alertPending, resolveAndAlert, type Work } from './alert-outcomes.ts'

/** EC2 says that an instance has stopped: if virtguard had asked for it, that is told. Throws what AWS throws. */
export const hasStopped = async ({ instanceId, at }: StoppedNotice, work: Work): Promise<void> => {
  const rows = await work.ports.ledger.rowsOf({ ...work.where, resourceId: instanceId })
  await alertPending(rows, work)
  await resolveAndAlert(resolveStopped(rows, new Date(at)), work)
}
