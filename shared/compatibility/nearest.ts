import { familyOf, sizeOf } from '../catalogue/family.ts'
import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { ImageFacts, InstanceTypeFacts } from '../facts/facts.ts'
import { fit } from './fit.ts'
import { byName, compareRanks, familyRank, kindOf, seriesOf } from './kind.ts'

export type NearestQuery = {
  readonly image: ImageFacts
  /** The type to come near to: its facts, or its name, which need not be in `types`. It is not among the answers. */
  readonly like: string | InstanceTypeFacts
  readonly types: InstanceTypes
  readonly limit: number
}

/**
 * The types on which EC2 would surely launch the image, nearest first: Nitro, then at least as many vCPUs and as much
 * memory, then the same series, then the least surplus, then the newest plain family. Special hardware and bare metal
 * only where `like` is such, or where nothing else takes the image. Empty also where a fact of the image that decides
 * is not known.
 */
export const nearestTypes = ({ image, like, types, limit }: NearestQuery): readonly InstanceTypeFacts[] => {
  const target = targetOf(like, types)
  const candidates = types
    .profiles()
    .filter(({ facts }) => !facts.retired && fit(image, facts).compatible === true)
    .flatMap(profile => profile.types())
    .filter(name => name !== target.instanceType)
  const ranked = sameKindFirst(candidates, kindOf(target.instanceType))
    .flatMap(name => types.get(name) ?? [])
    .map(facts => ({ facts, rank: rank(facts, target) }))
  return ranked
    .toSorted((a, b) => compareRanks(a.rank, b.rank) || byName(a.facts.instanceType, b.facts.instanceType))
    .slice(0, limit)
    .map(({ facts }) => facts)
}

type Target = { readonly instanceType: string; readonly vCpus?: number; readonly memoryMiB?: number }

const targetOf = (like: string | InstanceTypeFacts, types: InstanceTypes): Target =>
  typeof like === 'string' ? (types.get(like) ?? { instanceType: like }) : like

const sameKindFirst = (names: readonly string[], kind: string): readonly string[] => {
  const kinds = names.map(kindOf)
  const found = [kind, kind.replace(' metal', ''), 'ordinary'].find(wanted => kinds.includes(wanted))
  return found === undefined ? names : names.filter((_, index) => kinds[index] === found)
}

const rank = (facts: InstanceTypeFacts, target: Target): readonly number[] => {
  const surplus = surplusOf(facts, target)
  const family = familyOf(facts.instanceType)
  const sameSeries = seriesOf(family) === seriesOf(familyOf(target.instanceType))
  return [
    facts.hypervisor === 'xen' ? 1 : 0,
    surplus === undefined ? 1 : 0,
    sameSeries ? 0 : 1,
    // In quarter doublings: 7.5 and 8 GiB are the same size to anybody who chooses a type.
    Math.round((surplus ?? shortageOf(facts, target)) * 4),
    ...familyRank(family),
  ]
}

/** Doublings of vCPUs and of memory over the target, added up; undefined where it has less of either. */
const surplusOf = (facts: InstanceTypeFacts, target: Target): number | undefined => {
  if (target.vCpus === undefined || target.memoryMiB === undefined)
    return sizeOf(facts.instanceType) === sizeOf(target.instanceType) ? 0 : undefined
  const { vCpus = 0, memoryMiB = 0 } = facts
  if (vCpus < target.vCpus || memoryMiB < target.memoryMiB) return undefined
  return Math.log2(vCpus / target.vCpus) + Math.log2(memoryMiB / target.memoryMiB)
}

/** How far in doublings a type is from the target, either way; for a target of unknown size the smaller type is nearer. */
const shortageOf = ({ vCpus = 1, memoryMiB = 1 }: InstanceTypeFacts, target: Target): number =>
  Math.abs(Math.log2(vCpus / (target.vCpus ?? 1))) + Math.abs(Math.log2(memoryMiB / (target.memoryMiB ?? 1)))
