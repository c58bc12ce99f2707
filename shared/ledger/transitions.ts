import type { State } from './row.ts'

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

/** The states from which a promised stop ends in this one. */
export const endsFrom = (to: State): readonly State[] => (to === 'STOPPED' ? ['DEFERRED', 'FAILED'] : ['DEFERRED'])

/** What is still there, as far as the ledger knows, and is nobody's turn: a sweep looks at these. */
export const OPEN: readonly State[] = ['ALERTED', 'SUPPRESSED', 'REFUSED', 'FAILED']

/** Dealt with: what is reported of a later time is news again. */
export const FINISHED: readonly State[] = ['STOPPED', 'RESOLVED', 'FAILED']
