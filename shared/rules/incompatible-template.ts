import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { evaluateFit } from '../compatibility/fit.ts'
import { findNearestTypes } from '../compatibility/nearest.ts'
import type { ImageFacts, Resource, Subject } from '../facts/facts.ts'
import { findLaunchRemediation, REFUSALS_IN_WORDS } from './incompatible-launch.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const describeFittingTypes = (image: ImageFacts, like: string, types: InstanceTypes): string => {
  const nearest = findNearestTypes({ image, like, types, limit: 3 }).map(type => type.instanceType)
  return nearest.length === 0 ? 'No type in the catalogue takes this image.' : `The image fits ${nearest.join(', ')}.`
}

const ASK = 'Before that, ask: virtguard check --image-id AMI --instance-type TYPE.'

/** The step for each: one can be changed, another is replaced. */
const REMEDIATIONS: Readonly<Partial<Record<Resource['type'], string>>> = {
  AwsEc2LaunchTemplate: `Make another version with a type that fits the image, or with an image that is built for the type. ${ASK}`,
  AwsAutoScalingLaunchConfiguration: `Make another launch configuration with a type that fits the image, or with an image that is built for the type, and give it to the groups that use this one: nobody can change a launch configuration. ${ASK}`,
  AwsAutoScalingAutoScalingGroup: `Give the group a launch template or an override with a type that fits the image, or with an image that is built for the type. ${ASK}`,
}

const check = (subject: Subject, types: InstanceTypes): Verdict => {
  // Whoever launches by it names the rest: until then there is no pair.
  if (subject.kind !== 'template' || subject.open === true) return PASSED
  const { image, instanceType, what, from } = subject
  if (from !== undefined) return createUnknown({ of: 'template', fact: 'imageId' })
  if (image.imageId === undefined) return createUnknown({ of: 'image', fact: 'imageId' })
  if (instanceType === undefined) return createUnknown({ of: 'instance', fact: 'instanceType' })
  const type = types.get(instanceType)
  if (type === undefined) return createUnknown({ of: 'type', fact: 'virtualizationTypes' })
  const { compatible, reasons, missing } = evaluateFit(image, type)
  if (compatible === true) return PASSED
  if (compatible === undefined) {
    const isOfType = missing.every(fact => fact === 'rootDeviceTypes' || fact === 'nitroTpm')
    return createUnknown(
      isOfType
        ? { of: 'type', fact: 'virtualizationTypes' }
        : { of: 'image', fact: missing[0] ?? 'virtualizationType' },
    )
  }
  const blocking = reasons.filter(reason => reason !== 'NVME_DRIVER_ADVISORY')
  const why = blocking.map(reason => REFUSALS_IN_WORDS[reason]).join('; ')
  const remediation = findLaunchRemediation(blocking) ?? REMEDIATIONS[subject.resource.type]
  return {
    status: 'FAILED',
    reasons: blocking,
    message: `${what} asks for ${image.imageId} on ${instanceType}, which EC2 would refuse: ${why}. ${describeFittingTypes(image, instanceType, types)}`,
    ...(remediation !== undefined && { remediation }),
  }
}

export const incompatibleTemplate: Rule = {
  id: 'incompatible-template',
  title: 'Before the launch: image and type do not fit',
  why: 'A template that EC2 would refuse is noticed when somebody makes it, and not when a group has to grow at night.',
  severity: 'LOW',
  events: ['template'],
  reads: [
    'ec2:DescribeImages',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeLaunchTemplateVersions',
    'autoscaling:DescribeLaunchConfigurations',
  ],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html',
  since: 2,
  remediation: `Launch by a type that fits the image, or by an image that is built for the type. ${ASK}`,
  options: {},
  check,
}
