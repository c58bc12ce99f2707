import { readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { HookAnswer, HookOptions } from '../../shared/hook/answer.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { isPolicyLive, readEnvironment } from '../runtime/env.ts'
import { createLivePolicy } from '../runtime/live-policy.ts'
import { createHandler, createTelemetry } from '../runtime/middleware.ts'
import { createDeadline } from './deadline.ts'
import { processRequest } from './process-request.ts'
import { createReader } from './reader.ts'

// Nothing is required of the environment: a hook that does not start stops deployments.
const env = readEnvironment()
// Checked when the stack was synthesized, and written beside this file then.
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const telemetry = createTelemetry('Hook')
const read = createReader()
const types = loadCatalogue()

const readWord = (name: string): HookOptions['errors'] => (env[name] === 'fail' ? 'fail' : 'pass')
const readOptions = (): HookOptions => ({ unknown: readWord('HOOK_UNKNOWN'), errors: readWord('HOOK_ERRORS') })

const createLive = () => {
  const client = new DynamoDBClient({ maxAttempts: 3 })
  const inForce = createLivePolicy({
    deployed,
    read: () => readLive(client, env['LEDGER_TABLE'] ?? ''),
    now: () => new Date(),
    log: telemetry.log,
    count: metric => telemetry.count(metric, 1),
  })
  return async () => (await inForce()).policy
}
const policy = isPolicyLive() ? createLive() : async () => deployed

/** CloudFormation waits 30 seconds. What was not read until then is not known, and the rest of the time is for the answer. */
const READING_MS = 15_000

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`: what the request says of its account is not asked. */
const readPlace = (arn: string) => {
  const [, , , region = '', accountId = ''] = arn.split(':')
  return { region, accountId }
}

/** Answers CloudFormation and Cloud Control before they make or change a resource that launches. */
export const handler = createHandler<unknown, HookAnswer>(telemetry, async (event, { invokedFunctionArn }) => {
  const deadline = createDeadline(READING_MS)
  try {
    return await processRequest(event, {
      ...{ policy, types, read, timeIsUp: deadline.isUp, log: telemetry.log, count: telemetry.count },
      options: readOptions(),
      place: readPlace(invokedFunctionArn),
      now: () => new Date(),
    })
  } finally {
    deadline.clear()
  }
})
