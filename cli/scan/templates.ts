import { describeImages, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { addTypes } from '../../shared/catalogue/catalogue.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { EventRef } from '../../shared/facts/facts.ts'
import { evaluatePlan, type LaunchPlan } from '../../shared/fleet/launch-plans.ts'
import type { ScanTarget } from './accounts.ts'

type EvaluationContext = { readonly world: World; readonly event: EventRef; readonly all: boolean }

const addPlanTypes = async (place: ScanTarget, plans: readonly LaunchPlan[], world: World): Promise<World> => {
  const names = new Set(plans.flatMap(({ pairs }) => pairs.flatMap(({ instanceType }) => instanceType ?? [])))
  const unknown = [...names].filter(name => world.types.get(name) === undefined)
  if (unknown.length === 0) return world
  return { ...world, types: addTypes(world.types, await describeInstanceTypes(place.client, unknown)) }
}

/** The templates and groups whose image and type do not fit. Throws what EC2 throws. */
export const evaluateTemplates = async (
  place: ScanTarget,
  plans: readonly LaunchPlan[],
  judging: EvaluationContext,
): Promise<readonly Finding[]> => {
  const imageIds = [...new Set(plans.flatMap(({ pairs }) => pairs.flatMap(({ imageId }) => imageId ?? [])))]
  const images = new Map((await describeImages(place.client, imageIds)).map(image => [image.imageId, image]))
  const world = await addPlanTypes(place, plans, judging.world)
  return plans.flatMap(plan => evaluatePlan(plan, images, { ...judging, world }))
}
