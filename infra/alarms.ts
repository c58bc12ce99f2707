import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Construct } from 'constructs'
import { type AlarmSpec, createDeadLetterMetric, period } from './constructs/alarm-spec.ts'
import { guardMetric } from './constructs/metrics.ts'
import type { Parts } from './constructs/parts.ts'
import { defineChannelAlarms } from './features/channels/alarms.ts'
import { defineHookAlarms } from './features/hook/alarms.ts'
import { stopAlarms } from './features/stops/alarms.ts'
import { sweepAlarms } from './features/sweeps/alarms.ts'

const defineDeadLetterAlarms = ({ deadLettered }: Parts): readonly AlarmSpec[] => [
  {
    id: 'UndeliveredEventsParked',
    metric: createDeadLetterMetric(deadLettered.undeliveredEvents),
    above: 0,
    text: 'EventBridge could not put events of EC2 into the Launches queue. Repair the queue, then move them there.',
    runbook: 'undelivered-events',
  },
  {
    id: 'FailedLaunchesParked',
    metric: createDeadLetterMetric(deadLettered.failedLaunches),
    above: 0,
    text: 'Evaluate failed ten times on events, so their launches were not evaluated. Read why in its log, then redrive them.',
    runbook: 'failed-launches',
  },
  {
    id: 'UndeliveredAlertsParked',
    metric: createDeadLetterMetric(deadLettered.undeliveredAlerts),
    above: 0,
    text: 'SNS could not deliver alerts to the Alerted queue. Repair the queue, then move them there.',
    runbook: 'undelivered-alerts',
  },
  {
    id: 'FailedConfirmationsParked',
    metric: createDeadLetterMetric(deadLettered.failedConfirmations),
    above: 0,
    text: 'Alerts went out, but Confirm failed ten times to mark them in the ledger. Read its log, then redrive them.',
    runbook: 'failed-confirmations',
  },
]

// One failed invocation is retried by itself; errors that go on are not.
const defineFunctionAlarms = ({ evaluate, confirm, sweeping, stopping, channels }: Parts): readonly AlarmSpec[] =>
  [
    { name: 'Evaluate', fn: evaluate },
    { name: 'Confirm', fn: confirm },
    { name: 'Sweep', fn: sweeping.sweep },
    ...(stopping === undefined ? [] : [{ name: 'Enforce', fn: stopping.enforce }]),
    ...(channels?.each ?? []).map(({ id, notify }) => ({ name: `Notify${id}`, fn: notify })),
  ].flatMap(({ name, fn }) => [
    {
      id: `${name}Errors`,
      metric: fn.metricErrors({ period }),
      above: 0,
      ofThree: 2,
      text: `${name} keeps failing. Its messages are retried and then dead-lettered: read its log now.`,
      runbook: 'function-errors',
    },
    {
      id: `${name}Throttles`,
      metric: fn.metricThrottles({ period }),
      above: 0,
      ofThree: 2,
      text: `${name} gets no capacity to run. See what else uses the account's Lambda concurrency.`,
      runbook: 'function-throttles',
    },
  ])

// A message that failed comes back after three minutes: older than ten means that the guard is behind.
const defineFlowAlarms = ({ launches, alerted, alerts }: Parts): readonly AlarmSpec[] => [
  {
    id: 'LaunchesLate',
    metric: launches.metricApproximateAgeOfOldestMessage({ period }),
    above: 600,
    text: 'Launches wait for more than ten minutes to be evaluated. See whether Evaluate fails, is throttled or is flooded.',
    runbook: 'late-messages',
  },
  {
    id: 'ConfirmationsLate',
    metric: alerted.metricApproximateAgeOfOldestMessage({ period }),
    above: 600,
    text: 'Alerts wait for more than ten minutes to be marked in the ledger. See whether Confirm fails or is throttled.',
    runbook: 'late-messages',
  },
  {
    id: 'AlertsNotDelivered',
    metric: alerts.metricNumberOfNotificationsFailed({ period }),
    above: 0,
    text: 'SNS gave up on delivering alerts to a subscriber. The findings are in the ledger: repair the subscription.',
    runbook: 'alerts-not-delivered',
  },
  {
    id: 'EventsUnreadable',
    metric: guardMetric('UnreadableEvents'),
    above: 0,
    text: 'Events came in a form that virtguard cannot read, so their launches were not evaluated. The log says which field.',
    runbook: 'unreadable-events',
  },
  {
    id: 'PolicyInvalid',
    metric: guardMetric('PolicyInvalid'),
    above: 0,
    text: 'The live policy is not valid. The last valid one is in force, and nothing is stopped: apply a valid one, or reset it.',
    runbook: 'policy-invalid',
  },
  {
    id: 'PolicyUnannounced',
    metric: guardMetric('PolicyUnannounced'),
    above: 0,
    text: 'The live policy or the emergency stop switch was changed, and operations got no message. Find out who writes to the ledger.',
    runbook: 'policy-unannounced',
  },
]

const defineHubAlarms = ({ isHub }: Parts): readonly AlarmSpec[] =>
  isHub
    ? [
        {
          id: 'SpokesUnreadable',
          metric: guardMetric('SpokesUnreadable'),
          above: 0,
          text: 'An account of the organization cannot be read: launches there are evaluated on the event alone. The log of Evaluate says which, and why.',
          runbook: 'spokes-unreadable',
        },
      ]
    : []

/** Alarms on the guard itself, each with what to do. Single metrics only; no data means that
 * nothing happened, which is fine, or that a metric which comes once a day is not due. */
export const guardAlarms = (scope: Construct, parts: Parts): void => {
  const action = new SnsAction(parts.operations)
  const ofSweeps = sweepAlarms(parts.sweeping)
  const ofStops = parts.stopping === undefined ? [] : stopAlarms(parts.stopping)
  const ofChannels = parts.channels === undefined ? [] : defineChannelAlarms(parts.channels)
  const ofHook = parts.hook === undefined ? [] : defineHookAlarms(parts.hook)
  const ofFlow = [...defineDeadLetterAlarms(parts), ...defineFunctionAlarms(parts), ...defineFlowAlarms(parts)]
  for (const spec of [...ofFlow, ...ofSweeps, ...ofStops, ...ofChannels, ...ofHook, ...defineHubAlarms(parts)]) {
    const alarm = new Alarm(scope, spec.id, {
      alarmDescription: `${spec.text} See docs/runbooks/${spec.runbook}.md`,
      metric: spec.metric,
      threshold: spec.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: spec.ofThree === undefined ? 1 : 3,
      datapointsToAlarm: spec.ofThree ?? 1,
      treatMissingData: spec.daily ? TreatMissingData.IGNORE : TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(action)
    alarm.addOkAction(action)
  }
}
