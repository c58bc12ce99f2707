import { takeStop } from '../../shared/aws/ledger/budget.ts'
import { digestDue, forgetRefusals, untoldRefusals } from '../../shared/aws/ledger/digest.ts'
import type { Ledger } from '../../shared/aws/ledger/ledger.ts'
import { releaseClaim } from '../../shared/aws/ledger/release.ts'
import { rowsOf } from '../../shared/aws/ledger/rows.ts'
import { claimUntold, intendStop, settle } from '../../shared/aws/ledger/settle.ts'
import type { StopLedger } from './ports.ts'

/** The ledger's operations on the ledger of this stack. */
export const stopLedger = (ledger: Ledger): StopLedger => ({
  rowsOf: resource => rowsOf(ledger, resource),
  settle: (row, ending) => settle(ledger, row, ending),
  claimUntold: (key, by) => claimUntold(ledger, key, by),
  release: (keys, claimant) => releaseClaim(ledger, keys, claimant),
  intendStop: (rows, now) => intendStop(ledger, rows, now),
  takeStop: request => takeStop(ledger, request),
  untoldRefusals: where => untoldRefusals(ledger, where),
  forgetRefusals: refusals => forgetRefusals(ledger, refusals),
  digestDue: (where, now) => digestDue(ledger, where, now),
})
