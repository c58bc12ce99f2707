import { Aws, Duration } from 'aws-cdk-lib'
import { CfnEventBusPolicy, EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { CfnRole } from 'aws-cdk-lib/aws-iam'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { EventKind } from '../../../shared/facts/event.ts'
import { STOPPED } from '../../../shared/facts/event-patterns.ts'
import { TRY_ROLES } from '../../../shared/ledger/stop-message.ts'
import type { GuardFunction } from '../../constructs/guard-function.ts'
import type { StopParts } from '../../constructs/parts.ts'
import { subscribeQueue } from '../../constructs/subscribe-queue.ts'
import { HUB_BUS, HUB_ROLES, SPOKE_ROLES } from '../../spokes/names.ts'

export type GuardHubProps = {
  /** The id of the organization whose accounts may send events. */
  readonly organization: string
  /** The kinds of event that the policy needs. */
  readonly kinds: readonly EventKind[]
  readonly launches: Queue
  readonly undeliveredEvents: Queue
  readonly functions: {
    readonly Evaluate: GuardFunction
    readonly Sweep: GuardFunction
  }
  /** Only if the policy has a rule on enforce. */
  readonly stopping?: StopParts
}

/**
 * Makes the stack the hub of an organization: a bus on which the accounts put their events, before the queue of the stack's own
 * events, and the rights to read and to stop in the accounts. Spokes know the roles of the functions by name.
 */
export const guardHub = (scope: Construct, props: GuardHubProps): void => {
  const { kinds, launches, undeliveredEvents, functions, stopping } = props
  const bus = createBus(scope, props.organization)
  subscribeQueue(scope, { kinds, queue: launches, deadLetterQueue: undeliveredEvents, ofSpokes: bus })
  nameRole(functions.Evaluate, HUB_ROLES.Evaluate)
  nameRole(functions.Sweep, HUB_ROLES.Sweep)
  assumeInSpokes(functions.Evaluate, SPOKE_ROLES.read)
  if (stopping !== undefined) stopInSpokes(scope, bus, stopping)
}

/** A role that is new in an account is known that soon: the function decides which accounts are due. */
const TRY_EVERY = Duration.minutes(15)

/** Has Enforce stop in the accounts by their role, and hear what has stopped there. */
const stopInSpokes = (scope: Construct, bus: EventBus, { stops, deadLettered, enforce }: StopParts): void => {
  const deadLetterQueue = deadLettered.undeliveredStops
  const { source, 'detail-type': detailType, detail } = STOPPED
  nameRole(enforce, HUB_ROLES.Enforce)
  assumeInSpokes(enforce, SPOKE_ROLES.stop)
  new Rule(scope, 'SpokesStoppedEvents', {
    description: 'virtguard: stopped events of EC2 in the spokes',
    eventPattern: { source: [...source], detailType: [...detailType], detail },
    targets: [new SqsQueue(stops, { deadLetterQueue })],
    eventBus: bus,
  })
  new Rule(scope, 'StopRoleTries', {
    description: 'virtguard: has the role for stops tried in the spokes',
    schedule: Schedule.rate(TRY_EVERY),
    targets: [new SqsQueue(stops, { deadLetterQueue, message: RuleTargetInput.fromObject(TRY_ROLES) })],
  })
}

/**
 * A bus of its own, so that the rules of others on the default bus do not catch the events of all accounts. Whoever is in the
 * organization may have a rule forward events to it. Nobody may put events there by a call.
 */
const createBus = (scope: Construct, organization: string): EventBus => {
  const bus = new EventBus(scope, 'Bus', {
    eventBusName: HUB_BUS,
    description: 'virtguard: events of EC2 from the accounts of the organization',
  })
  new CfnEventBusPolicy(scope, 'BusPolicy', {
    eventBusName: bus.eventBusName,
    statementId: 'organization',
    statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: bus.eventBusArn,
      Condition: {
        StringEquals: { 'aws:PrincipalOrgID': organization },
        // Whether AWS sends the key between regions is not documented. Without it the organization decides.
        BoolIfExists: { 'events:eventBusInvocation': 'true' },
      },
    },
  })
  return bus
}

const nameRole = (fn: GuardFunction, name: string): void => {
  const role = fn.executionRole.node.defaultChild
  if (role instanceof CfnRole) role.roleName = name
}

/** Lets a function use this role of every account, and no other. */
const assumeInSpokes = (fn: GuardFunction, name: string): void => {
  const role = `arn:${Aws.PARTITION}:iam::*:role/${name}`
  fn.may(['sts:AssumeRole'], role)
  fn.acknowledgePattern(
    role,
    'Which accounts the organization has is not known at the deployment. The role in each of them trusts this one.',
  )
  fn.addEnvironment('SPOKE_ROLE', name)
}
