import { type AlarmSpec, createDeadLetterMetric, period } from '../../constructs/alarm-spec.ts'
import { guardMetric } from '../../constructs/metrics.ts'
import type { SweepParts, SweepStarts } from '../../constructs/parts.ts'

/** What a sweep counts that a person has to look at. */
const listCountedAlarms = (): readonly AlarmSpec[] => [
  {
    id: 'SweepNotCovered',
    metric: guardMetric('SweepNotCovered'),
    above: 0,
    text: 'A region could not be swept to its end: some of its instances are not known. The log of Sweep says why.',
    runbook: 'sweep-not-covered',
  },
  {
    id: 'ChannelsLeftBehind',
    metric: guardMetric('ChannelsLeftBehind'),
    above: 0,
    text: 'A channel was removed while alerts waited for it, and no function sends them. The log of Sweep says which and where.',
    runbook: 'channels-left-behind',
  },
  {
    id: 'RegionDeaf',
    metric: guardMetric('RegionDeaf'),
    above: 0,
    text: 'Instances were launched in a region that sends no events: launches there are not evaluated. The log of Sweep says which. See whether the trail logs and the rules of EventBridge are on.',
    runbook: 'region-deaf',
  },
  {
    id: 'SubscriptionsMissing',
    metric: guardMetric('SubscriptionsMissing'),
    above: 0,
    daily: true,
    text: 'Subscriptions to the topic of alerts are missing: nobody gets the alerts of rules that stop, or a queue of the stack does not. The log of Sweep says which.',
    runbook: 'subscriptions-missing',
  },
]

const watchStarts = (schedules: SweepStarts): AlarmSpec => ({
  // EventBridge Scheduler tries for 24 hours before it gives up.
  id: 'SweepsUndeliverable',
  metric: schedules.metricTargetErrors({ period }),
  above: 0,
  text: 'EventBridge Scheduler cannot write to the Sweeps queue, so the daily sweep waits. Repair the queue and its role.',
  runbook: 'undelivered-sweeps',
})

/** Alarms on what sweeps. */
export const sweepAlarms = ({ sweeps, deadLettered, schedules }: SweepParts): readonly AlarmSpec[] => [
  {
    id: 'FailedSweepsParked',
    metric: createDeadLetterMetric(deadLettered.failedSweeps),
    above: 0,
    text: 'Messages of sweeps failed ten times in Sweep: a region was not swept to its end. Read its log, then redrive them.',
    runbook: 'failed-sweeps',
  },
  {
    id: 'UndeliveredSweepsParked',
    metric: createDeadLetterMetric(deadLettered.undeliveredSweeps),
    above: 0,
    text: 'Messages could not be put into the Sweeps queue, so a sweep has not begun. Repair the queue, then move them there.',
    runbook: 'undelivered-sweeps',
  },
  ...(schedules === undefined ? [] : [watchStarts(schedules)]),
  {
    // One that failed comes back after half an hour.
    id: 'SweepsLate',
    metric: sweeps.metricApproximateAgeOfOldestMessage({ period }),
    above: 7200,
    text: 'A message of a sweep waits for more than two hours. See whether Sweep fails, is throttled or is flooded.',
    runbook: 'late-messages',
  },
  ...listCountedAlarms(),
]
