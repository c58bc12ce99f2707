import type { Held } from '../../shared/aws/channels/held.ts'
import type { ChannelMessage } from '../../shared/channels/message.ts'
import type { Job } from '../../shared/channels/sending.ts'
import { type Delivery, type Done, postpone, type Turn } from './delivery.ts'
import { rememberThreads } from './order.ts'
import type { NotifyPorts } from './ports.ts'
import { sendParcel } from './send-parcel.ts'
import { takenElsewhere } from './take-alert.ts'

type Flush = Extract<ChannelMessage, { kind: 'flush' }>

/** So many alerts in one digest; what is more comes in another one after it. */
const PER_DIGEST = 500

const SK = 'flush'

const jobOf = (held: readonly Held[]): Job | undefined => {
  const alerts = held.map(({ alert }) => alert)
  const [alert, second] = alerts
  if (alert === undefined) return undefined
  return second === undefined ? { kind: 'alert', alert } : { kind: 'digest', alerts }
}

/** Written down as soon as it is out: what dies before is told once more. */
const arrived = async (held: readonly Held[], ref: string | undefined, ports: NotifyPorts): Promise<void> => {
  const { rows, now, manners } = ports
  const alerts = held.map(({ alert }) => alert)
  if (manners.threads && ref !== undefined) await rememberThreads(alerts, { ref, now: now() }, ports)
  await rows.forgetHeld(held, { ref, at: now() })
  ports.count('ChannelSent', held.length)
}

/** Tells what was held until then, in one message. Says whether the flush is done; done again, there is nothing to tell. */
export const flush = async ({ at }: Flush, delivery: Delivery, ports: NotifyPorts): Promise<Done> => {
  const { rows, now } = ports
  const taken = await rows.take(SK, { claimant: delivery.claimant, now: now() })
  if (taken.kind === 'busy') return takenElsewhere(delivery, taken, ports)
  if (taken.kind === 'done') return true
  const turn: Turn = { delivery, row: taken.row, open: [] }
  const held = await rows.heldUntil({ at, limit: PER_DIGEST })
  const job = jobOf(held)
  let out = false
  if (job !== undefined) {
    const write = async (ref: string | undefined): Promise<void> => {
      await arrived(held, ref, ports)
      out = true
    }
    const [done] = await sendParcel({ turns: [turn], job, arrived: write }, ports)
    // Parked, it comes back when a person sends it back; what is held stays until then.
    if (!out) return done === true
  }
  await rows.remove(taken.row)
  return held.length < PER_DIGEST || postpone(delivery, 1, ports)
}
