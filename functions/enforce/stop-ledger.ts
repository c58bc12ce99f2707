import { reserveStop } from '../../shared/aws/ledger/budget.ts'
import { forgetRefusals, listPendingRefusals, reserveDigestTime } from '../../shared/aws/ledger/digest.ts'
import type { Ledger } from '../../shared/aws/ledger/ledger.ts'
import { releaseClaim } from '../../shared/aws/ledger/release.ts'
import { claimPendingNotification, recordStopIntent, resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { queryRows } from '../../shared/aws/ledger/rows.ts'
import type { StopLedger } from './ports.ts'

/** The ledger's operations on the ledger of this stack. */
export const stopLedger = (ledger: Ledger): StopLedger => ({
  rowsOf: resource => queryRows(ledger, resource),
  resolve: (row, ending) => resolveRow(ledger, row, ending),
  claimPending: (key, by) => claimPendingNotification(ledger, key, by),
  release: (keys, claimant) => releaseClaim(ledger, keys, claimant),
  intendStop: (rows, now) => recordStopIntent(ledger, rows, now),
  reserveStop: request => reserveStop(ledger, request),
  pendingRefusals: where => listPendingRefusals(ledger, where),
  forgetRefusals: refusals => forgetRefusals(ledger, refusals),
  digestDue: (where, now) => reserveDigestTime(ledger, where, now),
})
