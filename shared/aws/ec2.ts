import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  type Filter,
  type Instance,
  type Reservation,
} from '@aws-sdk/client-ec2'
import { typeFromDescription } from '../catalogue/from-description.ts'
import { imageFromDescription, instanceFromDescription } from '../facts/described.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts } from '../facts/facts.ts'
import { known } from '../facts/fields.ts'
import { iso } from '../facts/time.ts'
import { exactFilter, VALUES_PER_FILTER } from './filter.ts'

/** EC2 takes at most 100 names in DescribeInstanceTypes (EC2 API reference). */
const TYPES_PER_CALL = 100

const inGroups = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size))

export const ec2Client = (region?: string): EC2Client =>
  new EC2Client({ maxAttempts: 4, ...(region !== undefined && { region }) })

/** The first network interface is attached when the instance is made, and cannot be detached from it (EC2 user guide). */
const createdAt = ({ NetworkInterfaces = [] }: Instance): string | undefined => {
  const primary = NetworkInterfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0)
  const at = primary?.Attachment?.AttachTime
  return at && iso(at.getTime())
}

const withOrigin = (instance: Instance, { ReservationId, OwnerId }: Reservation): InstanceFacts => ({
  ...instanceFromDescription(instance),
  ...known<InstanceFacts>({
    reservationId: ReservationId,
    ownerId: OwnerId,
    clientToken: instance.ClientToken,
    createdAt: createdAt(instance),
  }),
})

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
    for (const reservation of page.Reservations ?? [])
      for (const instance of reservation.Instances ?? []) found.push(withOrigin(instance, reservation))
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
    inGroups(by.values, VALUES_PER_FILTER).map(values => readPages(client, exactFilter(by.name, values))),
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
      client.send(new DescribeImagesCommand({ Filters: [exactFilter('image-id', ids)], IncludeDeprecated: true })),
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
      client.send(new DescribeInstanceTypesCommand({ Filters: [exactFilter('instance-type', values)] })),
    ),
  )
  return answers.flatMap(({ InstanceTypes = [] }) => InstanceTypes.map(typeFromDescription))
}
