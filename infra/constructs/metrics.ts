import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { prefixLater } from './names.ts'

export type GuardMetric =
  | 'LaunchesSeen'
  | 'Findings'
  | 'Unknown'
  | 'UnreadableEvents'
  | 'PolicyInvalid'
  | 'PolicyUnannounced'
  | 'StopsRequested'
  | 'StopsRefused'
  | 'RefusedByTag'
  | 'RefusedAgain'
  | 'StopsFailed'
  | 'BudgetSpent'
  | 'ChannelSent'
  | 'ChannelFailed'
  | 'ChannelRefused'
  | 'ChannelHeld'
  | 'SweepInstances'
  | 'SweepUnknown'
  | 'SweepNotCovered'
  | 'ChannelsLeftBehind'
  | 'RegionDeaf'
  | 'SubscriptionsMissing'
  | 'SpokesUnreadable'
  | 'HookProblems'

/** Where the functions of a stack without a prefix count. */
export const METRICS_NAMESPACE = 'virtguard'

/** A metric that the functions write to their logs (Powertools, embedded metric format), summed over five minutes. */
export const guardMetric = (metricName: GuardMetric, dimensions: Readonly<Record<string, string>> = {}): Metric =>
  new Metric({
    namespace: prefixLater(METRICS_NAMESPACE),
    metricName,
    dimensionsMap: { service: 'virtguard', ...dimensions },
    statistic: 'Sum',
    period: Duration.minutes(5),
  })
