import type { Alert } from '../../shared/alert/alert.ts'
import { isOfSweep } from '../../shared/alert/sweep-alert.ts'
import type { Open } from '../../shared/aws/channels/threads.ts'
import { isFollowUp } from '../../shared/channels/follow-up.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import type { NotifyPorts } from './ports.ts'

// A follow-up of more alerts than that (a start of a whole fleet) keeps the order of the first ones.
const RESOURCES_WATCHED = 25

/** As long as an alert may take from the topic to its queue, and more, its follow-up waits for it; then it stands alone. */
const UNSEEN_MS = 15 * 60_000

const listResources = ({ told: alerted }: Alert): readonly string[] => alerted.flatMap(({ resources }) => resources)

/** The earlier alerts that an alert follows. None if it is a first alert. */
export const listOpens = (alert: Alert, sent: string): readonly Open[] =>
  isFollowUp(alert)
    ? listResources(alert)
        .slice(0, RESOURCES_WATCHED)
        .map(resourceId => ({ resourceId, at: alert.at ?? alert.event.time, sent }))
    : []

export const putAll = async (opens: readonly Open[], { rows, now }: NotifyPorts): Promise<void> => {
  await mapConcurrent(opens, open => rows.putOpen(open, now()))
}

export const deleteAll = async (opens: readonly Open[], { rows }: NotifyPorts): Promise<void> => {
  await mapConcurrent(opens, open => rows.deleteOpen(open))
}

/** Why an alert has to wait for an earlier one. Undefined if it may be sent. */
export const findBlocking = async (
  alert: Alert,
  opens: readonly Open[],
  ports: NotifyPorts,
): Promise<string | undefined> => {
  if (opens.length === 0) return undefined
  const { rows, now } = ports
  const waiting = await mapConcurrent(opens, open => rows.isBehind(open, now()))
  if (waiting.includes(true)) return 'an earlier alert of the same resource has not been sent yet'
  // The alert of a finding that recurred, or that a sweep resolved, was sent long ago. The outcome of a stop follows the alert
  // that promised it.
  if (alert.kind !== 'outcome' || isOfSweep(alert)) return undefined
  const deliveries = await rows.deliveriesOfLaunch(alert)
  if (deliveries.some(({ state }) => state === 'open' || state === 'held'))
    return 'the alert that it follows has not been sent yet'
  const age = now().getTime() - new Date(alert.at ?? alert.event.time).getTime()
  return deliveries.length === 0 && age < UNSEEN_MS ? 'the alert that it follows has not been seen yet' : undefined
}

/** The message to which an alert replies: that of its first resource which was in one. */
export const findThread = async (opens: readonly Open[], { rows }: NotifyPorts): Promise<string | undefined> => {
  const threads = await mapConcurrent(opens, ({ resourceId }) => rows.threadOf(resourceId))
  return threads.find(thread => thread !== undefined)
}

/** Records which message has which resources. A reply stays with the message that began the thread. */
export const rememberThreads = async (
  alerts: readonly Alert[],
  { ref, now }: { readonly ref: string; readonly now: Date },
  { rows }: NotifyPorts,
): Promise<void> => {
  const resources = [...new Set(alerts.flatMap(listResources))]
  await mapConcurrent(resources, resourceId => rows.rememberThread({ resourceId, ref, now }))
}
