import { matchesPattern } from '../text/wildcard.ts'
import { loadCatalogue } from './catalogue.ts'
import { getFamily } from './family.ts'
import { NAMED_TYPES } from './named-types.ts'

let knownFamilies: ReadonlySet<string> | undefined

const listFamilies = (): ReadonlySet<string> => {
  knownFamilies ??= new Set([
    ...loadCatalogue()
      .profiles()
      .flatMap(({ families }) => families.map(({ name }) => name)),
    ...NAMED_TYPES.map(getFamily),
  ])
  return knownFamilies
}

const isFamily = (pattern: string): boolean => {
  const families = listFamilies()
  return families.has(pattern) || Array.from(families).some(family => matchesPattern(pattern, family))
}

/**
 * The patterns of whole types that a pattern stands for. Without a dot it names families, as people write them: `t1` is
 * `t1.*`, which would otherwise match nothing. One that names no known family is a pattern of whole types as well:
 * `*metal*`. It keeps naming families, because there may be a newer one.
 */
export const toTypePatterns = (pattern: string): readonly string[] => {
  if (pattern.includes('.')) return [pattern]
  return isFamily(pattern) ? [`${pattern}.*`] : [`${pattern}.*`, pattern]
}

type TypeTest = (instanceType: string) => boolean

/** Asks whether a type is of the types or families that the pattern names: of many types, so that the pattern is read once. */
export const createTypeTest = (pattern: string): TypeTest => {
  const patterns = toTypePatterns(pattern)
  return instanceType => patterns.some(one => matchesPattern(one, instanceType))
}

// Those of a policy are few, and asked for each launch.
const MOST_KEPT = 1_000
const kept = new Map<string, TypeTest>()

const findTypeTest = (pattern: string): TypeTest => {
  const known = kept.get(pattern)
  if (known !== undefined) return known
  if (kept.size >= MOST_KEPT) kept.clear()
  const made = createTypeTest(pattern)
  kept.set(pattern, made)
  return made
}

/** Whether a type is of the types or families that the pattern names. */
export const matchesTypeOrFamily = (pattern: string, instanceType: string): boolean =>
  findTypeTest(pattern)(instanceType)
