import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { evaluateFit } from '../compatibility/fit.ts'
import { findNearestTypes } from '../compatibility/nearest.ts'
import { buildFindings, type World } from '../engine/evaluate.ts'
import type { Finding } from '../engine/finding.ts'
import {
  type Actor,
  COMPATIBILITY_REASONS,
  type CompatibilityReason,
  type EventRef,
  type ImageFacts,
  type InstanceTypeFacts,
  type Resource,
} from '../facts/facts.ts'
import { findRules } from '../organization/find-rules.ts'
import { findLaunchRemediation, incompatibleLaunch, REFUSALS_IN_WORDS } from '../rules/incompatible-launch.ts'
import { createUnknown, type MissingFact, PASSED, type Verdict } from '../rules/rule.ts'

/** An image and a type that would be launched together. */
export type LaunchPair = {
  readonly imageId?: string
  /** Absent if it is only known at the launch. */
  readonly instanceType?: string
  /** The template that names what is absent could not be read. */
  readonly isUnread?: true
}

/** The launches that a template or a group would make. */
export type LaunchPlan = {
  readonly resource: Resource
  /** `Launch template web (lt-0123) version 4`. */
  readonly what: string
  /** The part to change: the version of a template, or a launch configuration. */
  readonly toFix: string
  /** More than one if a group may choose: only what can be launched together. */
  readonly pairs: readonly LaunchPair[]
  /** The groups that launch by it. */
  readonly usedBy: readonly string[]
  readonly actor: Actor
}

/** The images that were read, by their ids. */
export type KnownImages = ReadonlyMap<string | undefined, ImageFacts>

type WholePair = { readonly imageId: string; readonly instanceType: string }
/** A pair that EC2 would refuse. `imageId` is its id, or what it is known by. */
export type Misfit = WholePair & { readonly image: ImageFacts; readonly reasons: readonly CompatibilityReason[] }

const listWholePairs = ({ pairs }: LaunchPlan): readonly WholePair[] =>
  pairs.flatMap(({ imageId, instanceType }) =>
    imageId === undefined || instanceType === undefined ? [] : [{ imageId, instanceType }],
  )

const findMisfits = (plan: LaunchPlan, images: KnownImages, { types }: World): readonly Misfit[] =>
  listWholePairs(plan).flatMap(pair => {
    const [image, type] = [images.get(pair.imageId), types.get(pair.instanceType)]
    if (image === undefined || type === undefined) return []
    const { compatible, reasons } = evaluateFit(image, type)
    if (compatible !== false) return []
    return [{ ...pair, image, reasons: reasons.filter(reason => reason !== 'NVME_DRIVER_ADVISORY') }]
  })

type Launching = Pick<LaunchPlan, 'what' | 'toFix' | 'usedBy'>

const describeUsers = ({ usedBy }: Launching): string => (usedBy.length === 0 ? '' : ` Used by ${usedBy.join(', ')}.`)

const groupByImage = (misfits: readonly Misfit[]): readonly (readonly [Misfit, ...Misfit[]])[] => {
  const groups = new Map<string, [Misfit, ...Misfit[]]>()
  for (const misfit of misfits) {
    const group = groups.get(misfit.imageId)
    if (group === undefined) groups.set(misfit.imageId, [misfit])
    else group.push(misfit)
  }
  return [...groups.values()]
}

const MOST_KEPT = 1_000
const keptByTypes = new WeakMap<InstanceTypes, Map<string, readonly string[]>>()

/** The nearest types that take an image: many launches of a run ask for the same, and each answer takes milliseconds. */
const findFittingTypes = (image: ImageFacts, like: string, types: InstanceTypes): readonly string[] => {
  const kept = keptByTypes.get(types) ?? new Map<string, readonly string[]>()
  keptByTypes.set(types, kept)
  // None of these decides what fits.
  const { imageId, name, deprecationTime, imageOwnerId, imageState, ...deciding } = image
  const key = JSON.stringify([like, Object.entries(deciding).toSorted(([a], [b]) => (a < b ? -1 : 1))])
  const known = kept.get(key)
  if (known !== undefined) return known
  if (kept.size >= MOST_KEPT) kept.clear()
  const found = findNearestTypes({ image, like, types, limit: 3 }).map(({ instanceType }) => instanceType)
  kept.set(key, found)
  return found
}

/** Whether a fact is missing that decides for some type. */
const mayTakeOthers = (image: ImageFacts, types: World['types']): boolean =>
  types.profiles().some(({ facts }) => !facts.retired && evaluateFit(image, facts).compatible === undefined)

