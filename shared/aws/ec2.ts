import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2'
import { typeFromDescription } from '../catalogue/from-description.ts'
import { imageFromDescription, instanceFromDescription } from '../facts/described.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts } from '../facts/facts.ts'

/** EC2 takes at most 200 values in a filter (EC2 API reference, Filtering). */
const VALUES_PER_FILTER = 200
/** And 100 names in DescribeInstanceTypes. */
const TYPES_PER_CALL = 100

const inGroups = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size))

const filterBy = (name: string, values: readonly string[]): Filter => ({ Name: name, Values: [...values] })

export const ec2Client = (region?: string): EC2Client =>
  new EC2Client({ maxAttempts: 4, ...(region !== undefined && { region }) })

const readPages = async (client: EC2Client, filter: Filter): Promise<readonly InstanceFacts[]> => {
  const found: InstanceFacts[] = []
  let token: string | undefined
  do {
    const page = await client.send(
      new DescribeInstancesCommand({
        Filters: [filter],
        MaxResults: 1000,
        ...(token !== undefined && { NextToken: token }),
      }),
    )
    for (const { Instances = [], ReservationId } of page.Reservations ?? [])
      for (const instance of Instances)
        found.push({
          ...instanceFromDescription(instance),
          ...(ReservationId !== undefined && { reservationId: ReservationId }),
        })
    token = page.NextToken
  } while (token !== undefined && token !== '')
  return found
}

/**
 * The instances that EC2 knows of those asked for, in any order. By filter, not by id: with ids, one that EC2 does not
 * know yet fails the call for all (EC2 API reference, eventual consistency). Throws what EC2 throws.
 */
export const describeInstances = async (
  client: EC2Client,
  by: { readonly name: 'instance-id' | 'reservation-id' | 'client-token'; readonly values: readonly string[] },
): Promise<readonly InstanceFacts[]> => {
  const pages = await Promise.all(
    inGroups(by.values, VALUES_PER_FILTER).map(values => readPages(client, filterBy(by.name, values))),
  )
  return pages.flat()
}

/** The images that exist and may be seen; one that was deregistered is not among them. Throws what EC2 throws. */
export const describeImages = async (
  client: EC2Client,
  imageIds: readonly string[],
): Promise<readonly ImageFacts[]> => {
  const answers = await Promise.all(
    inGroups(imageIds, VALUES_PER_FILTER).map(ids =>
      client.send(new DescribeImagesCommand({ Filters: [filterBy('image-id', ids)], IncludeDeprecated: true })),
    ),
  )
  return answers.flatMap(({ Images = [] }) => Images.map(imageFromDescription))
}

/** The facts of instance types, by filter, so that a name that the region does not know is left out. Throws what EC2 throws. */
export const describeInstanceTypes = async (
  client: EC2Client,
  names: readonly string[],
): Promise<readonly InstanceTypeFacts[]> => {
  const answers = await Promise.all(
    inGroups(names, TYPES_PER_CALL).map(values =>
      client.send(new DescribeInstanceTypesCommand({ Filters: [filterBy('instance-type', values)] })),
    ),
  )
  return answers.flatMap(({ InstanceTypes = [] }) => InstanceTypes.map(typeFromDescription))
}
