import type { Actor, InstanceFacts, Subject } from '../facts/facts.ts'
import { buildActorEvidence, buildInstanceEvidence, buildTagEvidence } from '../facts/writers.ts'
import type { Policy, RulePolicy } from '../policy/policy.ts'
import type { Action } from '../reasons/action.ts'
import type { BareCode, OwnedArgs, Owner, Reason } from '../reasons/reason.ts'
import type { Verdict } from '../rules/rule.ts'

export type Situation = {
  readonly subject: Subject
  readonly actor: Actor
  readonly status: Verdict['status']
  readonly rule: RulePolicy
  readonly stop: Policy['stop']
  /** Whether an exemption covers it, or might: one whose facts are not known is `undecided`. */
  readonly exemption: 'none' | 'exempt' | 'undecided'
  readonly now: Date
  /** Whether the function that stops is deployed. Undefined if no stack asks. */
  readonly canStop: boolean | undefined
  /** Whether the stops of this stack are switched off. */
  readonly stopsDisabled: boolean
}

/** The decision and its reason, not in words yet. `at`: only if the instance will be stopped. */
export type Decided = Pick<Action, 'type' | 'decision' | 'at'> & { readonly because: Reason }

const createAlertOnly = (code: BareCode): Decided => ({ type: 'alert', decision: 'alert-only', because: { code } })

type OwnerTags = Policy['stop']['ownerTags']

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

const refuseByService = ({ via }: Actor): OwnedArgs | undefined => {
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

const refuseByGroup = (instance: InstanceFacts, actor: Actor): OwnedArgs | undefined => {
  const group = actor.autoScalingGroup ?? instance.tags?.[GROUP_TAG]
  return group === undefined ? undefined : { owner: 'AUTO_SCALING_GROUP', name: group, ...buildTagEvidence(GROUP_TAG) }
}

const refuseByFleet = ({ fleet }: Actor): OwnedArgs | undefined =>
  fleet === undefined ? undefined : { owner: 'EC2_FLEET', ...buildActorEvidence('fleet', 'fleet of the launch') }

// Whoever launches may wrap the instance in one of these, if they may create it.
const CREATED: readonly Owner[] = ['AUTO_SCALING_GROUP', 'EC2_FLEET']

const nameCreator = (owned: OwnedArgs): OwnedArgs =>
  owned.writtenBy === 'aws' && CREATED.includes(owned.owner) ? { ...owned, writtenBy: 'creator' } : owned

/** What would replace the instance. Evidence that AWS wrote comes before a tag that anybody may write. */
const findOwner = (instance: InstanceFacts, actor: Actor, ownerTags: OwnerTags): OwnedArgs | undefined => {
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

const createOwnedReason = (owned: OwnedArgs, { launchTemplate }: Actor): Reason => {
  const args = nameCreator(owned)
  return { code: 'OWNED', args: launchTemplate === undefined ? args : { ...args, launchTemplate } }
}

/** Why an instance must not be stopped, by what is known of who launched it alone; undefined if nothing of that refuses it. */
export const refuseByActor = (actor: Actor): Reason | undefined => {
  const owned = refuseByGroup({}, actor) ?? refuseByFleet(actor) ?? refuseByService(actor)
  return owned && createOwnedReason(owned, actor)
}

const explainSpotRefusal = ({ spotRequest }: InstanceFacts): BareCode | undefined => {
  if (spotRequest === 'persistent') return undefined
  return spotRequest === 'one-time' ? 'SPOT_ONE_TIME' : 'SPOT_REQUEST_UNKNOWN'
}

/** What EC2 could not stop, or may not be able to. */
const refuseUnstoppable = ({ rootDeviceType, lifecycle }: InstanceFacts): BareCode | undefined => {
  if (rootDeviceType === 'instance-store') return 'INSTANCE_STORE_ROOT'
  if (rootDeviceType === undefined) return 'ROOT_DEVICE_UNKNOWN'
  if (rootDeviceType !== 'ebs') return 'ROOT_DEVICE_NOT_EBS'
  return lifecycle === undefined ? 'LIFECYCLE_UNKNOWN' : undefined
}

/** What keeps EC2 from stopping the instance, or somebody has forbidden it to. */
const refuseByInstance = (instance: InstanceFacts): Reason | undefined => {
  const code = refuseUnstoppable(instance)
  if (code !== undefined) return { code }
  // The launcher may set it, and so may anybody who may change the instance.
  if (instance.stopProtected === true)
    return { code: 'STOP_PROTECTED', args: buildInstanceEvidence('stopProtected', 'attribute disableApiStop') }
  const ofMarket = instance.lifecycle === 'spot' ? explainSpotRefusal(instance) : undefined
  return ofMarket && { code: ofMarket }
}

/**
 * Why an instance must not be stopped, or nothing. A group replaces a member that stops, from the same template;
 * EC2 refuses to stop an instance-store root, a one-time Spot instance and a stop-protected one.
 */
const explainRefusal = (
  instance: InstanceFacts,
  { status, actor, exemption, stop }: Omit<Situation, 'subject'>,
): Reason | undefined => {
  if (instance.instanceId === undefined) return { code: 'INSTANCE_UNKNOWN' }
  if (status === 'UNKNOWN') return { code: 'VERDICT_UNKNOWN' }
  if (exemption === 'undecided') return { code: 'EXEMPTION_UNDECIDED' }
  const owned = findOwner(instance, actor, stop.ownerTags)
  return owned === undefined ? refuseByInstance(instance) : createOwnedReason(owned, actor)
}

const createWouldStop = (because: Reason): Decided => ({ type: 'stop', decision: 'would-stop', because })

/** Whole seconds, and never sooner than promised: what EventBridge Scheduler takes. */
const computeDueTime = (now: Date, graceSeconds: number): string =>
  new Date((Math.ceil(now.getTime() / 1000) + graceSeconds) * 1000).toISOString().replace('.000Z', 'Z')

/** What to do about a verdict, and why. Both modes decide in the same way. UNKNOWN and any other doubt never end in a stop. */
export const decide = (situation: Situation): Decided => {
  const { status, subject, exemption, rule, stop, now, canStop, stopsDisabled } = situation
  if (status === 'PASSED') return createAlertOnly('NOTHING_TO_DO')
  if (exemption === 'exempt') return createAlertOnly('EXEMPT')
  if (subject.kind !== 'instance') return createAlertOnly('NOT_AN_INSTANCE')
  const refusal = explainRefusal(subject.instance, situation)
  if (refusal !== undefined) return { type: 'stop', decision: 'refuse', because: refusal }
  const args = { graceSeconds: stop.graceSeconds }
  if (rule.mode === 'observe') return createWouldStop({ code: 'RULE_OBSERVES', args })
  if (canStop === undefined) return createWouldStop({ code: 'NOT_DEPLOYED', args })
  if (!canStop) return createAlertOnly('STOPS_NOT_DEPLOYED')
  if (stopsDisabled) return createWouldStop({ code: 'STOPS_DISABLED', args })
  const at = computeDueTime(now, stop.graceSeconds)
  return { type: 'stop', decision: 'defer', because: { code: 'STOP_SCHEDULED', args: { at } }, at }
}
