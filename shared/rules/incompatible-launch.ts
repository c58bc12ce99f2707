import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { evaluateFit } from '../compatibility/fit.ts'
import { findNearestTypes } from '../compatibility/nearest.ts'
import {
  COMPATIBILITY_REASONS,
  type CompatibilityReason,
  type InstanceTypeFacts,
  type Subject,
} from '../facts/facts.ts'
import { type MissingFact, PASSED, type Rule, type Verdict } from './rule.ts'

/** Why EC2 would not launch an image on a type, in words. */
export const REFUSALS_IN_WORDS: Readonly<Record<CompatibilityReason, string>> = {
  VIRT_TYPE_UNSUPPORTED: 'the type does not take the virtualization type of the image',
  ARCH_UNSUPPORTED: 'image and type are of different architectures',
  ROOT_DEVICE_UNSUPPORTED: 'the type cannot boot from the root device of the image',
  BOOT_MODE_UNSUPPORTED: 'the type does not offer the boot mode of the image',
  ENA_REQUIRED: 'the type requires ENA, and the image does not have it on',
  NVME_DRIVER_ADVISORY: 'the image needs NVMe drivers on this type',
  TYPE_NOT_ALLOWED_BY_IMAGE: 'the owner of the image does not allow it on this type',
  TPM_UNSUPPORTED: 'the image is configured for NitroTPM, which the type does not have',
  IMAGE_NOT_AVAILABLE: 'EC2 launches nothing from an image in this state',
}

const USUAL_REMEDIATION =
  'Choose a type that fits the image, or build the image for the type: HVM, ENA on, and the right architecture and boot mode. Before the next launch, ask: virtguard check --image-id AMI --instance-type TYPE.'

/** The remediation if another type or another build of the image is not enough. */
const REMEDIATIONS: Readonly<Partial<Record<CompatibilityReason, string>>> = {
  TYPE_NOT_ALLOWED_BY_IMAGE:
    'Choose a type that the image allows, or ask the owner of the image to allow this one: aws ec2 replace-image-instance-type-specification, which replaces the whole list.',
  TPM_UNSUPPORTED:
    'Choose a type with NitroTPM, or an image that is not configured for it: an image cannot be changed, only registered again without --tpm-support.',
  IMAGE_NOT_AVAILABLE:
    'Use an image that is available. A disabled one can be enabled by its owner: aws ec2 enable-image. A failed one has to be made again.',
}

/** The remediation for these reasons. Undefined if it is the usual one. */
export const findLaunchRemediation = (reasons: readonly CompatibilityReason[]): string | undefined => {
  const special = reasons.flatMap(reason => REMEDIATIONS[reason] ?? [])
  if (special.length === 0) return undefined
  return [...(special.length < reasons.length ? [USUAL_REMEDIATION] : []), ...special].join(' ')
}

type RefusedLaunch = Extract<Subject, { kind: 'refused-launch' }>

const DECIDING_FACTS = ['virtualizationType', 'architecture', 'rootDeviceType', 'bootMode', 'enaSupport'] as const

// Only all of them together say what fits: a type that might not take the image is no advice.
const isImageKnown = ({ image, refusal }: RefusedLaunch): boolean =>
  DECIDING_FACTS.every(fact => image[fact] !== undefined) &&
  (refusal.reason !== 'TYPE_NOT_ALLOWED_BY_IMAGE' || image.instanceTypeSpecification !== undefined)

/**
 * What the type that an instance had says of it: where none of its architectures is one of the type that was asked for, no
 * instance of the one can become the other.
 */
const isOtherArchitecture = (from: InstanceTypeFacts | undefined, to: InstanceTypeFacts): boolean =>
  from !== undefined && !from.architectures.some(architecture => to.architectures.includes(architecture))

