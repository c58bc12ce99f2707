import { matchesPattern } from '../text/wildcard.ts'

/** A pattern of types. Without a dot it names families, as people write them: `t1` is `t1.*`, which would otherwise match nothing. */
export const toTypePattern = (pattern: string): string => (pattern.includes('.') ? pattern : `${pattern}.*`)

/** Whether a type is of the types or families that the pattern names. */
export const matchesTypeOrFamily = (pattern: string, instanceType: string): boolean =>
  matchesPattern(toTypePattern(pattern), instanceType)
