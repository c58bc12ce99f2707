import { AutoScalingClient, DescribeLaunchConfigurationsCommand } from '@aws-sdk/client-auto-scaling'
import type { ConfigurationRef, TemplateFacts } from '../facts/facts.ts'
import { readImage } from '../facts/template-fields.ts'
import type { Place } from './ec2.ts'

/** Auto Scaling takes at most 50 names in a call, and answers with at most 100 (EC2 Auto Scaling API reference). */
const NAMES_PER_CALL = 50

export const createAutoScalingClient = (place: Place = {}): AutoScalingClient =>
  new AutoScalingClient({ maxAttempts: 4, ...place })

/** What launch configurations say; one that does not exist is left out. Throws what Auto Scaling throws. */
export const describeConfigurations = async (
  client: AutoScalingClient,
  refs: readonly ConfigurationRef[],
): Promise<readonly TemplateFacts[]> => {
  const found: TemplateFacts[] = []
  for (let at = 0; at < refs.length; at += NAMES_PER_CALL) {
    const names = refs.slice(at, at + NAMES_PER_CALL).map(({ configuration }) => configuration)
    const { LaunchConfigurations = [] } = await client.send(
      new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: names, MaxRecords: 100 }),
    )
    for (const { LaunchConfigurationName: configuration, ImageId, InstanceType: instanceType } of LaunchConfigurations)
      if (configuration !== undefined)
        found.push({
          ref: { configuration },
          ...readImage(ImageId),
          ...(instanceType !== undefined && { instanceType }),
        })
  }
  return found
}
