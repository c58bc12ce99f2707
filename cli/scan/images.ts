import { instancesOf, ownedImages } from '../../shared/aws/fleet/images.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { EventRef } from '../../shared/facts/facts.ts'
import { judgeImage, withUse } from '../../shared/fleet/image-use.ts'
import type { LaunchPlan } from '../../shared/fleet/launch-plans.ts'
import type { ScanPlace } from './accounts.ts'

type Judging = { readonly world: World; readonly event: EventRef }

const launchersOf = (plans: readonly LaunchPlan[], imageId: string): readonly string[] => [
  ...new Set(plans.filter(plan => plan.imageId === imageId).flatMap(({ what, usedBy }) => [what, ...usedBy])),
]

/**
 * The account's own images that tie what is launched from them to old types, of those that something uses. Throws what
 * EC2 throws.
 */
export const imageFindings = async (
  place: ScanPlace,
  plans: readonly LaunchPlan[],
  { world, event }: Judging,
): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  for await (const images of ownedImages(place.client))
    for (const image of images) found.push(...judgeImage(image, { place, world, event }))
  const ids = [...new Set(found.map(({ resource }) => resource.id))]
  const instances = await instancesOf(place.client, ids)
  return found.flatMap(finding => {
    const imageId = finding.resource.id
    const use = { instanceIds: instances.get(imageId) ?? [], launchers: launchersOf(plans, imageId) }
    return withUse(finding, use) ?? []
  })
}
