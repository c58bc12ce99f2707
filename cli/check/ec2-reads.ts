import { describeImages, describeInstanceTypes, ec2Client } from '../../shared/aws/ec2.ts'
import type { Ec2Reads } from './ask-aws.ts'

/** Reads of EC2 with the credentials of the surroundings, or of a profile. */
export const ec2Reads = (region: string | undefined, profile: string | undefined): Ec2Reads => {
  // The SDK's own warning about Node would stand before every answer.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile
  const client = ec2Client(region)
  return {
    image: async imageId => (await describeImages(client, [imageId]))[0],
    type: async name => (await describeInstanceTypes(client, [name]))[0],
  }
}
