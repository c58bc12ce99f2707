import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { SweepMessage } from '../../shared/ledger/sweep-message.ts'
import { readDelivery, selectDistinctMessages } from '../runtime/delivery.ts'
import { forEachSequential } from '../runtime/for-each-sequential.ts'
import { formatError } from '../runtime/one-line.ts'
import { readSweepMessage } from './message.ts'
import type { SweepPorts, Work } from './ports.ts'
import { promiseChosen } from './promise-chosen.ts'
import { resolveRegion } from './resolve-region.ts'
import { startSweep } from './start-sweep.ts'
import { sweepRegion } from './sweep-region.ts'

/** Handles one message of the queue of sweeps. Throws if it has to be delivered again. You may call it again. */
export const processSweep = (message: SweepMessage, work: Work): Promise<void> => {
  switch (message.kind) {
    case 'start':
      return startSweep(message, work)
    case 'region':
      return sweepRegion(message, work)
    case 'settle':
      return resolveRegion(message, work)
    case 'promise':
      return promiseChosen(message, work)
    default:
      return message satisfies never
  }
}

const processRecord = async (record: SQSRecord, ports: SweepPorts): Promise<boolean> => {
  const delivery = readDelivery(record)
  try {
    const message = readSweepMessage(record.body)
    await processSweep(message, { delivery, ports })
    ports.log('info', 'done', { ...delivery, ...message })
    return true
  } catch (error) {
    ports.log('error', `failed, will be retried: ${formatError(error)}`, delivery)
    return false
  }
}

/** Handles each message on its own. After ten tries a message is dead-lettered, and an alarm calls a person. */
export const processBatch = (batch: SQSEvent, ports: SweepPorts): Promise<SQSBatchResponse> =>
  forEachSequential(selectDistinctMessages(batch.Records), record => processRecord(record, ports))
