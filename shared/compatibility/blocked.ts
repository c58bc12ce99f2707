import { familyOf } from '../catalogue/family.ts'
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
  const key = JSON.stringify([image.architecture, bad])
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

const count = (bad: ImageFacts, architecture: string | undefined, types: InstanceTypes): Blocked => {
  const profiles = types.profiles().filter(({ facts }) => !facts.retired && isOf(architecture, facts))
  const isLost = (facts: InstanceTypeFacts): boolean => fit(bad, facts).compatible === false
  const lost = profiles.filter(({ facts }) => isLost(facts)).flatMap(profile => profile.types)
  const left = profiles.filter(({ facts }) => !isLost(facts)).flatMap(profile => profile.types)
  const leftFamilies = new Set(left.map(familyOf))
  const families = [...new Set(lost.map(familyOf))]
    .filter(family => !leftFamilies.has(family))
    .map(family => ({ family, rank: familyRank(family) }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank) || byName(a.family, b.family))
    .map(({ family }) => family)
  return {
    count: lost.length,
    of: lost.length + left.length,
    families: families.slice(0, MOST_FAMILIES),
  }
}

/** A 32-bit image is measured against x86: what it misses is what the 64-bit image of the same system would have. */
const isOf = (architecture: string | undefined, { architectures }: InstanceTypeFacts): boolean =>
  architecture === undefined || architectures.includes(architecture === 'i386' ? 'x86_64' : architecture)
