import type { AccountRegion } from './account-region.ts'
import { limitId } from './chosen-name.ts'
import type { Resource } from './facts.ts'
import { getPartition } from './partitions.ts'

export const createInstanceResource = (place: AccountRegion, id: string): Resource => ({
  type: 'AwsEc2Instance',
  id,
  arn: `arn:${getPartition(place.region)}:ec2:${place.region}:${place.accountId}:instance/${id}`,
  accountId: place.accountId,
  region: place.region,
})

/** The ARN of an image has no account: an image is the region's (IAM service authorization reference, EC2). */
export const createImageResource = (place: AccountRegion, id: string): Resource => ({
  type: 'AwsEc2Image',
  id,
  arn: `arn:${getPartition(place.region)}:ec2:${place.region}::image/${id}`,
  accountId: place.accountId,
  region: place.region,
})

/** A launch that EC2 refused, or whose record does not list its instances: known by the id of its event, and without an ARN of AWS's. */
export const launchRequestResource = (place: AccountRegion, eventId: string): Resource => ({
  type: 'AwsEc2LaunchRequest',
  id: eventId,
  arn: `arn:${getPartition(place.region)}:virtguard:${place.region}:${place.accountId}:launch-request/${eventId}`,
  accountId: place.accountId,
  region: place.region,
})

/** A version of a launch template, `lt-0123:4`, which is the part to fix. The ARN is the template's. */
export const createTemplateResource = (place: AccountRegion, templateId: string, version: string): Resource => ({
  type: 'AwsEc2LaunchTemplate',
  id: `${templateId}:${version}`,
  arn: `arn:${getPartition(place.region)}:ec2:${place.region}:${place.accountId}:launch-template/${templateId}`,
  accountId: place.accountId,
  region: place.region,
})

/** A launch configuration, by its name. A record does not have its ARN, which has a part that only Auto Scaling knows. */
export const launchConfigurationResource = (place: AccountRegion, name: string): Resource => ({
  type: 'AwsAutoScalingLaunchConfiguration',
  id: limitId(name),
  arn: `arn:${getPartition(place.region)}:autoscaling:${place.region}:${place.accountId}:launchConfiguration:*:launchConfigurationName/${limitId(name)}`,
  accountId: place.accountId,
  region: place.region,
})

/**
 * What an Auto Scaling group may launch, by the group and what the record says of the launch. A record does not have the
 * ARN of the group, which has a part that only Auto Scaling knows.
 */
export const createGroupPairResource = (place: AccountRegion, group: string, said: readonly string[]): Resource =>
  groupResource(
    place,
    limitId([group, ...said].join(':')),
    `arn:${getPartition(place.region)}:autoscaling:${place.region}:${place.accountId}:autoScalingGroup:*:autoScalingGroupName/${limitId(group)}`,
  )

/** An Auto Scaling group, by its name. AWS gives its ARN. */
export const groupResource = (place: AccountRegion, name: string, arn: string): Resource => ({
  type: 'AwsAutoScalingAutoScalingGroup',
  id: name,
  arn,
  accountId: place.accountId,
  region: place.region,
})
