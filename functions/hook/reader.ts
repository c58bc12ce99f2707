import { createEc2Client, describeImages, describeInstanceTypes, describeTemplate } from '../../shared/aws/ec2.ts'
import { createAutoScalingClient, describeConfigurations } from '../../shared/aws/launch-configurations.ts'
import { describeParameterImage } from '../../shared/aws/parameter-image.ts'
import type { Json } from '../../shared/lint/readers/json.ts'
import type { HookReader } from './ports.ts'

/** What decides, and nothing else: user data may hold secrets. */
const pickLaunch = (data: Json): Json =>
  Object.fromEntries(
    ['ImageId', 'InstanceType', 'InstanceRequirements'].flatMap(key =>
      data[key] === undefined ? [] : [[key, data[key]]],
    ),
  )

/** Reads with the role of the function, in its own account and region. */
export const createReader = (): HookReader => {
  const ec2 = createEc2Client()
  const autoScaling = createAutoScalingClient()
  return {
    template: async ref => {
      const data = await describeTemplate(ec2, ref)
      return data && pickLaunch({ ...data })
    },
    configuration: async configuration => {
      const [found] = await describeConfigurations(autoScaling, [{ configuration }])
      return found && { ImageId: found.imageId, InstanceType: found.instanceType }
    },
    images: ids => describeImages(ec2, ids),
    publicImage: name => describeParameterImage(ec2, name),
    types: names => describeInstanceTypes(ec2, names),
  }
}
