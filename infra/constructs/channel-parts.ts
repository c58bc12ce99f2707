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
  /** What waits to be told, what was held and is due. */
  readonly queue: Queue
  /** What could not be told. */
  readonly undelivered: Queue
  readonly notify: GuardFunction
  /** Only where the channel is a topic. */
  readonly topic?: Topic
}

/** The parts of all channels. */
export type ChannelsParts = {
  readonly each: readonly ChannelParts[]
  /** Only where alerts may be held. */
  readonly schedules?: ScheduleGroup
}
