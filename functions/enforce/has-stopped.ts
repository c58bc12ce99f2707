import { afterStopped } from '../../shared/engine/endings.ts'
import type { StoppedNotice } from '../../shared/ledger/stop-message.ts'
import { settleAndTell, tellLeftOver, type Work } from './tell.ts'

/** EC2 says that an instance has stopped: if virtguard had asked for it, that is told. Throws what AWS throws. */
export const hasStopped = async ({ instanceId, at }: StoppedNotice, work: Work): Promise<void> => {
  const rows = await work.ports.ledger.rowsOf({ ...work.where, resourceId: instanceId })
  await tellLeftOver(rows, work)
  await settleAndTell(afterStopped(rows, new Date(at)), work)
}
