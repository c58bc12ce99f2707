import { DeleteScheduleCommand, GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler'
import { SendMessageCommand, TagQueueCommand } from '@aws-sdk/client-sqs'
import { buildQueueUrl } from '../../local/carry.ts'
import type { TestCloud } from './cloud.ts'

const GROUP = 'virtguard'

/** The names of the schedules that are made and have not come, those with this prefix. */
export const schedules = async ({ clients }: TestCloud, NamePrefix: string): Promise<readonly string[]> => {
  const { Schedules = [] } = await clients.scheduler.send(new ListSchedulesCommand({ GroupName: GROUP, NamePrefix }))
  return Schedules.map(({ Name = '' }) => Name)
}

/**
 * Does the work of EventBridge Scheduler now, instead of when the time has come: puts what a schedule holds into its
 * queue, and deletes it. Answers how many schedules there were with this prefix.
 */
export const bringForward = async (cloud: TestCloud, prefix: string): Promise<number> => {
  const { scheduler, sqs } = cloud.clients
  const names = await schedules(cloud, prefix)
  for (const Name of names) {
    const { Target } = await scheduler.send(new GetScheduleCommand({ GroupName: GROUP, Name }))
    await scheduler.send(new DeleteScheduleCommand({ GroupName: GROUP, Name }))
    const QueueUrl = buildQueueUrl(Target?.Arn ?? '')
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Target?.Input }))
  }
  return names.length
}

/** Lets the time pass for which messages in a queue are delayed: the emulated SQS has them come at once. */
export const endDelays = async ({ clients: { sqs } }: TestCloud, QueueUrl: string): Promise<void> => {
  await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { 'virtguard:delay-is-over': 'yes' } }))
}
