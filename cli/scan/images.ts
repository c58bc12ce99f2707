import { queryImageInstances, readOwnedImages } from '../../shared/aws/fleet/images.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { EventRef } from '../../shared/facts/facts.ts'
import { addUse, evaluateImage } from '../../shared/fleet/image-use.ts'
import type { LaunchPlan } from '../../shared/fleet/launch-plans.ts'
import { describeImage } from '../check/notes.ts'
import type { ScanTarget } from './accounts.ts'

type EvaluationContext = { readonly world: World; readonly event: EventRef }

const listLaunchers = (plans: readonly LaunchPlan[], imageId: string): readonly string[] => [
  ...new Set(
    plans
      .filter(({ pairs }) => pairs.some(pair => pair.imageId === imageId))
      .flatMap(({ what, usedBy }) => [what, ...usedBy]),
  ),
]

/** The account's own images in use that tie their launches to old types. Throws what EC2 throws. */
export const evaluateImages = async (
  place: ScanTarget,
  plans: readonly LaunchPlan[],
  { world, event }: EvaluationContext,
): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  for await (const images of readOwnedImages(place.client))
    for (const image of images)
      for (const finding of evaluateImage(image, { place, world, event }))
        found.push({ ...finding, message: [finding.message, ...describeImage(image, world.now)].join(' ') })
  const ids = [...new Set(found.map(({ resource }) => resource.id))]
  const instances = await queryImageInstances(place.client, ids)
  return found.flatMap(finding => {
    const imageId = finding.resource.id
    const use = { instanceIds: instances.get(imageId) ?? [], launchers: listLaunchers(plans, imageId) }
    return addUse(finding, use) ?? []
  })
}
