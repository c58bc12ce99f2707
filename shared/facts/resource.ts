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

/** Stands in an ARN, and in an id, for what the record does not have. */
const UNNAMED = '*'

/**
 * What a call made without an answer in its record, so that its id, or the number of its version, is not known. It is known
 * by the event. The name is free again once the template is deleted.
 */
export const createUnansweredResource = (
  place: AccountRegion,
  { id, name = UNNAMED }: { readonly id: string | undefined; readonly name: string | undefined },
  eventId: string,
): Resource => ({
  type: 'AwsEc2LaunchTemplate',
  id: limitId(`${id ?? `launchTemplateName/${name}`}:${eventId}`),
  arn: `arn:${getPartition(place.region)}:ec2:${place.region}:${place.accountId}:launch-template/${id ?? UNNAMED}`,
  accountId: place.accountId,
  region: place.region,
})

/**
 * A launch configuration, by its name and the event that made it, because the name is free again once it is deleted. The
 * name is anybody's choice, `i-0123` too: the id begins as no other id does. A record does not have its ARN, which has a
 * part that only Auto Scaling knows.
 */
export const launchConfigurationResource = (
  place: AccountRegion,
  name: string = UNNAMED,
  eventId: string,
): Resource => ({
  type: 'AwsAutoScalingLaunchConfiguration',
  id: limitId(`launchConfigurationName/${name}:${eventId}`),
  arn: `arn:${getPartition(place.region)}:autoscaling:${place.region}:${place.accountId}:launchConfiguration:*:launchConfigurationName/${limitId(name)}`,
  accountId: place.accountId,
  region: place.region,
})

/**
 * What an Auto Scaling group may launch, by the group and what the record says of the launch. The name of a group is free
 * again once it is deleted, so the last of what is said must be of this time. A record does not have the ARN of the group,
 * which has a part that only Auto Scaling knows.
 */
export const createGroupPairResource = (
  place: AccountRegion,
  group: string = UNNAMED,
  said: readonly string[],
): Resource =>
  groupResource(
    place,
    limitId([`autoScalingGroupName/${group}`, ...said].join(':')),
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
