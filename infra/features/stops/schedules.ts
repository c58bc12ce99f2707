import { RemovalPolicy } from 'aws-cdk-lib'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { GuardFunction } from '../../constructs/guard-function.ts'
import { prefixName } from '../../constructs/names.ts'
import { createSchedulerRole, grantMakeSchedules } from '../../constructs/scheduler-role.ts'

const GROUP = 'virtguard'

type Queues = { readonly stops: Queue; readonly undelivered: Queue }

export type StopSchedules = {
  readonly group: ScheduleGroup
  /** Lets a function make schedules in the group, hand them the role that writes to the queues, and nothing else. */
  readonly letMake: (fn: GuardFunction) => void
}

/**
 * The group of schedules for stops. They write to one queue and, if that fails, to another. The group is deleted with
 * the stack, together with all stops that were not carried out.
 */
export const stopSchedules = (scope: Construct, { stops, undelivered }: Queues): StopSchedules => {
  const name = prefixName(scope, GROUP)
  const group = new ScheduleGroup(scope, 'Schedules', {
    scheduleGroupName: name,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = createSchedulerRole(scope, 'SchedulerRole', { group, queue: stops, undelivered })
  const environment = {
    STOPS_QUEUE_ARN: stops.queueArn,
    UNDELIVERED_STOPS_QUEUE_ARN: undelivered.queueArn,
    SCHEDULE_GROUP: group.scheduleGroupName,
    SCHEDULE_ROLE_ARN: role.roleArn,
  }
  const grantSchedules = (fn: GuardFunction): void => {
    grantMakeSchedules(fn, name, role)
    for (const [name, value] of Object.entries(environment)) fn.addEnvironment(name, value)
  }
  return { group, letMake: grantSchedules }
}
