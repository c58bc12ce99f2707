import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { readDelivery, selectDistinctMessages } from '../runtime/delivery.ts'
import { forEachSequential } from '../runtime/for-each-sequential.ts'
import { formatError } from '../runtime/one-line.ts'
import { readMessage } from './message.ts'
import type { EnforcePorts } from './ports.ts'
import { processStop } from './process-stop.ts'
import { tryRoles } from './try-roles.ts'

const processRecord = async (record: SQSRecord, ports: EnforcePorts): Promise<boolean> => {
  const delivery = readDelivery(record)
  try {
    const message = readMessage(record.body)
    if (message.kind === 'ignored') ports.log('info', `nothing to do: ${message.why}`, delivery)
    else if (message.kind === 'try-roles') await tryRoles(ports)
    else {
      await processStop(message, delivery, ports)
      ports.log('info', 'done', { ...delivery, ...message })
    }
    return true
  } catch (error) {
    ports.log('error', `failed, will be retried: ${formatError(error)}`, delivery)
    return false
  }
}

/**
 * Handles the messages one after the other, because they share a budget, and returns those that have to be delivered
 * again. After ten tries a message is dead-lettered, and an alarm calls a person.
 */
export const processBatch = (batch: SQSEvent, ports: EnforcePorts): Promise<SQSBatchResponse> =>
  forEachSequential(selectDistinctMessages(batch.Records), record => processRecord(record, ports))
