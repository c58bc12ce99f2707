import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { EventError } from '../../shared/errors.ts'
import { deliveryOf, distinctMessages } from '../delivery.ts'
import { type Delivery, type Done, shortLine } from './delivery.ts'
import { flush } from './flush.ts'
import { type AlertTurn, parcelsOf } from './parcels.ts'
import type { NotifyPorts } from './ports.ts'
import { readMessage } from './read-message.ts'
import { sendParcel } from './send-parcel.ts'
import { takeAlert } from './take-alert.ts'

type Taken = { readonly done: Done } | { readonly turn: AlertTurn }

const deliveryIn = (record: SQSRecord): Delivery => {
  const { messageId, claimant } = deliveryOf(record)
  return { messageId, claimant, receiptHandle: record.receiptHandle, body: record.body }
}

/** What cannot be read is put where a person sees it; it would never be readable. */
const unreadable = async ({ messageId, body }: Delivery, error: EventError, { queue, log }: NotifyPorts) => {
  await queue.park(body, `cannot be read: ${error.message}`)
  log('error', `put into the dead-letter queue: cannot be read: ${error.message}`, { messageId })
  return { done: true }
}

const take = async (delivery: Delivery, ports: NotifyPorts): Promise<Taken> => {
  try {
    const message = readMessage(delivery.body)
    if (message.kind === 'flush') return { done: await flush(message, delivery, ports) }
    const next = await takeAlert(message.alert, delivery, ports)
    return 'done' in next ? next : { turn: { ...next.turn, alert: message.alert } }
  } catch (error) {
    if (error instanceof EventError) return unreadable(delivery, error, ports)
    ports.log('error', `failed, comes back by itself: ${shortLine(error)}`, { messageId: delivery.messageId })
    // Stryker disable next-line ObjectLiteral: what does not say that it is done comes back, too
    return { done: false }
  }
}

const sendAll = async (turns: readonly AlertTurn[], ports: NotifyPorts): Promise<readonly string[]> => {
  const done = new Set<string>()
  try {
    for await (const parcel of parcelsOf(turns, ports)) {
      const answers = await sendParcel(parcel, ports)
      parcel.turns.forEach(({ delivery }, index) => {
        if (answers[index] === true) done.add(delivery.messageId)
      })
    }
  } catch (error) {
    ports.log('error', `failed, comes back by itself: ${shortLine(error)}`, {})
  }
  return turns.map(({ delivery }) => delivery.messageId).filter(id => !done.has(id))
}

/**
 * Tells the alerts of a batch and names those that come back: put off by the channel, by its pace or by what has to go
 * before, or because sending failed. Nothing is ever waited for here.
 */
export const processBatch = async (batch: SQSEvent, ports: NotifyPorts): Promise<SQSBatchResponse> => {
  const failed: string[] = []
  const turns: AlertTurn[] = []
  for (const record of distinctMessages(batch.Records)) {
    const delivery = deliveryIn(record)
    const taken = await take(delivery, ports)
    if ('turn' in taken) turns.push(taken.turn)
    else if (!taken.done) failed.push(delivery.messageId)
  }
  failed.push(...(await sendAll(turns, ports)))
  return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
}
