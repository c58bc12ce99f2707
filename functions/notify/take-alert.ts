import type { Alert } from '../../shared/alert/alert.ts'
import type { Taken } from '../../shared/aws/channels/channel-row.ts'
import { waitAfter } from '../../shared/channels/retries.ts'
import { type SentRow, sentSk } from '../../shared/channels/row.ts'
import { messageOf } from '../../shared/ledger/claimant.ts'
import { mayBeHeldUntil } from '../../shared/routing/before-stops.ts'
import { type Delivery, type Done, postpone, type Turn, wait } from './delivery.ts'
import { behind, opensOf, putAll } from './order.ts'
import type { NotifyPorts } from './ports.ts'

/** A turn to send now; or the message is settled for this time. */
export type Next = { readonly turn: Turn } | { readonly done: Done }

/** Until when an alert is held, where that is still to come and leaves time to act before what it announces. */
const heldFor = (alert: Alert, { channel, now }: NotifyPorts): string | undefined => {
  const at = alert.deliver?.find(delivery => delivery.channel === channel)?.at
  // Stryker disable next-line ConditionalExpression: a time that is none is never later
  if (at === undefined) return undefined
  const until = new Date(at)
  return until > now() && mayBeHeldUntil(alert, until) ? at : undefined
}

/** Sees to it that it will be told; done again, it changes nothing. */
const schedule = async (at: string, { scheduleFlush, count }: NotifyPorts): Promise<Next> => {
  await scheduleFlush(at)
  count('ChannelHeld', 1)
  return { done: true }
}

/** What died after it had put the alert aside may not have made the schedule. */
const doneBefore = async (row: SentRow, at: string | undefined, delivery: Delivery, ports: NotifyPorts) =>
  row.state === 'held' && at !== undefined && messageOf(row.claimant) === delivery.messageId
    ? schedule(at, ports)
    : { done: true }

/** How long to leave somebody else at it. */
export const secondsUntil = (at: Date, now: Date): number =>
  Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000))

export const takenElsewhere = (
  delivery: Delivery,
  { until }: Extract<Taken, { kind: 'busy' }>,
  ports: NotifyPorts,
): Promise<false> => postpone(delivery, secondsUntil(until, ports.now()), ports)

/** Takes an alert for telling: now, later or, where it was told already, not at all. */
export const takeAlert = async (alert: Alert, delivery: Delivery, ports: NotifyPorts): Promise<Next> => {
  const sk = sentSk(alert)
  const at = heldFor(alert, ports)
  const taken = await ports.rows.take(sk, { claimant: delivery.claimant, now: ports.now() })
  if (taken.kind === 'done') return doneBefore(taken.row, at, delivery, ports)
  if (taken.kind === 'busy') return { done: await takenElsewhere(delivery, taken, ports) }
  const { row } = taken
  if (at !== undefined) {
    await ports.rows.hold({ at, alert, row, now: ports.now() })
    return schedule(at, ports)
  }
  const turn = { delivery, row, alert, open: opensOf(alert, sk) }
  await putAll(turn.open, ports)
  const why = await behind(alert, turn.open, ports)
  if (why === undefined) return { turn }
  const waits = row.waits + 1
  return { done: await wait(turn, { seconds: waitAfter(row.waits), why, waits }, ports) }
}
