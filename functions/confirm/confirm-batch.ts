import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Alert } from '../../shared/alert/alert.ts'
import { oneLine } from '../one-line.ts'
import { confirmAlert } from './confirm-alert.ts'
import type { ConfirmPorts } from './ports.ts'

/**
 * An alert that comes out of SNS is one that SNS took. This is how the ledger learns it, so that the function that
 * publishes need not wait for a third call, nor be believed if it dies in between.
 */
export const confirmBatch = async (batch: SQSEvent, ports: ConfirmPorts): Promise<SQSBatchResponse> => {
  const failed: string[] = []
  await Promise.all(
    batch.Records.map(async ({ messageId, body }) => {
      try {
        const alert: Alert = JSON.parse(body)
        const rows = await confirmAlert(alert, ports)
        ports.log('info', 'confirmed', { messageId, alert: alert.id, rows })
      } catch (error) {
        ports.log('error', `not confirmed, will be tried again: ${oneLine(error)}`, { messageId })
        failed.push(messageId)
      }
    }),
  )
  return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
}
