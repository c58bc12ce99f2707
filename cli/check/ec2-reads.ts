import { DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { createEc2Client, describeImages, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { buildExactFilter } from '../../shared/aws/filter.ts'
import { readImageDescription } from '../../shared/facts/described.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { useProfile } from '../aws/account.ts'
import type { Ec2Reads } from './ask-aws.ts'

/** EC2 names all images that ever had the parameter: the newest has it now, or had it last (EC2 API reference, DescribeImages). */
export const describeParameterImage = async (client: EC2Client, name: string): Promise<ImageFacts | undefined> => {
  // The documents write the name with a slash at the front, and without.
  const filter = buildExactFilter('public-ssm-parameter-name', [name, name.replace(/^\//, '')])
  const { Images = [] } = await client.send(new DescribeImagesCommand({ Filters: [filter], IncludeDeprecated: true }))
  const [newest] = Images.toSorted((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''))
  return newest && readImageDescription(newest)
}

/** Reads of EC2 with the credentials of the surroundings, or of a profile. */
export const createEc2Reads = (region: string | undefined, profile: string | undefined): Ec2Reads => {
  useProfile(profile)
  const client = createEc2Client(region === undefined ? {} : { region })
  return {
    image: async imageId => (await describeImages(client, [imageId]))[0],
    parameter: name => describeParameterImage(client, name),
    type: async name => (await describeInstanceTypes(client, [name]))[0],
  }
}
