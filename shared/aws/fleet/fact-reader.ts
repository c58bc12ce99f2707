import type { EC2Client } from '@aws-sdk/client-ec2'
import type { FactReader, Reading } from '../../engine/complete.ts'
import type { ImageFacts } from '../../facts/facts.ts'
import { troubleOf } from '../../fleet/trouble.ts'
import { describeImages, describeInstances, describeInstanceTypes } from '../ec2.ts'

/** A fleet has few images; one that has many costs more calls instead of more memory. */
const IMAGES = 5000

const reading = async <T>(call: string, read: () => Promise<readonly T[]>): Promise<Reading<T>> => {
  try {
    return { ok: true, facts: await read() }
  } catch (error) {
    const trouble = troubleOf(error, call)
    if (trouble === undefined) throw error
    return { ok: false, why: `${call}: ${trouble.why}` }
  }
}

/** Keeps what was read, and that there is no such image; the oldest goes first. */
const remembered = (read: (ids: readonly string[]) => Promise<readonly ImageFacts[]>) => {
  const images = new Map<string, ImageFacts | undefined>()
  return async (ids: readonly string[]): Promise<readonly ImageFacts[]> => {
    const unknown = ids.filter(id => !images.has(id))
    const found = unknown.length === 0 ? [] : await read(unknown)
    const byId = new Map(found.map(facts => [facts.imageId ?? '', facts]))
    const answer = ids.flatMap(id => images.get(id) ?? byId.get(id) ?? [])
    for (const id of unknown) images.set(id, byId.get(id))
    for (const id of images.keys()) {
      if (images.size <= IMAGES) break
      images.delete(id)
    }
    return answer
  }
}

/**
 * Reads what the instances of a page do not tell: images and types in batches, each image once. Whatever keeps it from
 * reading leaves the fact unknown, and is told: a fleet is not left unjudged for the sake of an image.
 */
export const fleetFactReader = (client: EC2Client): FactReader => {
  const images = remembered(ids => describeImages(client, ids))
  return {
    instances: (name, values) => reading('ec2:DescribeInstances', () => describeInstances(client, { name, values })),
    images: ids => reading('ec2:DescribeImages', () => images(ids)),
    types: names => reading('ec2:DescribeInstanceTypes', () => describeInstanceTypes(client, names)),
  }
}
