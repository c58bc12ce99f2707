import { addTypes } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { UserError } from '../../shared/errors.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import { askAws } from '../aws/asking.ts'

/** The reads of EC2 that a check may need. They throw what EC2 throws. */
export type Ec2Reads = {
  readonly image: (imageId: string) => Promise<ImageFacts | undefined>
  /** The newest image to which a public parameter leads, or led. */
  readonly parameter: (name: string) => Promise<ImageFacts | undefined>
  readonly type: (name: string) => Promise<InstanceTypeFacts | undefined>
}

const OTHERWISE = 'allow the call, or give the facts yourself (see --help)'

/** The facts of an image, from EC2. Throws UserError if EC2 gives none. */
export const askForImage = async (ec2: Ec2Reads, imageId: string): Promise<ImageFacts> => {
  const image = await askAws('ec2:DescribeImages', ec2.image(imageId), OTHERWISE)
  if (image !== undefined) return image
  throw new UserError(
    `${imageId}: there is no such image in this region that this account may see; check the id, --region and --profile`,
  )
}

/** The facts of the image to which a public parameter leads. Throws UserError if there is no such image. */
export const askForParameter = async (ec2: Ec2Reads, name: string): Promise<ImageFacts> => {
  const image = await askAws('ec2:DescribeImages', ec2.parameter(name), OTHERWISE)
  if (image !== undefined) return image
  throw new UserError(`${name}: no image of this region has this parameter; check the name and --region`)
}

/** The types, with the one in question from EC2 if the catalogue lacks it. EC2 may not know it either. */
export const askForType = async (ec2: Ec2Reads, types: InstanceTypes, name: string): Promise<InstanceTypes> => {
  if (types.get(name) !== undefined) return types
  const facts = await askAws('ec2:DescribeInstanceTypes', ec2.type(name), OTHERWISE)
  return facts === undefined ? types : addTypes(types, [facts])
}