const describeFittingTypes = (
  { imageId, image, instanceType }: Misfit,
  { types }: Pick<World, 'types'>,
  isOnly: boolean,
): string => {
  const nearest = findFittingTypes(image, instanceType, types)
  if (nearest.length === 0 && mayTakeOthers(image, types))
    return `Which types take it is not known: facts of ${isOnly ? 'the image' : imageId} are missing.`
  if (nearest.length === 0) return isOnly ? 'No type takes this image.' : `No type takes ${imageId}.`
  return `${isOnly ? 'The image' : imageId} fits ${nearest.join(', ')}.`
}

/** The verdict on what would launch pairs that do not fit. */
export const createMisfitVerdict = (
  plan: Launching,
  misfits: readonly Misfit[],
  world: Pick<World, 'types'>,
): Verdict => {
  const reasons = COMPATIBILITY_REASONS.filter(reason => misfits.some(misfit => misfit.reasons.includes(reason)))
  const groups = groupByImage(misfits)
  const asked = groups.map(
    group => `${group[0].imageId} on ${[...new Set(group.map(({ instanceType }) => instanceType))].join(', ')}`,
  )
  const fits = groups.map(([misfit]) => describeFittingTypes(misfit, world, groups.length === 1)).join(' ')
  const remediation = findLaunchRemediation(reasons)
  return {
    status: 'FAILED',
    reasons,
    message: `${plan.what} asks for ${asked.join(' and for ')}, which EC2 would refuse: ${reasons.map(reason => REFUSALS_IN_WORDS[reason]).join('; ')}. ${fits} To fix: ${plan.toFix}.${describeUsers(plan)}`,
    ...(remediation !== undefined && { remediation }),
  }
}

/** Undefined if the plan leaves image or type open: then there is nothing to evaluate before the launch. */
const decideVerdict = (plan: LaunchPlan, images: KnownImages, world: World): Verdict | undefined => {
  const misfits = findMisfits(plan, images, world)
  if (misfits.length > 0) return createMisfitVerdict(plan, misfits, world)
  if (plan.pairs.some(({ isUnread }) => isUnread)) return createUnknown({ of: 'template', fact: 'imageId' })
  const pairs = listWholePairs(plan)
  if (pairs.length === 0) return undefined
  const missing = pairs.flatMap(
    ({ imageId, instanceType }) => findMissing(images.get(imageId), world.types.get(instanceType)) ?? [],
  )
  const fact = missing.find(({ of }) => of === 'image') ?? missing[0]
  return fact === undefined ? PASSED : createUnknown(fact)
}

/** The reason why it is open whether the type takes the image. Undefined if it is not open. */
const findMissing = (image: ImageFacts | undefined, type: InstanceTypeFacts | undefined): MissingFact | undefined => {
  // Deregistered, or of an account that does not share it any more.
  if (image === undefined) return { of: 'image', fact: 'virtualizationType' }
  if (type === undefined) return { of: 'type', fact: 'virtualizationTypes' }
  const { compatible, missing } = evaluateFit(image, type)
  if (compatible !== undefined) return undefined
  // An image that is still being made: asked again, EC2 says whether it has become one.
  return missing.includes('imageState')
    ? { of: 'image', fact: 'imageState' }
    : { of: 'type', fact: 'virtualizationTypes' }
}

type EvaluationContext = { readonly world: World; readonly event: EventRef; readonly all: boolean }

/** The pair that a finding has the facts of: the first that does not fit, else the first that is not known, else the first. */
const choosePair = (plan: LaunchPlan, images: KnownImages, world: World): LaunchPair => {
  const pairs = listWholePairs(plan)
  const isOpen = ({ imageId, instanceType }: WholePair): boolean =>
    findMissing(images.get(imageId), world.types.get(instanceType)) !== undefined
  return findMisfits(plan, images, world)[0] ?? pairs.find(isOpen) ?? pairs[0] ?? plan.pairs[0] ?? {}
}

/** Predicts for a plan what EC2 would answer at the launch, by the rule incompatible-launch. */
export const evaluatePlan = (
  plan: LaunchPlan,
  images: KnownImages,
  { world, event, all }: EvaluationContext,
): readonly Finding[] => {
  const policy = findRules(world.policy, plan.resource)[incompatibleLaunch.id]
  const verdict = decideVerdict(plan, images, world)
  if (policy === undefined || policy.mode === 'off' || verdict === undefined) return []
  const { resource, actor } = plan
  const { imageId, instanceType } = choosePair(plan, images, world)
  const reason =
    verdict.status === 'FAILED' ? COMPATIBILITY_REASONS.find(each => verdict.reasons.includes(each)) : undefined
  const subject = {
    kind: 'refused-launch',
    resource,
    refusal: { reason: reason ?? 'VIRT_TYPE_UNSUPPORTED', message: '' },
    image: { ...images.get(imageId), ...(imageId !== undefined && { imageId }) },
    ...(instanceType !== undefined && { instanceType }),
  } as const
  return buildFindings({ subject, event, actor }, world, {
    evaluations: [{ rule: incompatibleLaunch, policy, verdict }],
    all,
  })
}
