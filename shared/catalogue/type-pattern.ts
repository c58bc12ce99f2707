import { matchesPattern } from '../policy/wildcard.ts'

/**
 * Whether a type is of the types or families that the pattern names. Without a dot it names families, as people write them:
 * `t1` is `t1.*`, which would otherwise match nothing, silently.
 */
export const matchesTypeOrFamily = (pattern: string, instanceType: string): boolean =>
  matchesPattern(pattern.includes('.') ? pattern : `${pattern}.*`, instanceType)
