import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { EventError } from '../../shared/errors.ts'
import type { Ec2Event } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { type Delivery, readDelivery, selectDistinctMessages } from '../runtime/delivery.ts'
import { formatError } from '../runtime/one-line.ts'
import { readHeard } from './last-heard.ts'
import type { Ports } from './ports.ts'
import { processEvent } from './process-event.ts'

const parse = (body: string): Ec2Event => {
  try {
    return readEvent(JSON.parse(body))
  } catch (error) {
    if (error instanceof SyntaxError) throw new EventError(`not JSON: ${error.message}`)
    throw error
  }
}

/** Logs why a message failed. It stays in the queue, and ends in the dead-letter queue, where a person sees it. */
const report = (error: unknown, context: Delivery, ports: Ports): void => {
  if (error instanceof EventError) {
    // A message that cannot be read is delivered several times, and is still one.
    if (context.count === 1) ports.count('UnreadableEvents')
    ports.log('error', `unreadable event: ${error.message}`, context)
  } else ports.log('error', `failed, will be retried: ${formatError(error)}`, context)
}

/** After the alert, which must not wait for it; and never a reason to have the event delivered again. */
const noteHeard = async (event: Ec2Event, ports: Ports): Promise<void> => {
  const heard = readHeard(event, ports.now())
  if (heard === undefined) return
  try {
    await ports.hear(heard)
  } catch (error) {
    ports.log('warn', `it was not recorded that events arrive from the region: ${formatError(error)}`, heard)
  }
}

/** The event is evaluated all the same. Whoever wonders why a fact is unknown finds the field in the log. */
const logMisread = (event: Ec2Event, delivery: Delivery, ports: Ports): void => {
  if (event.kind === 'ignored' || event.misread === undefined) return
  const context = { ...delivery, eventId: event.event.id, event: event.event.name, misread: event.misread }
  ports.log('warn', 'fields of a wrong type: their facts are unknown', context)
}

const decide = async (event: Ec2Event, delivery: Delivery, ports: Ports): Promise<boolean> => {
  if (delivery.count === 1) logMisread(event, delivery, ports)
  try {
    const outcome = await processEvent(event, delivery, ports)
    const context = { ...delivery, eventId: event.event.id, event: event.event.name, kind: event.kind }
    if (outcome.kind === 'again') ports.log('warn', `will be retried: ${outcome.why}`, context)
    else ports.log('info', outcome.alerts > 0 ? 'alerted' : 'nothing to alert', context)
    return outcome.kind === 'done'
  } finally {
    if (event.kind === 'launch') ports.count('LaunchesSeen')
    await noteHeard(event, ports)
  }
}

const processRecord = async (record: SQSRecord, ports: Ports): Promise<boolean> => {
  const delivery = readDelivery(record)
  try {
    return await decide(parse(record.body), delivery, ports)
  } catch (error) {
    report(error, delivery, ports)
    return false
  }
}

/** Handles each message on its own, and names those that have to be delivered again: one bad message takes no other down. */
export const processBatch = async (batch: SQSEvent, ports: Ports): Promise<SQSBatchResponse> => {
  const records = selectDistinctMessages(batch.Records)
  const done = await Promise.all(records.map(record => processRecord(record, ports)))
  return {
    batchItemFailures: records
      .filter((_, index) => !done[index])
      .map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
  }
}
