import type { ScheduledDelivery } from '../../shared/aws/channels/scheduled-deliveries.ts'
import type { ChannelMessage } from '../../shared/channels/message.ts'
import type { Job } from '../../shared/channels/sending.ts'
import { type ClaimedAlert, type Delivery, type Done, postponeDelivery } from './delivery.ts'
import { rememberThreads } from './order.ts'
import type { ChannelProfile, NotifyPorts } from './ports.ts'
import { sendOutgoing } from './send-message.ts'
import { handleTakenElsewhere } from './take-alert.ts'

type Release = Extract<ChannelMessage, { kind: 'flush' }>

/** The limit of alerts in one digest. The others come in another one after it. */
const PER_DIGEST = 500

const SK = 'flush'

const compareByStop = ({ alert: a }: ScheduledDelivery, { alert: b }: ScheduledDelivery): number =>
  (a.stops?.[0]?.at ?? '') < (b.stops?.[0]?.at ?? '') ? -1 : 1

/**
 * The alerts that share one message: of those that announce stops not more than it surely names, the earliest first. The
 * others of them come in the next message.
 */
const selectForDigest = (
  scheduled: readonly ScheduledDelivery[],
  { stopsPerDigest }: ChannelProfile,
): readonly ScheduledDelivery[] => {
  const announcing = scheduled.filter(({ alert: { stops = [] } }) => stops.length > 0)
  const later = new Set(announcing.toSorted(compareByStop).slice(stopsPerDigest))
  return scheduled.filter(one => !later.has(one))
}

const createJob = (scheduled: readonly ScheduledDelivery[]): Job | undefined => {
  const alerts = scheduled.map(({ alert }) => alert)
  const [alert, second] = alerts
  if (alert === undefined) return undefined
  return second === undefined ? { kind: 'alert', alert } : { kind: 'digest', alerts }
}

/** Recorded as soon as it is sent. If the function dies before, the digest is sent once more. */
const recordArrivals = async (
  scheduled: readonly ScheduledDelivery[],
  ref: string | undefined,
  ports: NotifyPorts,
): Promise<void> => {
  const { rows, now, profile } = ports
  const alerts = scheduled.map(({ alert }) => alert)
  if (profile.threads && ref !== undefined) await rememberThreads(alerts, { ref, now: now() }, ports)
  await rows.deleteScheduled(scheduled, { ref, at: now() })
  ports.count('ChannelSent', scheduled.length)
}

/**
 * Sends the alerts that were scheduled until then, in one message. Returns whether the release is done. Another call
 * finds nothing to send.
 */
export const releaseScheduled = async ({ at }: Release, delivery: Delivery, ports: NotifyPorts): Promise<Done> => {
  const { rows, now } = ports
  const taken = await rows.take(SK, { claimant: delivery.claimant, now: now() })
  if (taken.kind === 'busy') return handleTakenElsewhere(delivery, taken, ports)
  if (taken.kind === 'done') return true
  const due = await rows.scheduledUntil({ at, limit: PER_DIGEST })
  const scheduled = selectForDigest(due, ports.profile)
  const released = scheduled.map(({ alert }) => alert)
  const claimed: ClaimedAlert = { delivery, row: taken.row, released, open: [] }
  const job = createJob(scheduled)
  let out = false
  if (job !== undefined) {
    const write = async (ref: string | undefined): Promise<void> => {
      await recordArrivals(scheduled, ref, ports)
      out = true
    }
    const [done] = await sendOutgoing({ claims: [claimed], job, arrived: write }, ports)
    // A dead-lettered release comes back with a redrive. The scheduled alerts stay until then.
    if (!out) return done === true
  }
  await rows.remove(taken.row)
  const isLast = scheduled.length === due.length && due.length < PER_DIGEST
  return isLast || postponeDelivery(delivery, 1, ports)
}
