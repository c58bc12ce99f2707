import { getFamily, getSize } from '../catalogue/family.ts'
import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { InstanceTypeFacts } from '../facts/facts.ts'
import { matchesPattern } from '../text/wildcard.ts'

/** All types with their facts. */
export const listTypes = (types: InstanceTypes): readonly InstanceTypeFacts[] =>
  types
    .profiles()
    .flatMap(profile => profile.types())
    .flatMap(name => types.get(name) ?? [])

type Group = { readonly chosen: readonly string[]; readonly isWhole: boolean }

/** The chosen types by a part of their name, and whether all types with this part are chosen. */
const groupChosen = (
  all: readonly string[],
  isChosen: (instanceType: string) => boolean,
  getPart: (instanceType: string) => string,
): ReadonlyMap<string, Group> => {
  const groups = new Map<string, { chosen: string[]; isWhole: boolean }>()
  for (const name of all) {
    const group = groups.get(getPart(name)) ?? { chosen: [], isWhole: true }
    groups.set(getPart(name), group)
    if (isChosen(name)) group.chosen.push(name)
    else group.isWhole = false
  }
  return groups
}

/**
 * Patterns that match each chosen type and no other of `all`: a whole family by its name, of the rest a whole size by
 * its name, and what then remains type by type. Sorted, so that the same types give the same text.
 */
export const toExactPatterns = (
  all: readonly string[],
  isChosen: (instanceType: string) => boolean,
): readonly string[] => {
  const families = groupChosen(all, isChosen, getFamily)
  const sizes = groupChosen(all, isChosen, getSize)
  const remaining = [...families.values()].flatMap(({ chosen, isWhole }) => (isWhole ? [] : chosen))
  const isOfWholeSize = (name: string): boolean => sizes.get(getSize(name))?.isWhole === true
  return [
    ...[...families].flatMap(([family, { isWhole }]) => (isWhole ? [`${family}.*`] : [])).toSorted(),
    ...[...new Set(remaining.filter(isOfWholeSize).map(name => `*.${getSize(name)}`))].toSorted(),
    ...remaining.filter(name => !isOfWholeSize(name)).toSorted(),
  ]
}

/** Whether each text that one pattern matches is matched by the other. False if that is not certain. */
const isCovered = (one: string, by: string): boolean =>
  (!one.includes('*') || !by.includes('?')) && matchesPattern(by, one.replaceAll('?', '\0'))

/** The patterns without those whose types another one matches, too. */
export const dropCovered = (patterns: readonly string[]): readonly string[] => {
  const unique = [...new Set(patterns)]
  return unique.filter(
    (one, index) => !unique.some((by, at) => at !== index && isCovered(one, by) && (at < index || !isCovered(by, one))),
  )
}
