import { RemovalPolicy } from 'aws-cdk-lib'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Construct } from 'constructs'
import { MACHINES } from '../../../shared/policy/channel-words.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import type { ChannelParts } from '../../constructs/channel-parts.ts'
import { prefixName } from '../../constructs/names.ts'
import { createSchedulerRole, grantMakeSchedules } from '../../constructs/scheduler-role.ts'

const GROUP = 'virtguard-held'

/**
 * The channels that may have scheduled deliveries: all that people read, whatever the present routes. Alerts that a
 * removed route scheduled still have to be sent.
 */
export const listHoldingChannels = ({ channels = {} }: Policy): readonly string[] =>
  Object.entries(channels)
    .filter(([, { type }]) => !MACHINES.includes(type))
    .map(([name]) => name)

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
