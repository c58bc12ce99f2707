import { Duration, Stack } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { RULES } from '../shared/rules/registry.ts'
import { guardMetric } from './metrics.ts'
import type { Parts } from './parts.ts'

const period = Duration.minutes(5)

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8, height: 6 })

/** One page: what was found, whether the flow moves, whether anything is parked. */
export const guardDashboard = (scope: Construct, parts: Parts): void => {
  const { launches, alerted, evaluate, confirm, alerts, parked } = parts
  const functions = [evaluate, confirm]
  new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
    widgets: [
      [
        graph('Launches seen, alerts sent', [
          guardMetric('LaunchesSeen'),
          alerts.metricNumberOfMessagesPublished({ period }),
        ]),
        graph(
          'Findings by rule',
          RULES.map(({ id }) => guardMetric('Findings', { rule: id }).with({ label: id })),
        ),
        graph('Not known, not readable', [guardMetric('Unknown'), guardMetric('UnreadableEvents')]),
      ],
      [
        graph(
          'Waiting longest (seconds)',
          [launches, alerted].map(q => q.metricApproximateAgeOfOldestMessage({ period })),
        ),
        graph(
          'Function duration, p99',
          functions.map(fn => fn.metricDuration({ period, statistic: 'p99' })),
        ),
        graph(
          'Function errors and throttles',
          functions.flatMap(fn => [fn.metricErrors({ period }), fn.metricThrottles({ period })]),
        ),
      ],
      [
        graph(
          'Parked messages',
          Object.values(parked).map(q => q.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' })),
        ),
        graph('Alerts that a subscriber did not get', [alerts.metricNumberOfNotificationsFailed({ period })]),
      ],
    ],
  })
}
