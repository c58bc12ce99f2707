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
}

const alertOnly = (reason: string): Action => ({ type: 'alert', decision: 'alert-only', reason })

// The tags by which services mark the instances that they replace when one stops, and what the owner is called.
const OWNER_TAGS: readonly (readonly [RegExp, string])[] = [
  [/^(aws:)?eks:|^kubernetes\.io\/cluster\/|^karpenter\.sh\//, 'a Kubernetes cluster'],
  [/^aws:ecs:|^AmazonECSManaged$/, 'an ECS cluster'],
  [/^aws:elasticmapreduce:/, 'an EMR cluster'],
  [/^AWSBatchServiceTag$/, 'a Batch compute environment'],
  [/^elasticbeanstalk:/, 'an Elastic Beanstalk environment'],
  [/^aws:ec2:fleet-id$|^aws:ec2spot:fleet-request-id$/, 'an EC2 fleet'],
]

const ownerOf = (instance: InstanceFacts, actor: Actor): string | undefined => {
  const group = actor.autoScalingGroup ?? instance.tags?.['aws:autoscaling:groupName']
  if (group !== undefined) return `the Auto Scaling group ${group}`
  if (actor.via === 'autoscaling.amazonaws.com') return 'an Auto Scaling group'
  if (actor.fleet !== undefined || actor.via === 'ec2fleet.amazonaws.com') return 'an EC2 fleet'
  if (instance.managedBy !== undefined) return instance.managedBy === 'unnamed' ? 'an AWS service' : instance.managedBy
  for (const tag of Object.keys(instance.tags ?? {})) {
    const owner = OWNER_TAGS.find(([pattern]) => pattern.test(tag))
    if (owner !== undefined) return owner[1]
  }
  return undefined
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
  if (owner !== undefined) return `it belongs to ${owner}, which would replace it: fix the template`
  if (instance.rootDeviceType === 'instance-store') return 'its root is on instance store: EC2 can only terminate it'
  if (instance.rootDeviceType === undefined) return 'the type of its root device is not known'
  if (instance.lifecycle === 'spot') return 'it is a Spot instance'
  if (instance.lifecycle === undefined) return 'whether it is a Spot instance is not known'
  if (instance.stopProtected === true) return 'it is protected against stopping, which is somebody’s decision'
  return undefined
}

const inMinutes = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`)

const afterGrace = (seconds: number): string => (seconds === 0 ? 'at once' : `after ${inMinutes(seconds)}`)

/** What to do about a verdict, and why. The same reasoning in both modes; UNKNOWN and anything doubtful never ends in a stop. */
export const decide = (situation: Situation): Action => {
  if (situation.status === 'PASSED') return alertOnly('nothing to do')
  if (situation.exemption === 'exempt') return alertOnly('exempt by the policy')
  if (situation.subject.kind !== 'instance') return alertOnly('there is no instance to stop')
  const reason = whyNotStop(situation)
  if (reason !== undefined) return { type: 'stop', decision: 'refuse', reason }
  if (situation.rule.mode === 'observe') {
    return {
      type: 'stop',
      decision: 'would-stop',
      reason: `the rule observes; on enforce it would be stopped ${afterGrace(situation.stop.graceSeconds)}`,
    }
  }
  // Honest until the function that stops is part of the stack.
  return alertOnly(
    'this version of virtguard does not stop instances: the rule is on enforce, and only the alert is sent',
  )
}
