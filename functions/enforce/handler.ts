import { readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SNSClient } from '@aws-sdk/client-sns'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { listSpokes, recordRoleTry } from '../../shared/aws/ledger/spokes.ts'
import { createSchedulerClient, scheduleOnce } from '../../shared/aws/scheduler.ts'
import { stopClient, stopInstance } from '../../shared/aws/stop.ts'
import { publishTo, requestSweep } from '../../shared/aws/topic.ts'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { createAttemptPorts } from '../runtime/attempts.ts'
import { readSchedulerSettings, readSpokeRole, requireEnvironment } from '../runtime/env.ts'
import { createQueueHandler, createTelemetry } from '../runtime/middleware.ts'
import { handleWithinAttempts } from '../runtime/within-attempts.ts'
import type { EnforcePorts, SpokePorts } from './ports.ts'
import { processBatch } from './process-batch.ts'
import { stopLedger } from './stop-ledger.ts'
import { stopReader } from './stop-reader.ts'

const env = requireEnvironment('Enforce', [
  'LEDGER_TABLE',
  'ALERTS_TOPIC_ARN',
  'SWEEP_REQUESTS_TOPIC_ARN',
  'FAILED_QUEUE_URL',
])
// Checked when the stack was synthesized, and written beside this file then.
// Stryker disable next-line StringLiteral: JSON.parse reads the bytes as UTF-8 by itself
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const telemetry = createTelemetry('Enforce')
const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table: env('LEDGER_TABLE') }
// Stryker disable next-line ObjectLiteral: the SDK tries three times by itself, and another version may not
const topic = { client: new SNSClient({ maxAttempts: 3 }), arn: env('ALERTS_TOPIC_ARN') }
const requests = { client: topic.client, arn: env('SWEEP_REQUESTS_TOPIC_ARN') }
const scheduler = { ...readSchedulerSettings('Enforce'), client: createSchedulerClient(), now: () => new Date() }
const ec2 = stopClient()
let types = loadCatalogue()

const [, partition = '', , ownRegion = '', ownAccount] = topic.arn.split(':')

// No stack but the hub of an organization needs STS.
const loadSpokes = () => import('./spokes.ts')

const createSpokePorts = (role: string): SpokePorts => {
  let loaded: Promise<Pick<SpokePorts, 'open' | 'try'>> | undefined
  const load = () => {
    loaded ??= loadSpokes().then(module => module.createSpokes({ partition, region: ownRegion, role }))
    return loaded
  }
  return {
    isOwn: ({ accountId, region }) => accountId === ownAccount && region === ownRegion,
    open: async target => (await load()).open(target),
    try: async accountId => (await load()).try(accountId),
    list: () => listSpokes(ledger),
    record: one => recordRoleTry(ledger, one),
  }
}

const spokeRole = readSpokeRole()

const ports: EnforcePorts = {
  ...(spokeRole !== undefined && { spokes: createSpokePorts(spokeRole) }),
  deployed,
  live: () => readLive(ledger.client, ledger.table),
  now: () => new Date(),
  types: {
    known: () => types,
    learn: more => {
      types = addTypes(types, more)
    },
  },
  ledger: stopLedger(ledger),
  ec2: stopReader(ec2),
  stop: instanceId => stopInstance(ec2, instanceId),
  schedule: ({ name, at, message }) => scheduleOnce(scheduler, { name, at, message: JSON.stringify(message) }),
  publish: message => publishTo(topic, message),
  promiseAgain: message => requestSweep(requests, message),
  log: telemetry.log,
  count: metric => telemetry.count(metric, 1),
}

const attempts = createAttemptPorts({
  queue: 'Stops',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  log: telemetry.log,
})

export const handler = createQueueHandler(telemetry, batch =>
  handleWithinAttempts(batch, rest => processBatch(rest, ports), attempts),
)
