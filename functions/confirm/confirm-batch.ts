import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Alert } from '../../shared/alert/alert.ts'
import { readDelivery, selectDistinctMessages } from '../runtime/delivery.ts'
import { formatError } from '../runtime/one-line.ts'
import { confirmAlert } from './confirm-alert.ts'
import { type ConfirmPorts, OutOfTime } from './ports.ts'

/** So many alerts at a time, each with one call under way: ten of 4,000 rows must not all be half done when time is over. */
const AT_ONCE = 2

const confirmRecord = async (record: SQSRecord, ports: ConfirmPorts): Promise<boolean> => {
  const { messageId, count } = readDelivery(record)
  try {
    const alert: Alert = JSON.parse(record.body)
    const rows = await confirmAlert(alert, { isFirst: count === 1 }, ports)
    ports.log('info', 'confirmed', { messageId, alert: alert.id, rows })
    return true
  } catch (error) {
    if (error instanceof OutOfTime) ports.log('info', `will be continued: ${error.message}`, { messageId })
    else ports.log('error', `not confirmed, will be retried: ${formatError(error)}`, { messageId })
    return false
  }
}

/**
 * An alert that comes out of SNS is one that SNS took. This is how the ledger learns it, so that the function that
 * publishes need not wait for a third call, nor be believed if it dies in between.
 */
export const confirmBatch = async (batch: SQSEvent, ports: ConfirmPorts): Promise<SQSBatchResponse> => {
  const waiting = selectDistinctMessages(batch.Records).values()
  const failed: string[] = []
  const runWorker = async (): Promise<void> => {
    // Each worker takes the next alert when it is done.
    for (const record of waiting) if (!(await confirmRecord(record, ports))) failed.push(record.messageId)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runWorker))
  return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
}
