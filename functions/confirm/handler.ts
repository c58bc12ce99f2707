import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { markAlerted } from '../../shared/aws/ledger.ts'
import { environment } from '../env.ts'
import { queueHandler, telemetry } from '../middleware.ts'
import { confirmBatch } from './confirm-batch.ts'

const env = environment('Confirm', ['LEDGER_TABLE'])

const { logger, metrics } = telemetry('Confirm')
const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table: env('LEDGER_TABLE') }

export const handler = queueHandler({ logger, metrics }, batch =>
  confirmBatch(batch, {
    mark: (key, claimant) => markAlerted(key, ledger, { claimant, at: new Date() }),
    log: (level, message, context) => logger[level](message, { ...context }),
  }),
)
