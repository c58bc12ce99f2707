import { Aws } from 'aws-cdk-lib'
import { CfnEventBusPolicy, EventBus } from 'aws-cdk-lib/aws-events'
import { CfnRole } from 'aws-cdk-lib/aws-iam'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { EventKind } from '../../../shared/facts/event.ts'
import type { GuardFunction } from '../../constructs/guard-function.ts'
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
    readonly Enforce?: GuardFunction
  }
}

/**
 * Makes the stack the hub of an organization: a bus on which the accounts put their events, before the queue of the stack's own
 * events, and the right to read in the accounts. Spokes know the roles of the functions by name.
 */
export const guardHub = (scope: Construct, props: GuardHubProps): void => {
  const { kinds, launches, undeliveredEvents, functions } = props
  const bus = createBus(scope, props.organization)
  subscribeQueue(scope, { kinds, queue: launches, deadLetterQueue: undeliveredEvents, ofSpokes: bus })
  nameRole(functions.Evaluate, HUB_ROLES.Evaluate)
  nameRole(functions.Sweep, HUB_ROLES.Sweep)
  if (functions.Enforce !== undefined) nameRole(functions.Enforce, HUB_ROLES.Enforce)
  grantRead(functions.Evaluate)
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

const grantRead = (evaluate: GuardFunction): void => {
  const role = `arn:${Aws.PARTITION}:iam::*:role/${SPOKE_ROLES.read}`
  evaluate.may(['sts:AssumeRole'], role)
  evaluate.acknowledgePattern(
    role,
    'Which accounts the organization has is not known at the deployment. The role in each of them trusts this one.',
  )
  evaluate.addEnvironment('SPOKE_ROLE', SPOKE_ROLES.read)
}
