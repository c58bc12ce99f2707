import type { Actor, InstanceFacts, Subject } from '../facts/facts.ts'
import { buildInstanceEvidence } from '../facts/writers.ts'
import { findOwner, nameCreator, refuseByFleet, refuseByGroup, refuseByService } from '../owners/owners.ts'
import type { Policy, RulePolicy } from '../policy/policy.ts'
import type { Action } from '../reasons/action.ts'
import type { BareCode, OwnedArgs, Reason } from '../reasons/reason.ts'
import type { Verdict } from '../rules/rule.ts'

/** `role-not-known`: another account, in which the function that stops could not use its role lately. */
export type StopRight = boolean | 'role-not-known'

export type Situation = {
  readonly subject: Subject
  readonly actor: Actor
  readonly status: Verdict['status']
  readonly rule: RulePolicy
  readonly stop: Policy['stop']
  /** Whether an exemption covers it, or might: one whose facts are not known is `undecided`. */
  readonly exemption: 'none' | 'exempt' | 'undecided'
  readonly now: Date
  /** Whether the function that stops is deployed, and may stop there. Undefined if no stack asks. */
  readonly canStop: StopRight | undefined
  /** Whether the stops of this stack are switched off. */
  readonly stopsDisabled: boolean
}

/** The decision and its reason, not in words yet. `at`: only if the instance will be stopped. */
export type Decided = Pick<Action, 'type' | 'decision' | 'at'> & { readonly because: Reason }

const createAlertOnly = (code: BareCode): Decided => ({ type: 'alert', decision: 'alert-only', because: { code } })

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

/** EC2 refused to start or to change an instance that there is. */
const isOfInstance = ({ resource }: Subject): boolean => resource.type === 'AwsEc2Instance'

/** What to do about a verdict, and why. Both modes decide in the same way. UNKNOWN and any other doubt never end in a stop. */
export const decide = (situation: Situation): Decided => {
  const { status, subject, exemption, rule, stop, now, canStop, stopsDisabled } = situation
  if (status === 'PASSED') return createAlertOnly('NOTHING_TO_DO')
  if (exemption === 'exempt') return createAlertOnly('EXEMPT')
  if (subject.kind !== 'instance') return createAlertOnly(isOfInstance(subject) ? 'REFUSED_CALL' : 'NOT_AN_INSTANCE')
  const refusal = explainRefusal(subject.instance, situation)
  if (refusal !== undefined) return { type: 'stop', decision: 'refuse', because: refusal }
  const args = { graceSeconds: stop.graceSeconds }
  if (rule.mode === 'observe') return createWouldStop({ code: 'RULE_OBSERVES', args })
  if (canStop === undefined) return createWouldStop({ code: 'NOT_DEPLOYED', args })
  if (canStop === 'role-not-known') return createAlertOnly('STOP_ROLE_NOT_KNOWN')
  if (!canStop) return createAlertOnly('STOPS_NOT_DEPLOYED')
  if (stopsDisabled) return createWouldStop({ code: 'STOPS_DISABLED', args })
  const at = computeDueTime(now, stop.graceSeconds)
  return { type: 'stop', decision: 'defer', because: { code: 'STOP_SCHEDULED', args: { at } }, at }
}
