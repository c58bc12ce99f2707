import type { State } from './row.ts'

/** The states from which a promised stop ends in this one. */
export const listOriginStates = (to: State): readonly State[] =>
  to === 'STOPPED' ? ['DEFERRED', 'FAILED'] : ['DEFERRED']

/** What is still there, as far as the ledger knows, and has no owner: a sweep evaluates these again. */
export const OPEN: readonly State[] = ['ALERTED', 'SUPPRESSED', 'REFUSED', 'FAILED']

/** Ended: a report of a later time is alerted again. */
export const FINISHED: readonly State[] = ['STOPPED', 'RESOLVED', 'FAILED']
