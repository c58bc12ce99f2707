import { type AlarmSpec, createDeadLetterMetric, period } from '../../constructs/alarm-spec.ts'
import type { ChannelParts, ChannelsParts } from '../../constructs/channel-parts.ts'

// One that waits for its thread does so for a quarter of an hour, and one that failed again and again as long.
const LATE_SECONDS = 3_600

const listChannelAlarms = ({ id, name, queue, undelivered }: ChannelParts): readonly AlarmSpec[] => [
  {
    id: `Undelivered${id}Parked`,
    metric: createDeadLetterMetric(undelivered),
    above: 0,
    text: `Alerts could not be sent to the channel ${name}. Read the reason on the message, repair it, then redrive them.`,
    runbook: 'undelivered-channel',
  },
  {
    id: `Channel${id}Late`,
    metric: queue.metricApproximateAgeOfOldestMessage({ period }),
    above: LATE_SECONDS,
    text: `Alerts wait for more than an hour for the channel ${name}. See what its function says in its log.`,
    runbook: 'channel-late',
  },
]

/** Alarms on the functions and queues of channels. */
export const defineChannelAlarms = ({ each, schedules }: ChannelsParts): readonly AlarmSpec[] => [
  ...each.flatMap(listChannelAlarms),
  ...(schedules === undefined
    ? []
    : [
        {
          // EventBridge Scheduler tries for 24 hours before it gives up.
          id: 'HeldUndeliverable',
          metric: schedules.metricTargetErrors({ period }),
          above: 0,
          text: 'EventBridge Scheduler cannot release scheduled deliveries. Repair the queue of the channel and its role.',
          runbook: 'held-undeliverable',
        },
      ]),
]
