import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { ChannelMessage } from '../../shared/channels/message.ts'
import { EventError } from '../../shared/errors.ts'
import { readDelivery, selectDistinctMessages } from '../runtime/delivery.ts'
import { type Delivery, type Done, formatShortError, returnAfterError } from './delivery.ts'
import { gatherMessages, type ReadableAlert } from './gather-messages.ts'
import type { NotifyPorts } from './ports.ts'
import { readMessage } from './read-message.ts'
import { releaseScheduled } from './release.ts'
import { sendOutgoing } from './send-message.ts'
import { claimAlert } from './take-alert.ts'

type Taken = { readonly done: Done } | { readonly claimed: ReadableAlert }

const readDeliveryOf = (record: SQSRecord): Delivery => {
  const { messageId, claimant, count } = readDelivery(record)
  return { messageId, claimant, count, receiptHandle: record.receiptHandle, body: record.body }
}

/** An unreadable message goes to the dead-letter queue, where a person sees it, because it will never be readable. */
const createUnreadable = async ({ messageId, body }: Delivery, error: EventError, { queue, log }: NotifyPorts) => {
  await queue.deadLetter(body, `cannot be read: ${error.message}`)
  log('error', `put into the dead-letter queue: cannot be read: ${error.message}`, { messageId })
  return { done: true }
}

const claimMessage = async (message: ChannelMessage, delivery: Delivery, ports: NotifyPorts): Promise<Taken> => {
  if (message.kind === 'flush') return { done: await releaseScheduled(message, delivery, ports) }
  const next = await claimAlert(message.alert, delivery, ports)
  return 'done' in next ? next : { claimed: { ...next.claimed, alert: message.alert } }
}

const claimDelivery = async (delivery: Delivery, ports: NotifyPorts): Promise<Taken> => {
  let message: ChannelMessage | undefined
  try {
    message = readMessage(delivery.body)
    return await claimMessage(message, delivery, ports)
  } catch (error) {
    if (error instanceof EventError) return createUnreadable(delivery, error, ports)
    ports.log('error', `failed, returns when its visibility timeout ends: ${formatShortError(error)}`, {
      messageId: delivery.messageId,
    })
    return { done: await returnAfterError(delivery, message?.kind === 'alert' ? message.alert : undefined, ports) }
  }
}

/** The claimed alerts that are not done. */
const sendAll = async (claims: readonly ReadableAlert[], ports: NotifyPorts): Promise<readonly string[]> => {
  const handled = new Map<string, Done>()
  try {
    for await (const outgoing of gatherMessages(claims, ports)) {
      const answers = await sendOutgoing(outgoing, ports)
      outgoing.claims.forEach(({ delivery }, index) => {
        handled.set(delivery.messageId, answers[index] === true)
      })
    }
  } catch (error) {
    ports.log('error', `failed, returns when its visibility timeout ends: ${formatShortError(error)}`, {})
    const left = claims.filter(({ delivery }) => !handled.has(delivery.messageId))
    for (const { delivery, alert } of left) await returnAfterError(delivery, alert, ports)
  }
  return claims.map(({ delivery }) => delivery.messageId).filter(id => handled.get(id) !== true)
}

/**
 * Sends the alerts of a batch, and returns those that come back: deferred by the channel, its rate limit or an earlier
 * alert, or because sending failed. It never waits here.
 */
export const processBatch = async (batch: SQSEvent, ports: NotifyPorts): Promise<SQSBatchResponse> => {
  const failed: string[] = []
  const claims: ReadableAlert[] = []
  for (const record of selectDistinctMessages(batch.Records)) {
    const delivery = readDeliveryOf(record)
    const taken = await claimDelivery(delivery, ports)
    if ('claimed' in taken) claims.push(taken.claimed)
    else if (!taken.done) failed.push(delivery.messageId)
  }
  failed.push(...(await sendAll(claims, ports)))
  return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
}
