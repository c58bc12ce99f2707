import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { EventError } from '../../shared/errors.ts'
import { readDelivery, selectDistinctMessages } from '../runtime/delivery.ts'
import { type Delivery, type Done, formatShortError } from './delivery.ts'
import { gatherMessages, type ReadableAlert } from './gather-messages.ts'
import type { NotifyPorts } from './ports.ts'
import { readMessage } from './read-message.ts'
import { flush } from './release.ts'
import { sendOutgoing } from './send-message.ts'
import { claimAlert } from './take-alert.ts'

type Taken = { readonly done: Done } | { readonly turn: ReadableAlert }

const readDeliveryOf = (record: SQSRecord): Delivery => {
  const { messageId, claimant } = readDelivery(record)
  return { messageId, claimant, receiptHandle: record.receiptHandle, body: record.body }
}

/** What cannot be read is put where a person sees it; it would never be readable. */
const createUnreadable = async ({ messageId, body }: Delivery, error: EventError, { queue, log }: NotifyPorts) => {
  await queue.park(body, `cannot be read: ${error.message}`)
  log('error', `put into the dead-letter queue: cannot be read: ${error.message}`, { messageId })
  return { done: true }
}

const claimDelivery = async (delivery: Delivery, ports: NotifyPorts): Promise<Taken> => {
  try {
    const message = readMessage(delivery.body)
    if (message.kind === 'flush') return { done: await flush(message, delivery, ports) }
    const next = await claimAlert(message.alert, delivery, ports)
    return 'done' in next ? next : { turn: { ...next.turn, alert: message.alert } }
  } catch (error) {
    if (error instanceof EventError) return createUnreadable(delivery, error, ports)
    ports.log('error', `failed, returns when its visibility timeout ends: ${formatShortError(error)}`, {
      messageId: delivery.messageId,
    })
    // Stryker disable next-line ObjectLiteral: what does not say that it is done comes back, too
    return { done: false }
  }
}

const sendAll = async (turns: readonly ReadableAlert[], ports: NotifyPorts): Promise<readonly string[]> => {
  const done = new Set<string>()
  try {
    for await (const outgoing of gatherMessages(turns, ports)) {
      const answers = await sendOutgoing(outgoing, ports)
      outgoing.turns.forEach(({ delivery }, index) => {
        if (answers[index] === true) done.add(delivery.messageId)
      })
    }
  } catch (error) {
    ports.log('error', `failed, returns when its visibility timeout ends: ${formatShortError(error)}`, {})
  }
  return turns.map(({ delivery }) => delivery.messageId).filter(id => !done.has(id))
}

/**
 * Tells the alerts of a batch and names those that come back: put off by the channel, by its pace or by what has to go
 * before, or because sending failed. Nothing is ever waited for here.
 */
export const processBatch = async (batch: SQSEvent, ports: NotifyPorts): Promise<SQSBatchResponse> => {
  const failed: string[] = []
  const turns: ReadableAlert[] = []
  for (const record of selectDistinctMessages(batch.Records)) {
    const delivery = readDeliveryOf(record)
    const taken = await claimDelivery(delivery, ports)
    if ('turn' in taken) turns.push(taken.turn)
    else if (!taken.done) failed.push(delivery.messageId)
  }
  failed.push(...(await sendAll(turns, ports)))
  return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
}
