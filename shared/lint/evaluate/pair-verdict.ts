import { evaluateFit } from '../../compatibility/fit.ts'
import { evaluateRules, type World } from '../../engine/evaluate.ts'
import type { CompatibilityReason, Resource, Subject } from '../../facts/facts.ts'
import type { Misfit } from '../../fleet/launch-plans.ts'
import { incompatibleImage } from '../../rules/incompatible-image.ts'
import { createUnknown, type MissingFact, PASSED, type Verdict } from '../../rules/rule.ts'
import type { DeclaredPair } from '../model/declaration.ts'

/** One rule's answer on one pair. */
export type PairVerdict = { readonly pair: DeclaredPair; readonly subject: Subject; readonly verdict: Verdict }

const OF_TYPE = ['nitroTpm', 'rootDeviceTypes']

const toMissingFact = (fact: string): MissingFact => ({ of: OF_TYPE.includes(fact) ? 'type' : 'image', fact })

/** No instance of the one type can become the other. */
const isOtherArchitecture = ({ resizedFrom, instanceType }: DeclaredPair, { types }: Pick<World, 'types'>): boolean => {
  const from = resizedFrom === undefined ? undefined : types.get(resizedFrom)
  const to = instanceType === undefined ? undefined : types.get(instanceType)
  return from !== undefined && to !== undefined && !from.architectures.some(one => to.architectures.includes(one))
}

export type FitVerdict = { readonly misfit: Misfit } | { readonly verdict: Verdict }

/** Whether EC2 would launch a pair; UNKNOWN with the facts that could still refuse it. */
export const evaluatePairFit = (pair: DeclaredPair, world: Pick<World, 'types'>): FitVerdict => {
  const { image, instanceType, isTypeChosen, isImageChosen, left } = pair
  // Who launches by it adds the rest, and is evaluated with it.
  if (isTypeChosen || isImageChosen || left.length > 0) return { verdict: PASSED }
  if (instanceType === undefined) return { verdict: createUnknown({ of: 'instance', fact: 'instanceType' }) }
  const type = world.types.get(instanceType)
  if (type === undefined) return { verdict: createUnknown({ of: 'type', fact: 'virtualizationTypes' }) }
  const { compatible, reasons, missing } = evaluateFit(image.facts, type)
  const found = new Set<CompatibilityReason>(compatible === false ? reasons : [])
  if (isOtherArchitecture(pair, world)) found.add('ARCH_UNSUPPORTED')
  found.delete('NVME_DRIVER_ADVISORY')
  if (found.size > 0)
    return { misfit: { imageId: image.name ?? 'its image', instanceType, image: image.facts, reasons: [...found] } }
  return { verdict: compatible === undefined ? createUnknown(...missing.map(toMissingFact)) : PASSED }
}

/** A launch as an instance that it would make. Nothing of it is known but its image and its type. */
export const createInstanceSubject = (resource: Resource, { image, instanceType }: DeclaredPair): Subject => {
  const { imageId, virtualizationType, architecture, enaSupport, bootMode, rootDeviceType } = image.facts
  return {
    kind: 'instance',
    resource,
    instance: {
      ...(imageId !== undefined && { imageId }),
      ...(virtualizationType !== undefined && { virtualizationType }),
      ...(architecture !== undefined && { architecture }),
      ...(enaSupport !== undefined && { enaSupport }),
      ...(bootMode !== undefined && { bootMode }),
      ...(rootDeviceType !== undefined && { rootDeviceType }),
      ...(instanceType !== undefined && { instanceType }),
    },
  }
}

const isLeft = ({ left }: DeclaredPair, { of, fact }: MissingFact): boolean =>
  of !== 'type' && left.includes(fact === 'instanceType' ? 'type' : 'image')

/** What only the left side decides is evaluated where it is launched. */
const passLeft = (pair: DeclaredPair, verdict: Verdict): Verdict =>
  verdict.status === 'UNKNOWN' && verdict.missing.every(missing => isLeft(pair, missing)) ? PASSED : verdict

/** The answers of the rules about instances, which also concern an instance before it is launched. */
export const evaluatePairRules = (resource: Resource, pair: DeclaredPair, world: World) => {
  const subject = createInstanceSubject(resource, pair)
  return evaluateRules(subject, world)
    .filter(({ rule }) => rule.id !== incompatibleImage.id)
    .map(({ rule, policy, verdict }) => ({ rule, policy, pair, subject, verdict: passLeft(pair, verdict) }))
}
