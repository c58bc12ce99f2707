import { endDeafness, markDeaf, readHearing } from '../../shared/aws/ledger/hearing.ts'
import { claimFindings, type Ledger } from '../../shared/aws/ledger/ledger.ts'
import { reservePromisedTimes } from '../../shared/aws/ledger/promised-times.ts'
import { claimPendingNotification } from '../../shared/aws/ledger/resolve.ts'
import { queryRows, queryRowsAt } from '../../shared/aws/ledger/rows.ts'
import {
  beginSweep,
  claimNotice,
  exemptRow,
  queryRowsFrom,
  renewRow,
  resolveBySweep,
} from '../../shared/aws/ledger/sweep-ledger.ts'
import type { SweepLedger } from './ports.ts'

/** The ledger's operations on the ledger of this stack. */
export const sweepLedger = (ledger: Ledger): SweepLedger => ({
  claim: (findings, claim) => claimFindings(findings, ledger, claim),
  rowsFrom: of => queryRowsFrom(ledger, of),
  resolve: (row, how) => resolveBySweep(ledger, row, how),
  exempt: (row, how) => exemptRow(ledger, row, how),
  renew: (row, now) => renewRow(ledger, row, now),
  claimPending: ({ inDigest, ...row }, by) =>
    claimPendingNotification(ledger, row, { ...by, ...(inDigest !== undefined && { inDigest }) }),
  claimNotice: of => claimNotice(ledger, of),
  readHearing: of => readHearing(ledger, of),
  markDeaf: of => markDeaf(ledger, of),
  endDeafness: of => endDeafness(ledger, of),
  rowsAt: places => queryRowsAt(ledger, places),
  rowsOf: resource => queryRows(ledger, resource),
  reserveTimes: of => reservePromisedTimes(ledger, of),
  begin: of => beginSweep(ledger, of),
})
