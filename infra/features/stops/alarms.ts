import { type AlarmSpec, createDeadLetterMetric, period } from '../../constructs/alarm-spec.ts'
import { guardMetric } from '../../constructs/metrics.ts'
import type { StopParts } from '../../constructs/parts.ts'

const outcomeAlarms: readonly AlarmSpec[] = [
  {
    id: 'StopsFailed',
    metric: guardMetric('StopsFailed'),
    above: 0,
    text: 'An instance that was to be stopped may still run. Its alert and the ledger say why: stop it by hand if it must.',
    runbook: 'stops-failed',
  },
  {
    id: 'BudgetSpent',
    metric: guardMetric('BudgetSpent'),
    above: 0,
    text: 'More stops were due than the budget allows, and those over it were not made. See what launches so many.',
    runbook: 'budget-spent',
  },
]

/** Alarms on stops. */
export const stopAlarms = ({ stops, deadLettered, schedules }: StopParts): readonly AlarmSpec[] => [
  {
    id: 'FailedStopsParked',
    metric: createDeadLetterMetric(deadLettered.failedStops),
    above: 0,
    text: 'Messages of stops failed ten times in Enforce. Read why in its log, then redrive them.',
    runbook: 'failed-stops',
  },
  {
    id: 'UndeliveredStopsParked',
    metric: createDeadLetterMetric(deadLettered.undeliveredStops),
    above: 0,
    text: 'Messages of stops could not be put into the Stops queue. Repair the queue and its role, then move them there.',
    runbook: 'undelivered-stops',
  },
  {
    // EventBridge Scheduler tries for 24 hours before it gives up.
    id: 'StopsUndeliverable',
    metric: schedules.metricTargetErrors({ period }),
    above: 0,
    text: 'EventBridge Scheduler cannot write to the Stops queue: stops that are due wait. Repair the queue and its role.',
    runbook: 'undelivered-stops',
  },
  {
    id: 'StopsLate',
    metric: stops.metricApproximateAgeOfOldestMessage({ period }),
    above: 600,
    text: 'Stops wait for more than ten minutes to be processed. See whether Enforce fails, is throttled or is flooded.',
    runbook: 'stops-late',
  },
  ...outcomeAlarms,
]
