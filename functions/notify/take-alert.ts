import type { Alert } from '../../shared/alert/alert.ts'
import type { Taken } from '../../shared/aws/channels/channel-row.ts'
import { mayWaitForOthers, shortenPause, waitAfter } from '../../shared/channels/retries.ts'
import { getSentSk, type SentRow } from '../../shared/channels/row.ts'
import { getMessageId } from '../../shared/ledger/claimant.ts'
import { mayWaitUntil } from '../../shared/routing/before-stops.ts'
import { type ClaimedAlert, type Delivery, type Done, nextStopOf, postponeDelivery, wait } from './delivery.ts'
import { findBlocking, listOpens, putAll } from './order.ts'
import type { NotifyPorts } from './ports.ts'

/** An alert to send now, or a message that is finished for this time. */
export type Next = { readonly claimed: ClaimedAlert } | { readonly done: Done }

/** The time of a scheduled delivery, if it is still ahead and leaves time to act before an announced stop. */
const findScheduledDelivery = (alert: Alert, { channel, now }: NotifyPorts): string | undefined => {
  const at = alert.deliver?.find(delivery => delivery.channel === channel)?.at
  // Stryker disable next-line ConditionalExpression: an invalid time is never later
  if (at === undefined) return undefined
  const until = new Date(at)
  return until > now() && mayWaitUntil(alert, until) ? at : undefined
}

/** Schedules the delivery of an alert. Another call changes nothing. */
const schedule = async (at: string, { scheduleRelease, count }: NotifyPorts): Promise<Next> => {
  await scheduleRelease(at)
  count('ChannelHeld', 1)
  return { done: true }
}

/** A delivery that died after it had put the alert aside may not have made the schedule. */
const handleDone = async (row: SentRow, at: string | undefined, delivery: Delivery, ports: NotifyPorts) =>
  row.state === 'held' && at !== undefined && getMessageId(row.claimant) === delivery.messageId
    ? schedule(at, ports)
    : { done: true }

/** How long to wait for another delivery. */
export const countSecondsUntil = (at: Date, now: Date): number =>
  Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000))

export const handleTakenElsewhere = (
  delivery: Delivery,
  { until }: Extract<Taken, { kind: 'busy' }>,
  ports: NotifyPorts,
): Promise<false> => postponeDelivery(delivery, countSecondsUntil(until, ports.now()), ports)

/** Claims an alert: to send now, to schedule, or not at all if it was sent already. */
export const claimAlert = async (alert: Alert, delivery: Delivery, ports: NotifyPorts): Promise<Next> => {
  const sk = getSentSk(alert)
  const at = findScheduledDelivery(alert, ports)
  const taken = await ports.rows.take(sk, { claimant: delivery.claimant, now: ports.now() })
  if (taken.kind === 'done') return handleDone(taken.row, at, delivery, ports)
  if (taken.kind === 'busy') return { done: await handleTakenElsewhere(delivery, taken, ports) }
  const { row } = taken
  if (at !== undefined) {
    await ports.rows.hold({ at, alert, row, now: ports.now() })
    return schedule(at, ports)
  }
  const claimed = { delivery, row, alert, open: listOpens(alert, sk) }
  await putAll(claimed.open, ports)
  const why = await findBlocking(alert, claimed.open, ports)
  return why === undefined ? { claimed } : waitForOthers(claimed, why, ports)
}

const waitForOthers = async (claimed: ClaimedAlert, why: string, ports: NotifyPorts): Promise<Next> => {
  const now = ports.now()
  const nextStop = nextStopOf(claimed, now)
  const { waits } = claimed.row
  if (!mayWaitForOthers({ nextStop, waits })) return { claimed }
  const seconds = shortenPause(waitAfter(waits), { nextStop, now, deliveries: claimed.delivery.count })
  return { done: await wait(claimed, { seconds, why, waits: waits + 1 }, ports) }
}
