import { Duration } from 'aws-cdk-lib'
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Queue } from 'aws-cdk-lib/aws-sqs'

/** The metric, and the text for when it goes wrong. */
export type AlarmSpec = {
  readonly id: string
  readonly metric: Metric
  /** The alarm goes off above it. */
  readonly above: number
  /** The number of the last three periods that must be above. One of one by default. */
  readonly ofThree?: number
  /** Its metric comes once a day: without data the alarm stays as it is. */
  readonly daily?: true
  /** What is wrong and what to do first. */
  readonly text: string
  /** The name of its page under docs/runbooks. */
  readonly runbook: string
}

export const period = Duration.minutes(5)

/** How many messages lie in a queue that should be empty. */
export const createDeadLetterMetric = (queue: Queue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period })
