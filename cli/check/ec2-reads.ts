import { createEc2Client, describeImages, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { describeParameterImage } from '../../shared/aws/parameter-image.ts'
import { useProfile } from '../aws/account.ts'
import type { Ec2Reads } from './ask-aws.ts'

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
