import type { State } from '../../shared/ledger/row.ts'

/**
 * The states that may follow each state. Every report of news leads to NEW: the finding got worse, its exemption ended,
 * or it recurred after it had been resolved.
 */
const NEXT: Readonly<Record<State, readonly State[]>> = {
  // RESOLVED by a sweep, if its alert never came back and nothing is left of it.
  NEW: ['NEW', 'ALERTED', 'DEFERRED', 'SUPPRESSED', 'RESOLVED'],
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
