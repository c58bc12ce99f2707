import { Aws } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { GuardFunction } from './guard-function.ts'

const SCHEDULER = 'scheduler.amazonaws.com'

export type SchedulerTarget = {
  readonly group: ScheduleGroup
  readonly queue: Queue
  /** The queue for schedules that EventBridge Scheduler cannot put into theirs, with the same role (its user guide). */
  readonly undelivered: Queue
}

/** A role that EventBridge Scheduler takes on, for schedules of this group only: it may write to these two queues. */
export const createSchedulerRole = (
  scope: Construct,
  id: string,
  { group, queue, undelivered }: SchedulerTarget,
): Role => {
  const ours = { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.scheduleGroupArn }
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal(SCHEDULER, { conditions: { StringEquals: ours } }),
  })
  const resources = [queue.queueArn, undelivered.queueArn]
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources }))
  return role
}

/** Lets a function make schedules in the group of that name, hand them the role, and nothing else. */
export const grantMakeSchedules = (fn: GuardFunction, groupName: string, role: Role): void => {
  fn.mayOnEach(
    ['scheduler:CreateSchedule'],
    { service: 'scheduler', resource: `schedule/${groupName}/*` },
    'A schedule is named after what it is for; only those of this group.',
  )
  fn.may(['iam:PassRole'], role.roleArn, { operator: 'StringEquals', key: 'iam:PassedToService', value: SCHEDULER })
}
