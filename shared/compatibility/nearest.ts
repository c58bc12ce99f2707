import { getFamily, getSize } from '../catalogue/family.ts'
import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { ImageFacts, InstanceTypeFacts } from '../facts/facts.ts'
import { allowsType, evaluateFit } from './fit.ts'
import { compareNames, compareRanks, getKind, getSeries, rankFamily } from './kind.ts'

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
 * is not known. The state of the image does not count: they are the types for when it is available.
 */
export const findNearestTypes = ({ image, like, types, limit }: NearestQuery): readonly InstanceTypeFacts[] => {
  const target = resolveTarget(like, types)
  // The owner allows names, and a profile stands for many: each name is checked.
  const anywhere: ImageFacts = { ...image, instanceTypeSpecification: 'unset', imageState: 'available' }
  const candidates = types
    .profiles()
    .filter(({ facts }) => !facts.retired && evaluateFit(anywhere, facts).compatible === true)
    .flatMap(profile => profile.types())
    .filter(name => name !== target.instanceType && allowsType(image, name))
  const ranked = sortSameKindFirst(candidates, getKind(target.instanceType))
    .flatMap(name => types.get(name) ?? [])
    .map(facts => ({ facts, rank: rank(facts, target) }))
  return ranked
    .toSorted((a, b) => compareRanks(a.rank, b.rank) || compareNames(a.facts.instanceType, b.facts.instanceType))
    .slice(0, limit)
    .map(({ facts }) => facts)
}

type Target = { readonly instanceType: string; readonly vCpus?: number; readonly memoryMiB?: number }

const resolveTarget = (like: string | InstanceTypeFacts, types: InstanceTypes): Target =>
  typeof like === 'string' ? (types.get(like) ?? { instanceType: like }) : like

const sortSameKindFirst = (names: readonly string[], kind: string): readonly string[] => {
  const kinds = names.map(getKind)
  const found = [kind, kind.replace(' metal', ''), 'ordinary'].find(wanted => kinds.includes(wanted))
  return found === undefined ? names : names.filter((_, index) => kinds[index] === found)
}

const rank = (facts: InstanceTypeFacts, target: Target): readonly number[] => {
  const surplus = measureSurplus(facts, target)
  const family = getFamily(facts.instanceType)
  const sameSeries = getSeries(family) === getSeries(getFamily(target.instanceType))
  return [
    facts.hypervisor === 'xen' ? 1 : 0,
    surplus === undefined ? 1 : 0,
    sameSeries ? 0 : 1,
    // In quarter doublings: 7.5 and 8 GiB are the same size to anybody who chooses a type.
    Math.round((surplus ?? measureShortage(facts, target)) * 4),
    ...rankFamily(family),
  ]
}

/** Doublings of vCPUs and of memory over the target, added up. Undefined if it has less of either. */
const measureSurplus = (facts: InstanceTypeFacts, target: Target): number | undefined => {
  if (target.vCpus === undefined || target.memoryMiB === undefined)
    return getSize(facts.instanceType) === getSize(target.instanceType) ? 0 : undefined
  const { vCpus = 0, memoryMiB = 0 } = facts
  if (vCpus < target.vCpus || memoryMiB < target.memoryMiB) return undefined
  return Math.log2(vCpus / target.vCpus) + Math.log2(memoryMiB / target.memoryMiB)
}

/** How far in doublings a type is from the target, either way; for a target of unknown size the smaller type is nearer. */
const measureShortage = ({ vCpus = 1, memoryMiB = 1 }: InstanceTypeFacts, target: Target): number =>
  Math.abs(Math.log2(vCpus / (target.vCpus ?? 1))) + Math.abs(Math.log2(memoryMiB / (target.memoryMiB ?? 1)))
