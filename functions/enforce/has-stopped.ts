import { resolveStopped } from '../../shared/ledger/outcomes.ts'
import type { StoppedNotice } from '../../shared/ledger/stop-message.ts'
import { alertPending, resolveAndAlert, type Work } from './alert-outcomes.ts'

/**
 * Handles EC2's notification that an instance has stopped, and alerts it if virtguard had requested the stop. Throws
 * what AWS throws.
 */
export const hasStopped = async ({ instanceId, at }: StoppedNotice, work: Work): Promise<void> => {
  const rows = await work.ports.ledger.rowsOf({ ...work.where, resourceId: instanceId })
  await alertPending(rows, work)
  await resolveAndAlert(resolveStopped(rows, new Date(at)), work)
}
