import type { Ledger } from '../../shared/aws/ledger/ledger.ts'
import { queryRows } from '../../shared/aws/ledger/rows.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { Row } from '../../shared/ledger/row.ts'

// EC2's notification that it has stopped may still be on its way: what was asked for counts.
const wasStopped = ({ state, stopRequestedAt }: Row): boolean =>
  state === 'STOPPED' || (state === 'DEFERRED' && stopRequestedAt !== undefined)

/** Whether the ledger says of one of these resources that virtguard stopped it. Throws what DynamoDB throws. */
export const resolveRestarted = async (
  ledger: Ledger,
  place: AccountRegion,
  resourceIds: readonly string[],
): Promise<boolean> => {
  for (const resourceId of resourceIds) {
    const rows = await queryRows(ledger, { ...place, resourceId })
    if (rows.some(wasStopped)) return true
  }
  return false
}
