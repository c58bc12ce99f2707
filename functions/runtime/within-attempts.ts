import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { MOST_ATTEMPTS, UNCOUNTED_DELIVERIES } from '../../shared/ledger/attempts.ts'
import { type Delivery, readDelivery } from './delivery.ts'
import { formatError } from './one-line.ts'

/** What it takes to count the attempts of a message, and to give it up. */
export type AttemptPorts = {
  /** The how manieth try this is, counted in the ledger. */
  readonly count: (delivery: Delivery) => Promise<number>
  readonly deadLetter: (body: string, reason: string) => Promise<void>
  readonly log: (level: 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
}

type Handle = (batch: SQSEvent) => Promise<SQSBatchResponse>

/** 0 if the attempts are not counted: the message is new, or cannot be counted, and is still tried. */
const readAttempt = async (record: SQSRecord, { count, log }: AttemptPorts): Promise<number> => {
  const delivery = readDelivery(record)
  if (delivery.count <= UNCOUNTED_DELIVERIES) return 0
  try {
    return await count(delivery)
  } catch (error) {
    log(
      'warn',
      `the attempts could not be counted, so the message is processed anyway: ${formatError(error)}`,
      delivery,
    )
    return 0
  }
}

/** Dead-letters a message. If that fails, it is delivered again. */
const giveUp = async (record: SQSRecord, { deadLetter, log }: AttemptPorts): Promise<boolean> => {
  const { messageId, count } = readDelivery(record)
  const reason = `delivered ${count} times without success; the log of the function says why, by the message id ${messageId}`
  try {
    await deadLetter(record.body, reason)
    log('error', `put into the dead-letter queue: ${reason}`, { messageId })
    return true
  } catch (error) {
    log('error', `could not be put into the dead-letter queue: ${formatError(error)}`, { messageId })
    return false
  }
}

/**
 * Handles a batch, and gives up the messages that were tried often enough: those that failed, and those with which the
 * function died each time. A message that only waited for capacity was not tried, however often SQS delivered it.
 */
export const handleWithinAttempts = async (
  batch: SQSEvent,
  handle: Handle,
  ports: AttemptPorts,
): Promise<SQSBatchResponse> => {
  const attempts = new Map<SQSRecord, number>()
  for (const record of batch.Records) attempts.set(record, await readAttempt(record, ports))
  const isOver = (record: SQSRecord): boolean => (attempts.get(record) ?? 0) > MOST_ATTEMPTS
  const { batchItemFailures } = await handle({ Records: batch.Records.filter(record => !isOver(record)) })
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  const left: string[] = []
  for (const record of batch.Records) {
    const { messageId } = record
    if (!isOver(record) && !failed.has(messageId)) continue
    const isLast = (attempts.get(record) ?? 0) >= MOST_ATTEMPTS
    if (!isLast || !(await giveUp(record, ports))) left.push(messageId)
  }
  return { batchItemFailures: left.map(itemIdentifier => ({ itemIdentifier })) }
}
