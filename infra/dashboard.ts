import { Duration, Stack } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { RULES } from '../shared/rules/registry.ts'
import type { ChannelsParts } from './channel-parts.ts'
import { type GuardMetric, guardMetric } from './metrics.ts'
import type { Parts, StopParts, SweepParts } from './parts.ts'

const period = Duration.minutes(5)

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8, height: 6 })

const findings = ({ alerts }: Parts): IWidget[] => [
  graph('Launches seen, alerts sent', [
    guardMetric('LaunchesSeen'),
    alerts.metricNumberOfMessagesPublished({ period }),
  ]),
  graph(
    'Findings by rule',
    RULES.map(({ id }) => guardMetric('Findings', { rule: id }).with({ label: id })),
  ),
  graph('Not known, not readable', [
    guardMetric('Unknown'),
    guardMetric('UnreadableEvents'),
    guardMetric('PolicyInvalid'),
    guardMetric('PolicyUnannounced'),
  ]),
]

const flow = ({ launches, alerted, evaluate, confirm, sweeping, stopping, channels }: Parts): IWidget[] => {
  const each = channels?.each ?? []
  const queues = [
    ...[launches, alerted, sweeping.sweeps, ...(stopping === undefined ? [] : [stopping.stops])],
    ...each.map(({ queue }) => queue),
  ]
  const functions = [
    ...[evaluate, confirm, sweeping.sweep, ...(stopping === undefined ? [] : [stopping.enforce])],
    ...each.map(({ notify }) => notify),
  ]
  return [
    graph(
      'Waiting longest (seconds)',
      queues.map(q => q.metricApproximateAgeOfOldestMessage({ period })),
    ),
    graph(
      'Function duration, p99',
      functions.map(fn => fn.metricDuration({ period, statistic: 'p99' })),
    ),
    graph(
      'Function errors and throttles',
      functions.flatMap(fn => [fn.metricErrors({ period }), fn.metricThrottles({ period })]),
    ),
  ]
}

const failures = ({ alerts, parked, sweeping, stopping, channels }: Parts): IWidget[] => [
  graph(
    'Parked messages',
    [
      ...Object.values({ ...parked, ...sweeping.parked, ...stopping?.parked }),
      ...(channels?.each ?? []).map(({ undelivered }) => undelivered),
    ].map(q => q.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' })),
  ),
  graph('Alerts that a subscriber did not get', [alerts.metricNumberOfNotificationsFailed({ period })]),
]

// Of the region of the stack; the log has those of the others.
const sweeps = ({ schedules }: SweepParts, scope: Construct): IWidget[] => {
  const here = { region: Stack.of(scope).region }
  return [
    graph('Instances seen by a sweep', [guardMetric('SweepInstances', here)]),
    graph('Not known to a sweep', [
      guardMetric('SweepUnknown', here),
      guardMetric('SweepNotCovered'),
      guardMetric('RegionDeaf'),
    ]),
    graph('Sweeps begun by schedule, in vain', [
      schedules.metricAttempts({ period, statistic: 'Sum' }),
      schedules.metricTargetErrors({ period }),
    ]),
  ]
}

const stops = ({ schedules }: StopParts): IWidget[] => [
  graph('Stops requested', [guardMetric('StopsRequested')]),
  graph('Stops not made', [
    guardMetric('StopsRefused'),
    guardMetric('RefusedByTag'),
    guardMetric('StopsFailed'),
    guardMetric('BudgetSpent'),
  ]),
  graph('Schedules carried out, in vain', [
    schedules.metricAttempts({ period, statistic: 'Sum' }),
    schedules.metricTargetErrors({ period }),
  ]),
]

// Each channel counts for itself; the names of its metrics have a dimension.
const told = ({ each, schedules }: ChannelsParts): IWidget[] => {
  const of = (metric: GuardMetric): IMetric[] =>
    each.map(({ name }) => guardMetric(metric, { channel: name }).with({ label: name }))
  return [
    graph('Alerts told, by channel', of('ChannelSent')),
    graph('Not told: failed and tried again', of('ChannelFailed')),
    graph('Not told: refused', of('ChannelRefused')),
    ...(schedules === undefined ? [] : [graph('Held', of('ChannelHeld'))]),
  ]
}

/** One page: what was found, whether the flow moves, whether anything is parked, and what was stopped. */
export const guardDashboard = (scope: Construct, parts: Parts): void => {
  const { stopping, sweeping, channels } = parts
  new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
    widgets: [
      findings(parts),
      flow(parts),
      failures(parts),
      sweeps(sweeping, scope),
      ...(stopping === undefined ? [] : [stops(stopping)]),
      ...(channels === undefined ? [] : [told(channels)]),
    ],
  })
}
