import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Policy } from '../../shared/policy/policy.ts'
import type { ChannelsParts } from './channel-parts.ts'
import type { GuardFunction } from './guard-function.ts'

/** The parts that stop. */
export type StopParts = {
  readonly stops: Queue
  readonly deadLettered: { readonly failedStops: Queue; readonly undeliveredStops: Queue }
  readonly enforce: GuardFunction
  readonly schedules: ScheduleGroup
}

/** The metrics of what begins the daily sweep. */
export type SweepStarts = Pick<ScheduleGroup, 'metricAttempts' | 'metricTargetErrors'>

/** The parts that sweep. */
export type SweepParts = {
  readonly sweeps: Queue
  /** The topic for requests for a sweep from functions without a client of SQS. */
  readonly requests: Topic
  readonly deadLettered: { readonly failedSweeps: Queue; readonly undeliveredSweeps: Queue }
  readonly sweep: GuardFunction
  /** Absent if no sweep begins by itself. */
  readonly schedules?: SweepStarts
}

/** The parts of the stack for alarms, dashboard and outputs. */
export type Parts = {
  readonly launches: Queue
  readonly alerted: Queue
  /** The dead letter queues. */
  readonly deadLettered: {
    readonly undeliveredEvents: Queue
    readonly failedLaunches: Queue
    readonly undeliveredAlerts: Queue
    readonly failedConfirmations: Queue
  }
  readonly evaluate: GuardFunction
  readonly confirm: GuardFunction
  readonly alerts: Topic
  /** The topic of alarms, and of changes by operators. */
  readonly operations: Topic
  /** The receivers of alerts whatever the policy says: addresses, your own subscribers, or only the channels. */
  readonly readers: 'addresses' | 'subscribers' | 'channels'
  readonly ledger: Table
  readonly sweeping: SweepParts
  /** Whether the accounts of an organization send their events. */
  readonly isHub: boolean
  /** Only if the policy has a rule on enforce. */
  readonly stopping?: StopParts
  readonly policy: Policy
  /** The function that CloudFormation asks. Only if the settings ask for it. */
  readonly hook?: GuardFunction
  /** Only if the policy has channels. */
  readonly channels?: ChannelsParts
}
