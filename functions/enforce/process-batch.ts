import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { deliveryOf, distinctMessages } from '../delivery.ts'
import { oneByOne } from '../one-by-one.ts'
import { oneLine } from '../one-line.ts'
import { readMessage } from './message.ts'
import type { EnforcePorts } from './ports.ts'
import { processStop } from './process-stop.ts'

const processRecord = async (record: SQSRecord, ports: EnforcePorts): Promise<boolean> => {
  const delivery = deliveryOf(record)
  try {
    const message = readMessage(record.body)
    if (message.kind === 'ignored') ports.log('info', `nothing to do: ${message.why}`, delivery)
    else {
      await processStop(message, delivery, ports)
      ports.log('info', 'done', { ...delivery, ...message })
    }
    return true
  } catch (error) {
    ports.log('error', `failed, will be tried again: ${oneLine(error)}`, delivery)
    return false
  }
}

/**
 * Handles each message on its own and one after the other, since they share a budget, and names those that have to be
 * delivered again: after ten times they are parked, where an alarm tells a person.
 */
export const processBatch = (batch: SQSEvent, ports: EnforcePorts): Promise<SQSBatchResponse> =>
  oneByOne(distinctMessages(batch.Records), record => processRecord(record, ports))
