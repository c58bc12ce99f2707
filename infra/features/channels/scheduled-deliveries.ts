import { RemovalPolicy } from 'aws-cdk-lib'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Construct } from 'constructs'
import type { ChannelParts } from '../../constructs/channel-parts.ts'
import { prefixName } from '../../constructs/names.ts'
import { createSchedulerRole, grantMakeSchedules } from '../../constructs/scheduler-role.ts'

const GROUP = 'virtguard-held'

/** Lets each of the functions schedule releases into its queue. Returns the group of these schedules. */
export const createScheduledDeliveries = (scope: Construct, channels: readonly ChannelParts[]): ScheduleGroup => {
  const name = prefixName(scope, GROUP)
  const group = new ScheduleGroup(scope, 'HeldSchedules', {
    scheduleGroupName: name,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  for (const { id, queue, undelivered, notify } of channels) {
    const role = createSchedulerRole(scope, `Held${id}Role`, { group, queue, undelivered })
    grantMakeSchedules(notify, name, role)
    notify.addEnvironment('QUEUE_ARN', queue.queueArn)
    notify.addEnvironment('UNDELIVERED_QUEUE_ARN', undelivered.queueArn)
    notify.addEnvironment('SCHEDULE_GROUP', group.scheduleGroupName)
    notify.addEnvironment('SCHEDULE_ROLE_ARN', role.roleArn)
  }
  return group
}
