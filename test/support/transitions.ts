import type { State } from '../../shared/ledger/row.ts'

/**
 * Which states may follow which. To NEW leads every report of something that the row has not told: it got worse, its
 * exemption ended, or it came back after it had been dealt with.
 */
const NEXT: Readonly<Record<State, readonly State[]>> = {
  NEW: ['NEW', 'ALERTED', 'DEFERRED', 'SUPPRESSED'],
  ALERTED: ['NEW', 'RESOLVED', 'SUPPRESSED'],
  SUPPRESSED: ['NEW', 'RESOLVED'],
  DEFERRED: ['STOPPED', 'REFUSED', 'RESOLVED', 'SUPPRESSED', 'FAILED'],
  STOPPED: ['NEW', 'SUPPRESSED'],
  REFUSED: ['NEW', 'RESOLVED', 'SUPPRESSED'],
  RESOLVED: ['NEW', 'SUPPRESSED'],
  // It took longer than we waited.
  FAILED: ['STOPPED', 'NEW', 'SUPPRESSED', 'RESOLVED'],
}

export const mayFollow = (from: State, to: State): boolean => NEXT[from].includes(to)
