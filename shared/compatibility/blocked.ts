import type { ImageFacts, InstanceTypeFacts } from '../facts/facts.ts'
import type { InstanceTypes } from '../rules/rule.ts'
import { fit } from './fit.ts'
import { byName, compareRanks, familyRank } from './kind.ts'

export type Blocked = {
  /** How many types the image is kept from by what is wrong with it. */
  readonly count: number
  /** Of how many: the types of its architecture, or all where that is unknown. Retired types are in neither number. */
  readonly of: number
  /** Families that are ruled out as a whole, the ones that one would choose first, at most a few. */
  readonly families: readonly string[]
}

/** Each key of the memo is one set of bad facts; architecture is free text, so the memo needs a bound. */
const MEMO_SIZE = 64
const MOST_FAMILIES = 5
const memos = new WeakMap<InstanceTypes, Map<string, Blocked>>()

/**
 * What an image misses by the facts that tie it to old types: paravirtual, ENA off, legacy BIOS, 32 bit. Facts that are
 * not known block nothing, nor does any other fact. After the first call for a set of facts it costs one look-up.
 */
export const blockedBy = (image: ImageFacts, types: InstanceTypes): Blocked => {
  const bad = badFacts(image)
  const key = keyOf(bad, image.architecture)
  const memo = memos.get(types) ?? new Map<string, Blocked>()
  memos.set(types, memo)
  const known = memo.get(key)
  if (known) return known
  const blocked = count(bad, image.architecture, types)
  if (memo.size >= MEMO_SIZE) memo.clear()
  memo.set(key, blocked)
  return blocked
}

const badFacts = (image: ImageFacts): ImageFacts => ({
  ...(image.virtualizationType === 'paravirtual' && { virtualizationType: 'paravirtual' }),
  ...(image.enaSupport === false && { enaSupport: false }),
  ...(image.bootMode === 'legacy-bios' && { bootMode: 'legacy-bios' }),
  ...(image.architecture === 'i386' && { architecture: 'i386' }),
})

/** Last, because it alone is free text: nothing that it may contain makes two keys one. */
const keyOf = (bad: ImageFacts, architecture: string | undefined): string =>
  `${bad.virtualizationType} ${bad.enaSupport} ${bad.bootMode} ${architecture === undefined ? '' : `of ${architecture}`}`

const count = (bad: ImageFacts, architecture: string | undefined, types: InstanceTypes): Blocked => {
  let lost = 0
  let left = 0
  const lostFamilies = new Set<string>()
  const leftFamilies = new Set<string>()
  for (const { facts, families } of types.profiles()) {
    if (facts.retired || !isOf(architecture, facts)) continue
    const isLost = fit(bad, facts).compatible === false
    for (const { name, count } of families) {
      if (isLost) lost += count
      else left += count
      const those = isLost ? lostFamilies : leftFamilies
      those.add(name)
    }
  }
  return {
    count: lost,
    of: lost + left,
    families: bestOf([...lostFamilies].filter(family => !leftFamilies.has(family))).slice(0, MOST_FAMILIES),
  }
}

const bestOf = (families: readonly string[]): readonly string[] =>
  families
    .map(family => ({ family, rank: familyRank(family) }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank) || byName(a.family, b.family))
    .map(({ family }) => family)

/** A 32-bit image is measured against x86: what it misses is what the 64-bit image of the same system would have. */
const isOf = (architecture: string | undefined, { architectures }: InstanceTypeFacts): boolean =>
  architecture === undefined || architectures.includes(architecture === 'i386' ? 'x86_64' : architecture)