/** What EC2 said comes first in the message; what the facts say beside it is added, in the fixed order. */
const findReasons = (subject: RefusedLaunch, types: InstanceTypes): readonly CompatibilityReason[] => {
  const { refusal, image, instanceType } = subject
  const type = instanceType === undefined ? undefined : types.get(instanceType)
  const found = new Set<CompatibilityReason>(refusal.reason === undefined ? [] : [refusal.reason])
  const fit = type === undefined ? undefined : evaluateFit(image, type)
  // Words that may mean anything: only a clash of known facts is a misfit. Other words mean one without them.
  const counts = refusal.reason === undefined ? fit?.compatible === false : isImageKnown(subject)
  if (counts) for (const reason of fit?.reasons ?? []) found.add(reason)
  if (type !== undefined && refusal.from !== undefined && isOtherArchitecture(types.get(refusal.from), type))
    found.add('ARCH_UNSUPPORTED')
  return COMPATIBILITY_REASONS.filter(reason => found.has(reason) && reason !== 'NVME_DRIVER_ADVISORY')
}

const describeFittingTypes = (subject: RefusedLaunch, types: InstanceTypes): string => {
  const { image, instanceType } = subject
  if (!isImageKnown(subject) || instanceType === undefined) return ''
  const nearest = findNearestTypes({ image, like: instanceType, types, limit: 3 }).map(type => type.instanceType)
  return nearest.length === 0 ? ' No type in the catalogue takes this image.' : ` The image fits ${nearest.join(', ')}.`
}

const listMissingFacts = (subject: RefusedLaunch, types: InstanceTypes): readonly MissingFact[] => {
  const { image, instanceType } = subject
  const isTypeKnown = instanceType === undefined || types.get(instanceType) !== undefined
  return [
    ...(isImageKnown(subject) || image.imageId === undefined
      ? []
      : [{ of: 'image', fact: 'virtualizationType' } as const]),
    ...(isTypeKnown ? [] : [{ of: 'type', fact: 'virtualizationTypes' } as const]),
  ]
}

const NO_TYPE = 'a type that the record does not name'

// Groups are named by whoever makes them.
const nameGroup = (group: string | undefined): string => (group === undefined ? 'a group' : `the group ${group}`)

/** What EC2 refused, as the start of a sentence. */
const describeRefused = ({ resource, refusal, image, instanceType = NO_TYPE }: RefusedLaunch): string => {
  const of = resource.type === 'AwsEc2Instance' ? resource.id : 'instances'
  const launched = `${image.imageId ?? 'an image'} on ${instanceType}`
  switch (refusal.asked) {
    case 'start':
      return `EC2 refused to start ${of} as ${instanceType}`
    case 'resize':
      return `EC2 refused to change ${of} to ${instanceType}`
    case 'group':
      return `EC2 would refuse what ${nameGroup(refusal.group)} launches, ${launched}`
    default:
      return `EC2 refused to launch ${launched}${refusal.group === undefined ? '' : ` for ${nameGroup(refusal.group)}`}`
  }
}

const INSTANCE_REMEDIATION =
  'Choose a type that takes the instance as it is, or prepare the instance first. What is in the way, and each step: virtguard explain INSTANCE.'

const findRemediation = (
  { refusal: { asked } }: RefusedLaunch,
  reasons: readonly CompatibilityReason[],
): string | undefined =>
  asked === 'start' || asked === 'resize' ? INSTANCE_REMEDIATION : findLaunchRemediation(reasons)

const check = (subject: Subject, types: InstanceTypes): Verdict => {
  if (subject.kind !== 'refused-launch') return PASSED
  const reasons = findReasons(subject, types)
  if (reasons.length === 0) return PASSED
  const why = reasons.map(reason => REFUSALS_IN_WORDS[reason]).join('; ')
  const message = `${describeRefused(subject)}: ${why}.${describeFittingTypes(subject, types)}`
  const wants = listMissingFacts(subject, types)
  const remediation = findRemediation(subject, reasons)
  return {
    status: 'FAILED',
    reasons,
    message,
    ...(wants.length > 0 && { wants }),
    ...(remediation !== undefined && { remediation }),
  }
}

export const incompatibleLaunch: Rule = {
  id: 'incompatible-launch',
  title: 'Launch refused: image and type do not fit',
  why: 'Somebody, or an Auto Scaling group that will try again and again, asks for an image on a type that cannot run it.',
  severity: 'LOW',
  events: ['refused-launch'],
  reads: ['ec2:DescribeImages', 'ec2:DescribeInstanceTypes'],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resize-limitations.html',
  since: 1,
  subjectLead: 'EC2 refused to launch',
  instanceLead: 'EC2 refused to start or resize',
  remediation: USUAL_REMEDIATION,
  options: {},
  check,
}
