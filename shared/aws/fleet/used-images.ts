import type { EC2Client } from '@aws-sdk/client-ec2'
import type { ImageFacts } from '../../facts/facts.ts'
import type { LaunchPlan } from '../../fleet/launch-plans.ts'
import type { IdentifiedImage } from '../../images/facts-file.ts'
import { describeImages } from '../ec2.ts'
import { readOwnedImages } from './images.ts'
import { readPages } from './read-pages.ts'

const isIdentified = (image: ImageFacts): image is IdentifiedImage => image.imageId !== undefined

const readInstanceImages = async (client: EC2Client): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>()
  for await (const { instances } of readPages(client, [], { look: ({ imageId }) => imageId }))
    for (const id of instances) if (id !== undefined) ids.add(id)
  return ids
}

/**
 * The images that the account owns, and those of others that its instances run, or that its launch templates and groups
 * name. One that is deregistered is not among them. Throws what EC2 throws.
 */
export const readUsedImages = async (
  client: EC2Client,
  readPlans: () => Promise<readonly LaunchPlan[]>,
): Promise<readonly IdentifiedImage[]> => {
  const owned: ImageFacts[] = []
  for await (const page of readOwnedImages(client)) owned.push(...page)
  const known = new Set(owned.map(({ imageId }) => imageId))
  const plans = await readPlans()
  const named = plans.flatMap(({ pairs }) => pairs.flatMap(({ imageId }) => imageId ?? []))
  const used = [...new Set([...(await readInstanceImages(client)), ...named])]
  const others = await describeImages(
    client,
    used.filter(id => /^ami-/.test(id) && !known.has(id)),
  )
  return [...owned, ...others].filter(isIdentified)
}
