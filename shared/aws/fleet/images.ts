import { DescribeInstancesCommand, type EC2Client, paginateDescribeImages } from '@aws-sdk/client-ec2'
import { readImageDescription } from '../../facts/described.ts'
import type { ImageFacts } from '../../facts/facts.ts'
import { buildExactFilter, VALUES_PER_FILTER } from '../filter.ts'

const STATES = ['pending', 'running', 'stopping', 'stopped']

/** The images that the account owns, page by page. Throws what EC2 throws. */
export async function* readOwnedImages(client: EC2Client): AsyncGenerator<readonly ImageFacts[]> {
  const pages = paginateDescribeImages(
    { client, pageSize: 1000 },
    { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true },
  )
  for await (const { Images = [] } of pages) yield Images.map(readImageDescription)
}

/** The living instances of each of these images, read by EC2's own filter. Throws what EC2 throws. */
export const queryImageInstances = async (
  client: EC2Client,
  imageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, string[]>()
  for (let start = 0; start < imageIds.length; start += VALUES_PER_FILTER) {
    const values = imageIds.slice(start, start + VALUES_PER_FILTER)
    let token: string | undefined
    do {
      const { Reservations = [], NextToken } = await client.send(
        new DescribeInstancesCommand({
          Filters: [buildExactFilter('image-id', values), buildExactFilter('instance-state-name', STATES)],
          MaxResults: 1000,
          ...(token !== undefined && { NextToken: token }),
        }),
      )
      for (const { ImageId = '', InstanceId = '' } of Reservations.flatMap(({ Instances = [] }) => Instances))
        found.set(ImageId, [...(found.get(ImageId) ?? []), InstanceId])
      token = NextToken === '' ? undefined : NextToken
    } while (token !== undefined)
  }
  return found
}
