import type { Actor, InstanceFacts, Subject } from '../facts/facts.ts'
import type { Policy, RulePolicy } from '../policy/policy.ts'
import type { Verdict } from '../rules/rule.ts'
import type { Action } from './finding.ts'

export type Situation = {
  readonly subject: Subject
  readonly actor: Actor
  readonly status: Verdict['status']
  readonly rule: RulePolicy
  readonly stop: Policy['stop']
  /** Whether an exemption covers it, or might: one whose facts are not known is `undecided`. */
  readonly exemption: 'none' | 'exempt' | 'undecided'
  readonly now: Date
  /** Whether the function that stops is deployed; undefined where no stack asks. */
  readonly canStop: boolean | undefined
  /** Whether stops are switched off for every account. */
  readonly killed: boolean
}

const alertOnly = (reason: string): Action => ({ type: 'alert', decision: 'alert-only', reason })

const GROUP_TAG = 'aws:autoscaling:groupName'

// The tags by which services mark the instances that they replace when one stops, and what the owner is called.
const OWNER_TAGS: readonly (readonly [RegExp, string])[] = [
  [/^(aws:)?eks:|^kubernetes\.io\/cluster\/|^karpenter\.sh\//, 'a Kubernetes cluster'],
  [/^aws:ecs:|^AmazonECSManaged$/, 'an ECS cluster'],
  [/^aws:elasticmapreduce:/, 'an EMR cluster'],
  [/^AWSBatchServiceTag$/, 'a Batch compute environment'],
  [/^elasticbeanstalk:/, 'an Elastic Beanstalk environment'],
  [/^aws:ec2:fleet-id$|^aws:ec2spot:fleet-request-id$/, 'an EC2 fleet'],
]

const OWNERS_BEGIN = /^(aws:|eks:|kub|kar|Ama|AWS|ela)/

// The services that launch instances which they replace. Not CloudFormation: a stack leaves a stopped instance alone.
const OWNER_SERVICES: Readonly<Record<string, string>> = {
  'autoscaling.amazonaws.com': 'an Auto Scaling group',
  'ec2fleet.amazonaws.com': 'an EC2 fleet',
  'spotfleet.amazonaws.com': 'an EC2 fleet',
  'eks.amazonaws.com': 'a Kubernetes cluster',
  'eks-nodegroup.amazonaws.com': 'a Kubernetes cluster',
  'ecs.amazonaws.com': 'an ECS cluster',
  'elasticmapreduce.amazonaws.com': 'an EMR cluster',
  'batch.amazonaws.com': 'a Batch compute environment',
  'elasticbeanstalk.amazonaws.com': 'an Elastic Beanstalk environment',
}

const serviceOf = ({ via }: Actor): string | undefined =>
  via !== undefined && Object.hasOwn(OWNER_SERVICES, via) ? OWNER_SERVICES[via] : undefined

/** Whether the service that made the call replaces what it launched. Tags do not tell this of every service. */
export const isLaunchedByOwner = (actor: Actor): boolean => serviceOf(actor) !== undefined

const ownerOf = (instance: InstanceFacts, actor: Actor): string | undefined => {
  const group = actor.autoScalingGroup ?? instance.tags?.[GROUP_TAG]
  if (group !== undefined) return `the Auto Scaling group ${group}`
  if (instance.managedBy !== undefined) return instance.managedBy === 'unnamed' ? 'an AWS service' : instance.managedBy
  for (const tag in instance.tags ?? {}) {
    // Most tags are people's own; none of the patterns below begins otherwise.
    if (!OWNERS_BEGIN.test(tag)) continue
    const owner = OWNER_TAGS.find(([pattern]) => pattern.test(tag))
    if (owner !== undefined) return owner[1]
  }
  return actor.fleet === undefined ? serviceOf(actor) : 'an EC2 fleet'
}

const ofSpot = ({ spotRequest }: InstanceFacts): string | undefined => {
  if (spotRequest === 'persistent') return undefined
  return spotRequest === 'one-time'
    ? 'it is a Spot instance of a one-time request: EC2 can only terminate it'
    : 'it is a Spot instance, and whether its request is persistent is not known'
}

/**
 * Why an instance must not be stopped, or nothing. A group replaces a member that stops, from the same template;
 * EC2 refuses to stop an instance-store root, a one-time Spot instance and a stop-protected one.
 */
const whyNotStop = ({ status, subject, actor, exemption }: Situation): string | undefined => {
  if (subject.kind !== 'instance' || subject.instance.instanceId === undefined) return 'no instance is known'
  const { instance } = subject
  if (status === 'UNKNOWN') return 'the verdict is UNKNOWN'
  if (exemption === 'undecided') return 'an exemption may cover it, and a fact that would tell is not known'
  const owner = ownerOf(instance, actor)
  if (owner !== undefined) {
    const template = actor.launchTemplate === undefined ? 'the template' : `its launch template ${actor.launchTemplate}`
    return `it belongs to ${owner}, which would replace it: fix ${template}`
  }
  if (instance.rootDeviceType === 'instance-store') return 'its root is on instance store: EC2 can only terminate it'
  if (instance.rootDeviceType === undefined) return 'the type of its root device is not known'
  if (instance.rootDeviceType !== 'ebs') return 'its root is not on EBS'
  if (instance.lifecycle === undefined) return 'whether it is a Spot instance is not known'
  if (instance.stopProtected === true) return 'it is protected against stopping, which is somebody’s decision'
  return instance.lifecycle === 'spot' ? ofSpot(instance) : undefined
}

const inMinutes = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`)

const afterGrace = (seconds: number): string => (seconds === 0 ? 'at once' : `after ${inMinutes(seconds)}`)

const wouldStop = (reason: string): Action => ({ type: 'stop', decision: 'would-stop', reason })

/** Whole seconds, and never sooner than promised: what EventBridge Scheduler takes. */
const dueAt = (now: Date, graceSeconds: number): string =>
  new Date((Math.ceil(now.getTime() / 1000) + graceSeconds) * 1000).toISOString().replace('.000Z', 'Z')

/** What to do about a verdict, and why. The same reasoning in both modes; UNKNOWN and anything doubtful never ends in a stop. */
export const decide = (situation: Situation): Action => {
  const { status, subject, exemption, rule, stop, now, canStop, killed } = situation
  if (status === 'PASSED') return alertOnly('nothing to do')
  if (exemption === 'exempt') return alertOnly('exempt by the policy')
  if (subject.kind !== 'instance') return alertOnly('there is no instance to stop')
  const reason = whyNotStop(situation)
  if (reason !== undefined) return { type: 'stop', decision: 'refuse', reason }
  const grace = afterGrace(stop.graceSeconds)
  if (rule.mode === 'observe') return wouldStop(`the rule observes; on enforce it would be stopped ${grace}`)
  if (canStop === undefined) return wouldStop(`the rule is on enforce; where it is deployed it is stopped ${grace}`)
  if (!canStop)
    return alertOnly('the stack was deployed without the function that stops: deploy with a policy that enforces')
  if (killed) return wouldStop(`stops are switched off; with them on it would be stopped ${grace}`)
  const at = dueAt(now, stop.graceSeconds)
  return { type: 'stop', decision: 'defer', reason: `the rule is on enforce: it will be stopped at ${at}`, at }
}
