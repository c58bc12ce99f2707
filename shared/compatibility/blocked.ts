import type { Blocked, InstanceTypes } from '../catalogue/instance-types.ts'
import type { ImageFacts, InstanceTypeFacts } from '../facts/facts.ts'
import { evaluateFit } from './fit.ts'
import { compareNames, compareRanks, rankFamily } from './kind.ts'

/** Architecture is free text, so that the remembered values need a bound. */
const MOST_ARCHITECTURES = 16
const MOST_FAMILIES = 5

/** The values for one architecture, by the bits of the bad facts: found without a key for every instance. */
type Remembered = (Blocked | undefined)[]
const memos = new WeakMap<InstanceTypes, Map<string | undefined, Remembered>>()

/**
 * The types that an image cannot run on because of facts that tie it to old types: paravirtual, ENA off, legacy BIOS,
 * 32 bit. Unknown facts block nothing, nor does any other fact. After the first call for a set of facts it costs one
 * look-up.
 */
export const listBlocked = (image: ImageFacts, types: InstanceTypes): Blocked => {
  const remembered = memos.get(types)?.get(image.architecture) ?? createMemo(image.architecture, types)
  const bits = encodeBits(image)
  const known = remembered[bits]
  if (known !== undefined) return known
  const blocked =
    types.blocked?.[nameOf(image.architecture, bits)] ?? count(selectBadFacts(image), image.architecture, types)
  remembered[bits] = blocked
  return blocked
}

const nameOf = (architecture: string | undefined, bits: number): string => `${architecture} ${bits}`

/**
 * The answers for the images of these architectures, for `InstanceTypes.blocked`: to work one out takes longer than all
 * else of the first decision.
 */
export const listAllBlocked = (architectures: readonly string[], types: InstanceTypes): Record<string, Blocked> => {
  const all: Record<string, Blocked> = {}
  for (const architecture of architectures)
    for (const virtualizationType of ['hvm', 'paravirtual'] as const)
      for (const enaSupport of [true, false])
        for (const bootMode of ['uefi', 'legacy-bios'] as const) {
          const image = { architecture, virtualizationType, enaSupport, bootMode }
          all[nameOf(architecture, encodeBits(image))] = listBlocked(image, types)
        }
  return all
}

const createMemo = (architecture: string | undefined, types: InstanceTypes): Remembered => {
  const memo = memos.get(types) ?? new Map<string | undefined, Remembered>()
  memos.set(types, memo)
  if (memo.size >= MOST_ARCHITECTURES) memo.clear()
  const remembered: Remembered = []
  memo.set(architecture, remembered)
  return remembered
}

/** 32 bit has no bit: the architecture says it. */
const encodeBits = ({ virtualizationType, enaSupport, bootMode }: ImageFacts): number =>
  (virtualizationType === 'paravirtual' ? 1 : 0) + (enaSupport === false ? 2 : 0) + (bootMode === 'legacy-bios' ? 4 : 0)

const selectBadFacts = (image: ImageFacts): ImageFacts => ({
  ...(image.virtualizationType === 'paravirtual' && { virtualizationType: 'paravirtual' }),
  ...(image.enaSupport === false && { enaSupport: false }),
  ...(image.bootMode === 'legacy-bios' && { bootMode: 'legacy-bios' }),
  ...(image.architecture === 'i386' && { architecture: 'i386' }),
})

const count = (bad: ImageFacts, architecture: string | undefined, types: InstanceTypes): Blocked => {
  let lost = 0
  let left = 0
  const lostFamilies = new Set<string>()
  const leftFamilies = new Set<string>()
  for (const { facts, families } of types.profiles()) {
    if (facts.retired || !isOf(architecture, facts)) continue
    const isLost = evaluateFit(bad, facts).compatible === false
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
    families: selectBestFamilies([...lostFamilies].filter(family => !leftFamilies.has(family))),
  }
}

/** The few that stand first: to sort all of them takes longer, and the first alert of a sandbox waits for it. */
const selectBestFamilies = (families: readonly string[]): readonly string[] => {
  const best: Ranked[] = []
  for (const family of families) {
    const one = { family, rank: rankFamily(family) }
    let at = best.length
    for (let above = best[at - 1]; above !== undefined && isBefore(one, above); above = best[at - 1]) at -= 1
    if (at < MOST_FAMILIES) best.splice(at, 0, one)
    if (best.length > MOST_FAMILIES) best.pop()
  }
  return best.map(({ family }) => family)
}

type Ranked = { readonly family: string; readonly rank: readonly number[] }

const isBefore = (a: Ranked, b: Ranked): boolean =>
  (compareRanks(a.rank, b.rank) || compareNames(a.family, b.family)) < 0

/** A 32-bit image is compared with x86: it misses the types that the 64-bit image of the same system would have. */
const isOf = (architecture: string | undefined, { architectures }: InstanceTypeFacts): boolean =>
  architecture === undefined || architectures.includes(architecture === 'i386' ? 'x86_64' : architecture)
