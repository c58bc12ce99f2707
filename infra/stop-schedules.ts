import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { GuardFunction } from './guard-function.ts'

const GROUP = 'virtguard'
const SCHEDULER = 'scheduler.amazonaws.com'

type Queues = { readonly stops: Queue; readonly undelivered: Queue }

export type StopSchedules = {
  readonly group: ScheduleGroup
  /** Lets a function make schedules in the group, hand them the role that writes to the queues, and nothing else. */
  readonly letMake: (fn: GuardFunction) => void
}

/**
 * Where stops are put off: a group of schedules that write to one queue and, what cannot be written there, to another. It
 * goes with the stack, and with it whatever has not been carried out.
 */
export const stopSchedules = (scope: Construct, queues: Queues): StopSchedules => {
  const group = new ScheduleGroup(scope, 'Schedules', {
    scheduleGroupName: GROUP,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = schedulerRole(scope, { group, queues })
  const environment = {
    STOPS_QUEUE_ARN: queues.stops.queueArn,
    UNDELIVERED_STOPS_QUEUE_ARN: queues.undelivered.queueArn,
    SCHEDULE_GROUP: group.scheduleGroupName,
    SCHEDULE_ROLE_ARN: role.roleArn,
  }
  const letMake = (fn: GuardFunction): void => {
    fn.mayOnEach(
      ['scheduler:CreateSchedule'],
      { service: 'scheduler', resource: `schedule/${GROUP}/*` },
      'A schedule is named after what it is for; only those of this group.',
    )
    fn.may(['iam:PassRole'], role.roleArn, { operator: 'StringEquals', key: 'iam:PassedToService', value: SCHEDULER })
    for (const [name, value] of Object.entries(environment)) fn.addEnvironment(name, value)
  }
  return { group, letMake }
}

/** The role that EventBridge Scheduler takes on, for schedules of this group only. */
const schedulerRole = (
  scope: Construct,
  { group, queues }: { readonly group: ScheduleGroup; readonly queues: Queues },
): Role => {
  const ours = { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.scheduleGroupArn }
  const role = new Role(scope, 'SchedulerRole', {
    assumedBy: new ServicePrincipal(SCHEDULER, { conditions: { StringEquals: ours } }),
  })
  // EventBridge Scheduler writes to the dead-letter queue with the same role (its user guide).
  const resources = [queues.stops.queueArn, queues.undelivered.queueArn]
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources }))
  return role
}
