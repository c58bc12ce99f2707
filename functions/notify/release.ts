import type { ScheduledDelivery } from '../../shared/aws/channels/scheduled-deliveries.ts'
import type { ChannelMessage } from '../../shared/channels/message.ts'
import type { Job } from '../../shared/channels/sending.ts'
import { type ClaimedAlert, type Delivery, type Done, postponeDelivery } from './delivery.ts'
import { rememberThreads } from './order.ts'
import type { NotifyPorts } from './ports.ts'
import { sendOutgoing } from './send-message.ts'
import { handleTakenElsewhere } from './take-alert.ts'

type Flush = Extract<ChannelMessage, { kind: 'flush' }>

/** So many alerts in one digest; what is more comes in another one after it. */
const PER_DIGEST = 500

const SK = 'flush'

const createJob = (scheduled: readonly ScheduledDelivery[]): Job | undefined => {
  const alerts = scheduled.map(({ alert }) => alert)
  const [alert, second] = alerts
  if (alert === undefined) return undefined
  return second === undefined ? { kind: 'alert', alert } : { kind: 'digest', alerts }
}

/** Written down as soon as it is out: what dies before is told once more. */
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

/** Tells what was held until then, in one message. Says whether the flush is done; done again, there is nothing to tell. */
export const flush = async ({ at }: Flush, delivery: Delivery, ports: NotifyPorts): Promise<Done> => {
  const { rows, now } = ports
  const taken = await rows.take(SK, { claimant: delivery.claimant, now: now() })
  if (taken.kind === 'busy') return handleTakenElsewhere(delivery, taken, ports)
  if (taken.kind === 'done') return true
  const scheduled = await rows.heldUntil({ at, limit: PER_DIGEST })
  const released = scheduled.map(({ alert }) => alert)
  const turn: ClaimedAlert = { delivery, row: taken.row, released, open: [] }
  const job = createJob(scheduled)
  let out = false
  if (job !== undefined) {
    const write = async (ref: string | undefined): Promise<void> => {
      await recordArrivals(scheduled, ref, ports)
      out = true
    }
    const [done] = await sendOutgoing({ turns: [turn], job, arrived: write }, ports)
    // Parked, it comes back when a person sends it back; what is held stays until then.
    if (!out) return done === true
  }
  await rows.remove(taken.row)
  return scheduled.length < PER_DIGEST || postponeDelivery(delivery, 1, ports)
}
