import * as z from 'zod/mini'

// Space at an end would make a pattern that nothing matches, so it is an error and not a silent miss.
const PATTERN = /^\S(?:.*\S)?$/

/** A wildcard pattern in the policy file. `todo` says what to write. */
export const createPatternSchema = (todo: string) => z.string({ error: todo }).check(z.regex(PATTERN))
