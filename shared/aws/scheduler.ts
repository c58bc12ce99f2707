import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'

/** The group of schedules and their role, which may put a message on the queue of stops, and nothing else. */
export type Scheduler = {
  readonly client: SchedulerClient
  readonly group: string
  /** The role that EventBridge Scheduler takes on to write to the queue. */
  readonly roleArn: string
  readonly queueArn: string
  /** The queue for messages that EventBridge Scheduler cannot deliver. */
  readonly undeliveredArn: string
  readonly now: () => Date
}

export type Appointment = { readonly name: string; readonly at: Date; readonly message: string }

/** A schedule is made for the future only, because AWS does not document what happens to one whose time has passed. */
const LEAD_MS = 15_000

/** At most 64 of these characters (EventBridge Scheduler API reference, CreateSchedule). */
const nameOf = (name: string): string => name.replace(/[^0-9A-Za-z_.-]/g, '-').slice(0, 64)

const formatAtExpression = (at: Date): string => `at(${at.toISOString().slice(0, 19)})`

/** A launch of a thousand instances makes a thousand schedules, and in most regions 250 a second are allowed. */
export const createSchedulerClient = (): SchedulerClient => new SchedulerClient({ maxAttempts: 8 })

/**
 * Puts a message on the queue of stops once, within the minute of `at` (EventBridge Scheduler user guide, 60 second
 * precision), and then deletes the schedule. An existing schedule of that name is the same one, and no error. Throws
 * what EventBridge Scheduler throws.
 */
export const scheduleOnce = async (scheduler: Scheduler, { name, at, message }: Appointment): Promise<void> => {
  const { client, group, roleArn, queueArn, undeliveredArn, now } = scheduler
  const soonest = now().getTime() + LEAD_MS
  try {
    await client.send(
      new CreateScheduleCommand({
        Name: nameOf(name),
        GroupName: group,
        ScheduleExpression: formatAtExpression(new Date(Math.max(at.getTime(), soonest))),
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: queueArn,
          RoleArn: roleArn,
          Input: message,
          DeadLetterConfig: { Arn: undeliveredArn },
        },
      }),
    )
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error
  }
}
