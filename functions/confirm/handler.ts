import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { markAlerted, markTold } from '../../shared/aws/ledger/confirm.ts'
import { environment, schedulerSettings, stopsArePresent } from '../env.ts'
import { queueHandler, telemetry } from '../middleware.ts'
import { confirmBatch } from './confirm-batch.ts'
import { noSchedules, schedules } from './schedules.ts'

const env = environment('Confirm', ['LEDGER_TABLE'])

const { logger, metrics } = telemetry('Confirm')
const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table: env('LEDGER_TABLE') }
const schedule = stopsArePresent() ? schedules(schedulerSettings('Confirm')) : noSchedules

export const handler = queueHandler({ logger, metrics }, batch =>
  confirmBatch(batch, {
    mark: (key, by) => markAlerted(key, ledger, { ...by, at: new Date() }),
    markTold: (key, claimant) => markTold(key, ledger, { claimant, at: new Date() }),
    schedule,
    log: (level, message, context) => logger[level](message, { ...context }),
  }),
)
