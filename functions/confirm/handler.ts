import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { markAlerted, markTold, unmarkedOf } from '../../shared/aws/ledger/confirm.ts'
import { CONFIRM_RESERVE_SECONDS, CONFIRM_SECONDS } from '../../shared/ledger/row.ts'
import { attemptPorts } from '../attempts.ts'
import { environment, schedulerSettings, stopsArePresent } from '../env.ts'
import { queueHandler, telemetry } from '../middleware.ts'
import { handleWithinAttempts } from '../within-attempts.ts'
import { confirmBatch } from './confirm-batch.ts'
import type { ConfirmPorts } from './ports.ts'
import { noSchedules, schedules } from './schedules.ts'

const env = environment('Confirm', ['LEDGER_TABLE', 'FAILED_QUEUE_URL'])

const { logger, metrics } = telemetry('Confirm')
const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table: env('LEDGER_TABLE') }
const schedule = stopsArePresent() ? schedules(schedulerSettings('Confirm')) : noSchedules

const attempts = attemptPorts({
  queue: 'Alerted',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  logger,
})

export const handler = queueHandler({ logger, metrics }, batch => {
  const until = Date.now() + (CONFIRM_SECONDS - CONFIRM_RESERVE_SECONDS) * 1000
  const ports: ConfirmPorts = {
    markAlerted: (marks, claimant) => markAlerted(ledger, marks, { claimant, at: new Date() }),
    markTold: (marks, claimant) => markTold(ledger, marks, { claimant, at: new Date() }),
    unmarkedOf: (marks, claimant) => unmarkedOf(ledger, marks, claimant),
    schedule,
    hasTime: () => Date.now() < until,
    log: (level, message, context) => logger[level](message, { ...context }),
  }
  return handleWithinAttempts(batch, rest => confirmBatch(rest, ports), attempts)
})
