// What replaces an instance when it stops: a group, a fleet or a service, and who wrote the evidence of it.
import type { Actor, InstanceFacts } from '../facts/facts.ts'
import { buildActorEvidence, buildInstanceEvidence, buildTagEvidence } from '../facts/writers.ts'
import type { OwnedArgs, Owner } from '../reasons/reason.ts'

/** `ignore`: tags that anybody may write do not count. */
type OwnerTags = 'ignore' | undefined

const GROUP_TAG = 'aws:autoscaling:groupName'

// The tags by which services mark the instances that they replace when one stops. Only AWS writes `aws:` tags. The launcher, or
// anybody who may tag, can set every other.
const OWNER_TAGS: readonly (readonly [RegExp, Owner])[] = [
  [/^(aws:)?eks:|^kubernetes\.io\/cluster\/|^karpenter\.sh\//, 'KUBERNETES_CLUSTER'],
  [/^aws:ecs:|^AmazonECSManaged$/, 'ECS_CLUSTER'],
  [/^aws:elasticmapreduce:/, 'EMR_CLUSTER'],
  [/^AWSBatchServiceTag$/, 'BATCH_ENVIRONMENT'],
  [/^elasticbeanstalk:/, 'BEANSTALK_ENVIRONMENT'],
  [/^aws:ec2:fleet-id$|^aws:ec2spot:fleet-request-id$/, 'EC2_FLEET'],
]

/** The tags among them that only AWS writes and whose whole names are known: those that a condition of IAM can name. */
export const AWS_OWNER_TAGS = [
  GROUP_TAG,
  'aws:ec2:fleet-id',
  'aws:ec2spot:fleet-request-id',
  'aws:eks:cluster-name',
  'aws:elasticmapreduce:job-flow-id',
] as const

// Stryker disable next-line Regex: only quicker than the patterns.
const OWNERS_BEGIN = /^(aws:|eks:|kub|kar|Ama|AWS|ela)/

/** The service that launches the members of groups. */
export const AUTO_SCALING = 'autoscaling.amazonaws.com'

// The services that launch instances which they replace. Not CloudFormation: a stack leaves a stopped instance alone.
const OWNER_SERVICES: ReadonlyMap<string | undefined, Owner> = new Map([
  [AUTO_SCALING, 'AUTO_SCALING_GROUP'],
  ['ec2fleet.amazonaws.com', 'EC2_FLEET'],
  ['spotfleet.amazonaws.com', 'EC2_FLEET'],
  ['eks.amazonaws.com', 'KUBERNETES_CLUSTER'],
  ['eks-nodegroup.amazonaws.com', 'KUBERNETES_CLUSTER'],
  ['ecs.amazonaws.com', 'ECS_CLUSTER'],
  ['elasticmapreduce.amazonaws.com', 'EMR_CLUSTER'],
  ['batch.amazonaws.com', 'BATCH_ENVIRONMENT'],
  ['elasticbeanstalk.amazonaws.com', 'BEANSTALK_ENVIRONMENT'],
])

const refuseByTag = ({ tags = {} }: InstanceFacts, ownerTags: OwnerTags): OwnedArgs | undefined => {
  let said: OwnedArgs | undefined
  for (const tag in tags) {
    // Most tags are people's own; none of the patterns below begins otherwise.
    // Stryker disable next-line ConditionalExpression: only quicker than the patterns.
    if (!OWNERS_BEGIN.test(tag)) continue
    const owner = OWNER_TAGS.find(([pattern]) => pattern.test(tag))?.[1]
    if (owner === undefined) continue
    const evidence = buildTagEvidence(tag)
    // What AWS wrote comes before what others may have written.
    if (evidence.writtenBy === 'aws') return { owner, ...evidence }
    if (ownerTags !== 'ignore') said ??= { owner, ...evidence }
  }
  return said
}

export const refuseByService = ({ via }: Actor): OwnedArgs | undefined => {
  const owner = OWNER_SERVICES.get(via)
  return owner && { owner, ...buildActorEvidence('via', `call of ${via}`) }
}

/** Whether the service that made the call replaces what it launched. Not every such service leaves a tag. */
export const isLaunchedByOwner = (actor: Actor): boolean => refuseByService(actor) !== undefined

const refuseByOperator = ({ managedBy }: InstanceFacts): OwnedArgs | undefined => {
  if (managedBy === undefined) return undefined
  const evidence = buildInstanceEvidence('managedBy', 'operator of the instance')
  return managedBy === 'unnamed'
    ? { owner: 'AWS_SERVICE', ...evidence }
    : { owner: 'AWS_SERVICE', name: managedBy, ...evidence }
}

export const refuseByGroup = (instance: InstanceFacts, actor: Actor): OwnedArgs | undefined => {
  const group = actor.autoScalingGroup ?? instance.tags?.[GROUP_TAG]
  return group === undefined ? undefined : { owner: 'AUTO_SCALING_GROUP', name: group, ...buildTagEvidence(GROUP_TAG) }
}

export const refuseByFleet = ({ fleet }: Actor): OwnedArgs | undefined =>
  fleet === undefined ? undefined : { owner: 'EC2_FLEET', ...buildActorEvidence('fleet', 'fleet of the launch') }

// Whoever launches may wrap the instance in one of these, if they may create it.
const CREATED: readonly Owner[] = ['AUTO_SCALING_GROUP', 'EC2_FLEET']

export const nameCreator = (owned: OwnedArgs): OwnedArgs =>
  owned.writtenBy === 'aws' && CREATED.includes(owned.owner) ? { ...owned, writtenBy: 'creator' } : owned

/** What would replace the instance. Evidence that AWS wrote comes before a tag that anybody may write. */
export const findOwner = (instance: InstanceFacts, actor: Actor, ownerTags: OwnerTags): OwnedArgs | undefined => {
  const known = refuseByGroup(instance, actor) ?? refuseByOperator(instance)
  if (known !== undefined) return known
  const tagged = refuseByTag(instance, ownerTags)
  return tagged?.writtenBy === 'aws' ? tagged : (refuseByFleet(actor) ?? refuseByService(actor) ?? tagged)
}

/**
 * Everything that is said to own an instance, each once. Evidence that AWS wrote comes before tags that anybody may
 * write.
 */
export const listOwners = (instance: InstanceFacts, actor: Actor): readonly OwnedArgs[] => {
  const tagged = Object.keys(instance.tags ?? {}).flatMap(tag => {
    const owner = OWNER_TAGS.find(([pattern]) => pattern.test(tag))?.[1]
    return owner === undefined ? [] : [{ owner, ...buildTagEvidence(tag) }]
  })
  const all = [
    refuseByGroup(instance, actor),
    refuseByOperator(instance),
    refuseByFleet(actor),
    refuseByService(actor),
    ...tagged.toSorted((a, b) => Number(b.writtenBy === 'aws') - Number(a.writtenBy === 'aws')),
  ].filter(owned => owned !== undefined)
  return all.filter((one, index) => all.findIndex(({ owner }) => owner === one.owner) === index)
}
