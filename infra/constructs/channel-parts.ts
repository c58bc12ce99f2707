import type { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Channel } from '../../shared/policy/policy.ts'
import type { GuardFunction } from './guard-function.ts'

/** The parts of one channel. */
export type ChannelParts = {
  readonly name: string
  /** The name as logical ids have it: `night-shift` is `NightShift`. */
  readonly id: string
  readonly channel: Channel
  /** Messages for the channel, and releases that are due. */
  readonly queue: Queue
  /** Messages that could not be sent. */
  readonly undelivered: Queue
  readonly notify: GuardFunction
  /** Only if the channel is a topic. */
  readonly topic?: Topic
}

/** The parts of all channels. */
export type ChannelsParts = {
  readonly each: readonly ChannelParts[]
  /** Only if alerts may be scheduled. */
  readonly schedules?: ScheduleGroup
}
