import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { listUnmarked, markAlerted, markOutcomesAlerted } from '../../shared/aws/ledger/confirm.ts'
import { CONFIRM_RESERVE_SECONDS, CONFIRM_SECONDS } from '../../shared/ledger/row.ts'
import { createAttemptPorts } from '../runtime/attempts.ts'
import { areStopsDeployed, readSchedulerSettings, requireEnvironment } from '../runtime/env.ts'
import { createQueueHandler, createTelemetry } from '../runtime/middleware.ts'
import { handleWithinAttempts } from '../runtime/within-attempts.ts'
import { confirmBatch } from './confirm-batch.ts'
import type { ConfirmPorts } from './ports.ts'
import { createSchedules, refuseSchedules } from './schedules.ts'

const env = requireEnvironment('Confirm', ['LEDGER_TABLE', 'FAILED_QUEUE_URL'])

const telemetry = createTelemetry('Confirm')
const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table: env('LEDGER_TABLE') }
const schedule = areStopsDeployed() ? createSchedules(readSchedulerSettings('Confirm')) : refuseSchedules

const attempts = createAttemptPorts({
  queue: 'Alerted',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  log: telemetry.log,
})

export const handler = createQueueHandler(telemetry, batch => {
  const until = Date.now() + (CONFIRM_SECONDS - CONFIRM_RESERVE_SECONDS) * 1000
  const ports: ConfirmPorts = {
    markAlerted: (marks, claimant) => markAlerted(ledger, marks, { claimant, at: new Date() }),
    markOutcomesAlerted: (marks, claimant) => markOutcomesAlerted(ledger, marks, { claimant, at: new Date() }),
    unmarkedOf: (marks, claimant) => listUnmarked(ledger, marks, claimant),
    schedule,
    hasTime: () => Date.now() < until,
    log: telemetry.log,
  }
  return handleWithinAttempts(batch, rest => confirmBatch(rest, ports), attempts)
})
