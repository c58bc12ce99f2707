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
import { findLaunchRemediation, incompatibleLaunch, REFUSALS_IN_WORDS } from '../rules/incompatible-launch.ts'
import { createUnknown, type MissingFact, PASSED, type Verdict } from '../rules/rule.ts'

/** The launch that a template or a group would make. */
export type LaunchPlan = {
  readonly resource: Resource
  /** `Launch template web (lt-0123) version 4`. */
  readonly what: string
  /** The part to change: the version of a template, or a launch configuration. */
  readonly toFix: string
  readonly imageId?: string
  /** More than one if a group may choose. Empty if it is only known at the launch. */
  readonly instanceTypes: readonly string[]
  /** The groups that launch by it. */
  readonly usedBy: readonly string[]
  readonly actor: Actor
}

type Misfit = { readonly instanceType: string; readonly reasons: readonly CompatibilityReason[] }

const findMisfits = ({ instanceTypes }: LaunchPlan, image: ImageFacts, { types }: World): readonly Misfit[] =>
  instanceTypes.flatMap(instanceType => {
    const type = types.get(instanceType)
    if (type === undefined) return []
    const { compatible, reasons } = evaluateFit(image, type)
    if (compatible !== false) return []
    return [{ instanceType, reasons: reasons.filter(reason => reason !== 'NVME_DRIVER_ADVISORY') }]
  })

const describeUsers = ({ usedBy }: LaunchPlan): string => (usedBy.length === 0 ? '' : ` Used by ${usedBy.join(', ')}.`)

const createFailed = (plan: LaunchPlan, image: ImageFacts, misfits: readonly Misfit[], { types }: World): Verdict => {
  const names = misfits.map(({ instanceType }) => instanceType)
  const reasons = COMPATIBILITY_REASONS.filter(reason => misfits.some(misfit => misfit.reasons.includes(reason)))
  const nearest = findNearestTypes({ image, like: names[0] ?? '', types, limit: 3 }).map(type => type.instanceType)
  const fits = nearest.length === 0 ? 'No type takes this image.' : `The image fits ${nearest.join(', ')}.`
  const remediation = findLaunchRemediation(reasons)
  return {
    status: 'FAILED',
    reasons,
    message: `${plan.what} asks for ${plan.imageId} on ${names.join(', ')}, which EC2 would refuse: ${reasons.map(reason => REFUSALS_IN_WORDS[reason]).join('; ')}. ${fits} To fix: ${plan.toFix}.${describeUsers(plan)}`,
    ...(remediation !== undefined && { remediation }),
  }
}

/** Undefined if the plan leaves image or type open: then there is nothing to evaluate before the launch. */
const decideVerdict = (plan: LaunchPlan, image: ImageFacts | undefined, world: World): Verdict | undefined => {
  if (plan.imageId === undefined || plan.instanceTypes.length === 0) return undefined
  // Deregistered, or of an account that does not share it any more.
  if (image === undefined) return createUnknown({ of: 'image', fact: 'virtualizationType' })
  const misfits = findMisfits(plan, image, world)
  if (misfits.length > 0) return createFailed(plan, image, misfits, world)
  const missing = plan.instanceTypes.flatMap(name => findMissing(image, world.types.get(name)) ?? [])
  const fact = missing.find(({ of }) => of === 'image') ?? missing[0]
  return fact === undefined ? PASSED : createUnknown(fact)
}

/** The reason why it is open whether the type takes the image. Undefined if it is not open. */
const findMissing = (image: ImageFacts, type: InstanceTypeFacts | undefined): MissingFact | undefined => {
  if (type === undefined) return { of: 'type', fact: 'virtualizationTypes' }
  const { compatible, missing } = evaluateFit(image, type)
  if (compatible !== undefined) return undefined
  // An image that is still being made: asked again, EC2 says whether it has become one.
  return missing.includes('imageState')
    ? { of: 'image', fact: 'imageState' }
    : { of: 'type', fact: 'virtualizationTypes' }
}

type EvaluationContext = { readonly world: World; readonly event: EventRef; readonly all: boolean }

/** Predicts for a plan what EC2 would answer at the launch, by the rule incompatible-launch. */
export const evaluatePlan = (
  plan: LaunchPlan,
  image: ImageFacts | undefined,
  { world, event, all }: EvaluationContext,
): readonly Finding[] => {
  const policy = world.policy.rules[incompatibleLaunch.id]
  const verdict = decideVerdict(plan, image, world)
  if (policy === undefined || policy.mode === 'off' || verdict === undefined) return []
  const { resource, actor, imageId, instanceTypes } = plan
  const reason =
    verdict.status === 'FAILED' ? COMPATIBILITY_REASONS.find(each => verdict.reasons.includes(each)) : undefined
  const subject = {
    kind: 'refused-launch',
    resource,
    refusal: { reason: reason ?? 'VIRT_TYPE_UNSUPPORTED', message: '' },
    image: { ...image, ...(imageId !== undefined && { imageId }) },
    ...(instanceTypes[0] !== undefined && { instanceType: instanceTypes[0] }),
  } as const
  return buildFindings({ subject, event, actor }, world, {
    evaluations: [{ rule: incompatibleLaunch, policy, verdict }],
    all,
  })
}
