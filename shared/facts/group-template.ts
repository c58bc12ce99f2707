import { limitName } from './chosen-name.ts'
import type { EventRef, LaunchRef, Subject, TemplateRef } from './facts.ts'
import { isAbsent, listAt, omitUndefined, type Part, readFact, readPart } from './fields.ts'
import { formatLaunchRef } from './launch-ref.ts'
import type { CallRecord } from './record.ts'
import { createGroupPairResource } from './resource.ts'
import { readChild, readImage, readOne, readVersion } from './template-fields.ts'

/** One launch that a group may make. */
type Pair = Pick<Subject & { readonly kind: 'template' }, 'image' | 'instanceType' | 'from'>

/** The part of it that the record does not have is not known, and no template that it names says it. */
const NOWHERE: Pair = { image: {}, from: {} }

/** Without a version it is the default (EC2 Auto Scaling API reference, LaunchTemplateSpecification). */
const readRef = (part: Part | undefined): TemplateRef | undefined => {
  const id = readOne(part, 'launchTemplateId')
  const name = id === undefined ? readOne(part, 'launchTemplateName') : undefined
  if (part === undefined || (id === undefined && name === undefined)) return undefined
  const version = isAbsent(part, ['version']) ? '$Default' : readVersion(part, 'version')
  return version === undefined ? undefined : omitUndefined<TemplateRef>({ id, name, version })
}

/** Undefined for requirements (vCPUs, memory), by which EC2 chooses the type at the launch, and only one that fits. */
const readOverride = (override: Part, ofGroup: TemplateRef | undefined): Pair | undefined => {
  if (!isAbsent(override, ['instanceRequirements'])) return undefined
  const [imageText, instanceType] = [readOne(override, 'imageId'), readOne(override, 'instanceType')]
  const image = readImage(imageText)
  const known: Pair = { image, ...(instanceType !== undefined && { instanceType }) }
  if (image.imageId !== undefined && instanceType !== undefined) return known
  // What it names and cannot be read is not what the template says.
  const isMisread =
    (image.imageId === undefined && !isAbsent(override, ['imageId'])) ||
    (instanceType === undefined && !isAbsent(override, ['instanceType']))
  const template = isAbsent(override, ['launchTemplateSpecification'])
    ? ofGroup
    : readRef(readChild(override, 'launchTemplateSpecification'))
  return { ...known, from: isMisread || template === undefined ? {} : { template } }
}

const createPair = (template: LaunchRef | undefined): Pair => ({
  image: {},
  from: template === undefined ? {} : { template },
})

const readMixed = (policy: Part, isNew: boolean): readonly Pair[] => {
  const mixed = readChild(policy, 'launchTemplate')
  // A wrong type is no absence.
  if (mixed === undefined) return isAbsent(policy, ['launchTemplate']) ? [] : [NOWHERE]
  const ofGroup = readRef(readChild(mixed, 'launchTemplateSpecification'))
  const overrides = readFact(mixed, () => listAt(mixed, 'overrides'))
  if (overrides !== undefined && overrides.length > 0)
    return overrides.flatMap(override => readOverride(override, ofGroup) ?? [])
  // An update need not repeat the overrides that the group has.
  const hasNone = isNew ? isAbsent(mixed, ['overrides']) || overrides !== undefined : overrides !== undefined
  return [hasNone ? createPair(ofGroup) : NOWHERE]
}

const readPairs = (request: Part, isNew: boolean): readonly Pair[] => {
  const mixed = readChild(request, 'mixedInstancesPolicy')
  if (mixed !== undefined) return readMixed(mixed, isNew)
  if (!isAbsent(request, ['launchTemplate'])) return [createPair(readRef(readChild(request, 'launchTemplate')))]
  if (!isAbsent(request, ['mixedInstancesPolicy'])) return [NOWHERE]
  if (isAbsent(request, ['launchConfigurationName'])) return []
  const configuration = readOne(request, 'launchConfigurationName')
  return [createPair(configuration === undefined ? undefined : { configuration })]
}

const CREATES = 'CreateAutoScalingGroup'

/**
 * Another group may have the name later, and the same group what it had before. A new group is known by its event. A change
 * is by its day: scripts repeat it without any news.
 */
const getMoment = ({ id, name, time }: EventRef): string => (name === CREATES ? id : time.slice(0, 10))

/** What no other launch of any group says. */
const listSaid = ({ image, instanceType, from }: Pair, event: EventRef): readonly string[] =>
  [from?.template && formatLaunchRef(from.template), image.imageId, instanceType, getMoment(event)].filter(
    text => text !== undefined,
  )

/**
 * What a group that was made, or changed, may launch: each override by its own image, type and template, and no other
 * pair. Empty if the call gives it no template.
 */
export const readGroup = ({
  part,
  accountId,
  region,
  event,
}: CallRecord): readonly Omit<Subject & { readonly kind: 'template' }, 'kind'>[] => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const name = readOne(request, 'autoScalingGroupName')
  // CloudTrail leaves out a request of more than 100 kB: then nothing is known but the event.
  const pairs = request === undefined || name === undefined ? [NOWHERE] : readPairs(request, event.name === CREATES)
  const subjects = pairs.map(pair => ({
    resource: createGroupPairResource({ accountId, region }, name, listSaid(pair, event)),
    what: name === undefined ? 'Auto Scaling group (the record has no name)' : `Auto Scaling group ${limitName(name)}`,
    // The call succeeded, so that the group has this name.
    ...(name !== undefined && { group: name }),
    ...pair,
  }))
  return [...new Map(subjects.map(subject => [subject.resource.id, subject])).values()]
}
