import type { State } from './row.ts'

/** The states from which a promised stop ends in this one. */
export const endsFrom = (to: State): readonly State[] => (to === 'STOPPED' ? ['DEFERRED', 'FAILED'] : ['DEFERRED'])

/** What is still there, as far as the ledger knows, and is nobody's turn: a sweep looks at these. */
export const OPEN: readonly State[] = ['ALERTED', 'SUPPRESSED', 'REFUSED', 'FAILED']

/** Dealt with: what is reported of a later time is news again. */
export const FINISHED: readonly State[] = ['STOPPED', 'RESOLVED', 'FAILED']
