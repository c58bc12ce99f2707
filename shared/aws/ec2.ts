import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type Filter,
  type Instance,
  type Reservation,
  type ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2'
import { typeFromDescription } from '../catalogue/from-description.ts'
import { readImageDescription, readInstanceDescription } from '../facts/described.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts, TemplateFacts, TemplateRef } from '../facts/facts.ts'
import { omitUndefined } from '../facts/fields.ts'
import { formatIso } from '../facts/time.ts'
import { buildExactFilter, VALUES_PER_FILTER } from './filter.ts'
import type { Session } from './role-sessions.ts'

/** EC2 takes at most 100 names in DescribeInstanceTypes (EC2 API reference). */
const TYPES_PER_CALL = 100

const chunkBySize = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size))

/** Where a client works and with whose rights. What is left out comes from the environment. */
export type Place = { readonly region?: string; readonly credentials?: () => Promise<Session> }

export const createEc2Client = (place: Place = {}): EC2Client => new EC2Client({ maxAttempts: 4, ...place })

/** The first network interface is attached when the instance is made, and cannot be detached from it (EC2 user guide). */
const readCreatedAt = ({ NetworkInterfaces = [] }: Instance): string | undefined => {
  const primary = NetworkInterfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0)
  const at = primary?.Attachment?.AttachTime
  return at && formatIso(at.getTime())
}

const addOrigin = (instance: Instance, { ReservationId, OwnerId }: Reservation): InstanceFacts => ({
  ...readInstanceDescription(instance),
  ...omitUndefined<InstanceFacts>({
    reservationId: ReservationId,
    ownerId: OwnerId,
    clientToken: instance.ClientToken,
    createdAt: readCreatedAt(instance),
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
      for (const instance of reservation.Instances ?? []) found.push(addOrigin(instance, reservation))
    token = page.NextToken
  } while (token !== undefined && token !== '')
  return found
}

/**
 * The instances that EC2 knows of those asked for, in any order. By filter, not by id, because an id that EC2 does not
 * know yet fails the call for all (EC2 API reference, eventual consistency). Throws what EC2 throws.
 */
export const describeInstances = async (
  client: EC2Client,
  by: { readonly name: 'instance-id' | 'reservation-id' | 'client-token'; readonly values: readonly string[] },
): Promise<readonly InstanceFacts[]> => {
  const pages = await Promise.all(
    chunkBySize(by.values, VALUES_PER_FILTER).map(values => readPages(client, buildExactFilter(by.name, values))),
  )
  return pages.flat()
}

/**
 * The images that exist and may be seen, including deprecated and disabled ones, but no deregistered ones. Throws what
 * EC2 throws.
 */
export const describeImages = async (
  client: EC2Client,
  imageIds: readonly string[],
): Promise<readonly ImageFacts[]> => {
  const answers = await Promise.all(
    chunkBySize(imageIds, VALUES_PER_FILTER).map(ids =>
      client.send(
        new DescribeImagesCommand({
          Filters: [buildExactFilter('image-id', ids)],
          IncludeDeprecated: true,
          IncludeDisabled: true,
        }),
      ),
    ),
  )
  return answers.flatMap(({ Images = [] }) => Images.map(readImageDescription))
}

/** The facts of instance types, by filter, so that a name that the region does not know is left out. Throws what EC2 throws. */
export const describeInstanceTypes = async (
  client: EC2Client,
  names: readonly string[],
): Promise<readonly InstanceTypeFacts[]> => {
  const answers = await Promise.all(
    chunkBySize(names, TYPES_PER_CALL).map(values =>
      client.send(new DescribeInstanceTypesCommand({ Filters: [buildExactFilter('instance-type', values)] })),
    ),
  )
  return answers.flatMap(({ InstanceTypes = [] }) => InstanceTypes.map(typeFromDescription))
}

/** The errors of a template or a version that does not exist, or not any more (EC2 API reference, error codes). */
export const NO_TEMPLATE =
  /^InvalidLaunchTemplate(?:Id|Name)\.(?:NotFound|NotFoundException|VersionNotFound|Malformed|MalformedException)$/

/** What a version of a launch template says; undefined if there is none. Throws what EC2 throws. */
export const describeTemplate = async (
  client: EC2Client,
  ref: TemplateRef,
): Promise<ResponseLaunchTemplateData | undefined> => {
  const { id, name, version } = ref
  const which = id === undefined ? { LaunchTemplateName: name } : { LaunchTemplateId: id }
  try {
    // Aliases are not resolved, because that would need the right to read parameters of Systems Manager.
    const answer = await client.send(new DescribeLaunchTemplateVersionsCommand({ ...which, Versions: [version] }))
    return answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData
  } catch (error) {
    if (error instanceof Error && NO_TEMPLATE.test(error.name)) return undefined
    throw error
  }
}

/**
 * What versions of launch templates say; one that does not exist is left out. `$Latest` and `$Default` are what they are
 * now. Throws what EC2 throws.
 */
export const describeTemplates = async (
  client: EC2Client,
  refs: readonly TemplateRef[],
): Promise<readonly TemplateFacts[]> => {
  const found: TemplateFacts[] = []
  // One after the other: a group has few, and the calls of EC2 are shared with everyone in the account.
  for (const ref of refs) {
    const data = await describeTemplate(client, ref)
    if (data === undefined) continue
    const { ImageId: image = 'unset', InstanceType: instanceType = 'unset' } = data
    found.push({ ref, instanceType, ...(/^(?:ami-\w+|unset)$/.test(image) && { imageId: image }) })
  }
  return found
}
