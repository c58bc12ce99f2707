import type { EC2Client } from '@aws-sdk/client-ec2'
import type { FactReader, Reading } from '../../engine/complete.ts'
import type { ImageFacts } from '../../facts/facts.ts'
import { classifyReadFailure } from '../../fleet/read-failure.ts'
import { describeImages, describeInstances, describeInstanceTypes } from '../ec2.ts'

/** A fleet has few images; one that has many costs more calls instead of more memory. */
const IMAGES = 5000

const readOrDeny = async <T>(call: string, read: () => Promise<readonly T[]>): Promise<Reading<T>> => {
  try {
    return { ok: true, facts: await read() }
  } catch (error) {
    const failure = classifyReadFailure(error, call)
    if (failure === undefined) throw error
    return { ok: false, why: `${call}: ${failure.why}` }
  }
}

/** Remembers the facts that were read, and images that do not exist. The oldest goes first. */
const rememberImages = (read: (ids: readonly string[]) => Promise<readonly ImageFacts[]>) => {
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
 * Reads facts that the instances of a page do not have: images and types in batches, each image once. A failed read
 * leaves the fact unknown, and is reported: a fleet is still evaluated without an image.
 */
export const createFleetFactReader = (client: EC2Client): FactReader => {
  const images = rememberImages(ids => describeImages(client, ids))
  return {
    instances: (name, values) => readOrDeny('ec2:DescribeInstances', () => describeInstances(client, { name, values })),
    images: ids => readOrDeny('ec2:DescribeImages', () => images(ids)),
    types: names => readOrDeny('ec2:DescribeInstanceTypes', () => describeInstanceTypes(client, names)),
  }
}
