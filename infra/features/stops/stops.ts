import { Duration } from 'aws-cdk-lib'
import { Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { STOP_READS } from '../../../shared/aws/stop-session.ts'
import { STOPPED } from '../../../shared/facts/event-patterns.ts'
import { STOP_PROTECTION } from '../../../shared/facts/stop-protection.ts'
import { CALL_SECONDS } from '../../../shared/ledger/budget.ts'
import type { Bundle } from '../../constructs/bundle.ts'
import { type Condition, GuardFunction } from '../../constructs/guard-function.ts'
import type { StopParts } from '../../constructs/parts.ts'
import { createDeadLetterQueue, createWorkQueue } from '../../constructs/queues.ts'
import { stopSchedules } from './schedules.ts'

// As long as the budget counts on: a reserved stop is requested within this time, or not at all.
const TIMEOUT = Duration.seconds(CALL_SECONDS)

// The other attributes are not ours to read: `userData` may hold secrets. Whatever its case: EC2's documentation writes the
// names of attributes in both.
const STOP_PROTECTION_ONLY: Condition = {
  operator: 'StringEqualsIgnoreCase',
  key: 'ec2:Attribute',
  value: STOP_PROTECTION,
}

/** The budget of one account is taken one after the other, so that more copies would wait for each other. */
const COPIES = 2

/** Where one account of an organization is slow, the stops of the others need another copy. */
const COPIES_OF_HUB = 10

export type GuardStopsProps = {
  /** Whether stops are made in the accounts of an organization, too. */
  readonly isHub: boolean
  readonly bundle: Bundle
  readonly environment: Readonly<Record<string, string>>
  /** The function that makes the schedule of a stop once its alert is out. */
  readonly confirm: GuardFunction
}

/**
 * Everything that stops: the queue of stops, the sources of its messages, and the function that processes it, the only
 * one that may stop an instance. The stack grants its other rights, as to the other functions.
 */
export const guardStops = (scope: Construct, { isHub, bundle, environment, confirm }: GuardStopsProps): StopParts => {
  const undeliveredStops = createDeadLetterQueue(scope, 'UndeliveredStops')
  const failedStops = createDeadLetterQueue(scope, 'FailedStops')
  const stops = createWorkQueue(scope, 'Stops', { deadLettered: failedStops, timeout: TIMEOUT })
  collectStopped(scope, stops, undeliveredStops)
  const enforce = new GuardFunction(scope, 'Enforce', {
    description: 'Stops announced instances, if nothing prevents it, and alerts the outcome',
    bundle,
    environment,
    queue: stops,
    failed: failedStops,
    maxConcurrency: isHub ? COPIES_OF_HUB : COPIES,
    timeout: TIMEOUT,
    // One that hangs takes no other with it.
    batchSize: 1,
  })
  enforce.mayReadEc2(STOP_READS)
  const why =
    'Which instance will have to be stopped is not known at the deployment. Only those of this account and region.'
  enforce.mayOnEach(['ec2:StopInstances'], { service: 'ec2', resource: 'instance/*' }, why)
  enforce.mayOnEach(
    ['ec2:DescribeInstanceAttribute'],
    { service: 'ec2', resource: 'instance/*', only: STOP_PROTECTION_ONLY },
    why,
  )
  const { group, letMake } = stopSchedules(scope, { stops, undelivered: undeliveredStops })
  for (const fn of [enforce, confirm]) letMake(fn)
  return { stops, deadLettered: { failedStops, undeliveredStops }, enforce, schedules: group }
}

/** EC2's word that an instance has stopped, which proves that a stop had its effect. */
const collectStopped = (scope: Construct, stops: Queue, deadLetterQueue: Queue): void => {
  const { source, 'detail-type': detailType, detail } = STOPPED
  new Rule(scope, 'StoppedEvents', {
    description: 'virtguard: stopped events of EC2',
    eventPattern: { source: [...source], detailType: [...detailType], detail },
    targets: [new SqsQueue(stops, { deadLetterQueue })],
  })
}
