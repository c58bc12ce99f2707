import { DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { readImageDescription } from '../facts/described.ts'
import type { ImageFacts } from '../facts/facts.ts'
import { buildExactFilter } from './filter.ts'

/** EC2 names all images that ever had the parameter: the newest has it now, or had it last (EC2 API reference, DescribeImages). */
export const describeParameterImage = async (client: EC2Client, name: string): Promise<ImageFacts | undefined> => {
  // The documents write the name with a slash at the front, and without.
  const filter = buildExactFilter('public-ssm-parameter-name', [name, name.replace(/^\//, '')])
  const { Images = [] } = await client.send(new DescribeImagesCommand({ Filters: [filter], IncludeDeprecated: true }))
  const [newest] = Images.toSorted((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''))
  return newest && readImageDescription(newest)
}
