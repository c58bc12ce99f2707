import type { Alert } from '../../shared/alert/alert.ts'
import type { Open } from '../../shared/aws/channels/threads.ts'
import { explainGivingUp, getLeastPause, pauseAfter, shortenPause } from '../../shared/channels/retries.ts'
import type { SentRow } from '../../shared/channels/row.ts'
import { findNextStop } from '../../shared/routing/before-stops.ts'
import type { Delivery as SqsDelivery } from '../runtime/delivery.ts'
import { formatError } from '../runtime/one-line.ts'
import { deleteAll } from './order.ts'
import type { NotifyPorts } from './ports.ts'

/** One delivery of a message by SQS; `claimant` names it and no other delivery of the same message. */
export type Delivery = Pick<SqsDelivery, 'messageId' | 'claimant' | 'count'> & {
  readonly receiptHandle: string
  readonly body: string
}

/** A claimed alert, or the release, and the message that it came in. */
export type ClaimedAlert = {
  readonly delivery: Delivery
  readonly row: SentRow
  readonly alert?: Alert
  /** The alerts of a release. */
  readonly released?: readonly Alert[]
  /** The earlier alerts that it follows. */
  readonly open: readonly Open[]
}

/** SQS deletes a message that is done. Another message comes back at its visibility timeout. */
export type Done = boolean

/** Defers a message. If SQS refuses that, the message comes back when its visibility timeout ends. */
export const postponeDelivery = async (
  delivery: Delivery,
  seconds: number,
  { queue, log }: NotifyPorts,
): Promise<false> => {
  try {
    const least = getLeastPause(delivery.count)
    await queue.postpone(delivery.receiptHandle, Math.max(least, Math.min(Math.ceil(seconds), 43_200)))
  } catch (error) {
    log('warn', `could not be postponed, returns when its visibility timeout ends: ${formatShortError(error)}`, {
      messageId: delivery.messageId,
    })
  }
  return false
}

/** An answer of a server may be a whole page. */
const LONGEST_LINE = 500

export const formatShortError = (error: unknown): string => formatError(error).slice(0, LONGEST_LINE)

/** The first stop that a message announces and that is still ahead. */
export const nextStopOf = ({ alert, released = [] }: Pick<ClaimedAlert, 'alert' | 'released'>, now: Date) =>
  findNextStop(alert === undefined ? released : [alert], now)

/** Puts a message into the dead-letter queue with the reason; then it is done here. */
export const deadLetter = async (
  { delivery, row, open }: ClaimedAlert,
  why: string,
  ports: NotifyPorts,
): Promise<true> => {
  await ports.queue.deadLetter(delivery.body, why)
  await ports.rows.finish(row, { state: 'parked', at: ports.now(), why })
  await deleteAll(open, ports)
  ports.log('error', `put into the dead-letter queue: ${why}`, { messageId: delivery.messageId, alert: row.sk })
  ports.count('ChannelRefused', 1)
  return true
}

/** Tries an alert that could not be sent again later, and dead-letters it after enough tries. */
export const recordFailure = async (claimed: ClaimedAlert, why: string, ports: NotifyPorts): Promise<Done> => {
  const { row, delivery } = claimed
  const failures = row.failures + 1
  const now = ports.now()
  const nextStop = nextStopOf(claimed, now)
  const givingUp = explainGivingUp({ ...row, failures, nextStop }, now)
  if (givingUp !== undefined) return deadLetter(claimed, `${givingUp}, the last time: ${why}`, ports)
  await ports.rows.release(row, { failures, why })
  const seconds = shortenPause(pauseAfter(failures), { nextStop, now, deliveries: delivery.count })
  ports.log('warn', `failed, will be retried in ${seconds} s: ${why}`, {
    messageId: delivery.messageId,
    alert: row.sk,
    failures,
  })
  ports.count('ChannelFailed', 1)
  return postponeDelivery(delivery, seconds, ports)
}

/**
 * Defers an alert that has to wait, for the channel or for another alert. That is no failure, but it ends after a day.
 */
export const wait = async (
  claimed: ClaimedAlert,
  { seconds, why, ...changes }: { seconds: number; why: string; waits?: number; slot?: number; alone?: 1 },
  ports: NotifyPorts,
): Promise<Done> => {
  const givingUp = explainGivingUp({ ...claimed.row, failures: 0 }, ports.now())
  if (givingUp !== undefined) return deadLetter(claimed, `${givingUp}, the last time: ${why}`, ports)
  await ports.rows.release(claimed.row, changes)
  return postponeDelivery(claimed.delivery, seconds, ports)
}

/** The visibility timeout of the queue, after which a message comes back that was not deferred. */
const HIDDEN_SECONDS = 360

/**
 * A message that fails because of the function, and not the channel, comes back by itself, and sooner if it announces a
 * stop.
 */
export const returnAfterError = async (
  delivery: Delivery,
  alert: Alert | undefined,
  ports: NotifyPorts,
): Promise<false> => {
  const now = ports.now()
  const nextStop = findNextStop(alert === undefined ? [] : [alert], now)
  const seconds = shortenPause(HIDDEN_SECONDS, { nextStop, now, deliveries: delivery.count })
  return seconds < HIDDEN_SECONDS ? postponeDelivery(delivery, seconds, ports) : false
}
