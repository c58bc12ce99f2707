import { Duration, Stack } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { RULES } from '../shared/rules/registry.ts'
import type { ChannelsParts } from './constructs/channel-parts.ts'
import { type GuardMetric, guardMetric } from './constructs/metrics.ts'
import type { Parts, StopParts, SweepParts } from './constructs/parts.ts'

const period = Duration.minutes(5)

const createGraph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: 8, height: 6 })

const createFindingWidgets = ({ alerts }: Parts): IWidget[] => [
  createGraph('Launches seen, alerts sent', [
    guardMetric('LaunchesSeen'),
    alerts.metricNumberOfMessagesPublished({ period }),
  ]),
  createGraph(
    'Findings by rule',
    RULES.map(({ id }) => guardMetric('Findings', { rule: id }).with({ label: id })),
  ),
  createGraph('Not known, not readable', [
    guardMetric('Unknown'),
    guardMetric('UnreadableEvents'),
    guardMetric('PolicyInvalid'),
    guardMetric('PolicyUnannounced'),
  ]),
]

const createFlowWidgets = ({
  launches,
  alerted,
  evaluate,
  confirm,
  sweeping,
  stopping,
  channels,
  hook,
}: Parts): IWidget[] => {
  const each = channels?.each ?? []
  const queues = [
    ...[launches, alerted, sweeping.sweeps, ...(stopping === undefined ? [] : [stopping.stops])],
    ...each.map(({ queue }) => queue),
  ]
  const functions = [
    ...[evaluate, confirm, sweeping.sweep, ...(stopping === undefined ? [] : [stopping.enforce])],
    ...each.map(({ notify }) => notify),
    ...(hook === undefined ? [] : [hook]),
  ]
  return [
    createGraph(
      'Oldest message (age in seconds)',
      queues.map(q => q.metricApproximateAgeOfOldestMessage({ period })),
    ),
    createGraph(
      'Function duration, p99',
      functions.map(fn => fn.metricDuration({ period, statistic: 'p99' })),
    ),
    createGraph(
      'Function errors and throttles',
      functions.flatMap(fn => [fn.metricErrors({ period }), fn.metricThrottles({ period })]),
    ),
  ]
}

const createFailureWidgets = ({ alerts, deadLettered, sweeping, stopping, channels }: Parts): IWidget[] => [
  createGraph(
    'Dead-lettered messages',
    [
      ...Object.values({ ...deadLettered, ...sweeping.deadLettered, ...stopping?.deadLettered }),
      ...(channels?.each ?? []).map(({ undelivered }) => undelivered),
    ].map(q => q.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' })),
  ),
  createGraph('Refused calls that were not alerted again', [guardMetric('RefusedAgain')]),
  createGraph('Alerts that a subscriber did not get', [alerts.metricNumberOfNotificationsFailed({ period })]),
]

// Of the region of the stack; the log has those of the others.
const createSweepWidgets = ({ schedules }: SweepParts, scope: Construct): IWidget[] => {
  const here = { region: Stack.of(scope).region }
  return [
    createGraph('Instances seen by a sweep', [guardMetric('SweepInstances', here)]),
    createGraph('Sweep gaps: unknown, not covered, no events', [
      guardMetric('SweepUnknown', here),
      guardMetric('SweepNotCovered'),
      guardMetric('RegionDeaf'),
    ]),
    ...(schedules === undefined
      ? []
      : [
          createGraph('Scheduled sweeps: started, failed to start', [
            schedules.metricAttempts({ period, statistic: 'Sum' }),
            schedules.metricTargetErrors({ period }),
          ]),
        ]),
  ]
}

const createStopWidgets = ({ schedules }: StopParts): IWidget[] => [
  createGraph('Stops requested', [guardMetric('StopsRequested')]),
  createGraph('Stops not made', [
    guardMetric('StopsRefused'),
    guardMetric('RefusedByTag'),
    guardMetric('StopsFailed'),
    guardMetric('BudgetSpent'),
  ]),
  createGraph('Stop schedules: run, failed', [
    schedules.metricAttempts({ period, statistic: 'Sum' }),
    schedules.metricTargetErrors({ period }),
  ]),
]

// Each channel counts for itself; the names of its metrics have a dimension.
const createChannelWidgets = ({ each, schedules }: ChannelsParts): IWidget[] => {
  const selectMetrics = (metric: GuardMetric): IMetric[] =>
    each.map(({ name }) => guardMetric(metric, { channel: name }).with({ label: name }))
  return [
    createGraph('Alerts sent, by channel', selectMetrics('ChannelSent')),
    createGraph('Alerts not sent: failed and retried', selectMetrics('ChannelFailed')),
    createGraph('Alerts not sent: refused', selectMetrics('ChannelRefused')),
    ...(schedules === undefined ? [] : [createGraph('Scheduled deliveries', selectMetrics('ChannelHeld'))]),
  ]
}

/** One page: what was found, whether the flow moves, whether anything is dead-lettered, and what was stopped. */
export const guardDashboard = (scope: Construct, parts: Parts): void => {
  const { stopping, sweeping, channels } = parts
  new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
    widgets: [
      createFindingWidgets(parts),
      createFlowWidgets(parts),
      createFailureWidgets(parts),
      createSweepWidgets(sweeping, scope),
      ...(stopping === undefined ? [] : [createStopWidgets(stopping)]),
      ...(channels === undefined ? [] : [createChannelWidgets(channels)]),
    ],
  })
}
