import { readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { countMessages, requestRelease } from '../../shared/aws/channels/channel-queues.ts'
import { countScheduled, listKnownChannels, rememberChannel } from '../../shared/aws/channels/known-channels.ts'
import { listEnabledRegions } from '../../shared/aws/fleet/account-regions.ts'
import { scanRegion } from '../../shared/aws/fleet/scan-region.ts'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { listSubscriptions } from '../../shared/aws/subscriptions.ts'
import { sendTo } from '../../shared/aws/sweep-queue.ts'
import { publishTo } from '../../shared/aws/topic.ts'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { listChannels, toQueueArn } from '../../shared/channels/left-behind.ts'
import { listEventPaths } from '../../shared/fleet/deaf.ts'
import { classifyReadFailure } from '../../shared/fleet/read-failure.ts'
import { SWEEP_RESERVE_SECONDS, SWEEP_SECONDS } from '../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { createAttemptPorts } from '../runtime/attempts.ts'
import { areStopsDeployed, isPolicyLive, readEnvironment, requireEnvironment } from '../runtime/env.ts'
import { createLivePolicy } from '../runtime/live-policy.ts'
import { createQueueHandler, createTelemetry } from '../runtime/middleware.ts'
import { handleWithinAttempts } from '../runtime/within-attempts.ts'
import type { SweepPorts } from './ports.ts'
import { processBatch } from './process-batch.ts'
import { createRegionClients } from './region-clients.ts'
import { sweepLedger } from './sweep-ledger.ts'

const env = requireEnvironment('Sweep', [
  'LEDGER_TABLE',
  'ALERTS_TOPIC_ARN',
  'SWEEPS_QUEUE_URL',
  'SWEEP_REGIONS',
  'FAILED_QUEUE_URL',
  'ALERTED_QUEUE_ARN',
])
// Checked when the stack was synthesized, and written beside this file then.
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const telemetry = createTelemetry('Sweep')
const ledger = { client: new DynamoDBClient({ maxAttempts: 5 }), table: env('LEDGER_TABLE') }
const topic = { client: new SNSClient({ maxAttempts: 3 }), arn: env('ALERTS_TOPIC_ARN') }
const queue = { client: new SQSClient({ maxAttempts: 3 }), url: env('SWEEPS_QUEUE_URL') }
const [, , , ownRegion = '', accountId = ''] = topic.arn.split(':')
const { clientFor, readerFor } = createRegionClients()
const sweptRegions = env('SWEEP_REGIONS')
let types = loadCatalogue()

const canStop = areStopsDeployed()
const channels = listChannels(readEnvironment()['CHANNELS'] ?? '', queue.url)

const ports: Omit<SweepPorts, 'policy' | 'stopsDisabled' | 'disabledAccounts' | 'isTimeLeft'> = {
  accountId,
  listens: { region: ownRegion, ways: listEventPaths(deployed) },
  // The function that stops has no rights elsewhere.
  canStop: region => canStop && region === ownRegion,
  regions: async () => {
    if (sweptRegions === 'own') return [ownRegion]
    return sweptRegions === 'all' ? listEnabledRegions(clientFor(ownRegion)) : sweptRegions.split(',')
  },
  now: () => new Date(),
  types: {
    known: () => types,
    learn: more => {
      types = addTypes(types, more)
    },
  },
  scan: input => scanRegion({ ...input, client: clientFor(input.place.region) }),
  troubleOf: classifyReadFailure,
  ec2: readerFor,
  ledger: sweepLedger(ledger),
  send: (message, delaySeconds = 0) => sendTo(queue, message, delaySeconds),
  publish: message => publishTo(topic, message),
  subscriptions: {
    own: [env('ALERTED_QUEUE_ARN'), ...channels.map(({ queueUrl }) => toQueueArn(queueUrl, topic.arn))],
    list: () => listSubscriptions(topic),
  },
  log: telemetry.log,
  channels: {
    present: channels,
    remember: (channel, at) => rememberChannel(ledger, channel, at),
    known: () => listKnownChannels(ledger),
    countScheduled: name => countScheduled(ledger, name),
    countMessages: url => countMessages(queue.client, url),
    release: ({ name, queueUrl }, at) => requestRelease(queue.client, { url: queueUrl, channel: name, at }),
  },
  count: (metric, count, region) => {
    if (region !== undefined) telemetry.count(metric, count, ['region', region])
    // Alarms are on the sum: they do not know the regions.
    if (region === undefined || metric === 'SweepNotCovered' || metric === 'RegionDeaf') telemetry.count(metric, count)
  },
  countFindings: (rule, count) => telemetry.count('Findings', count, ['rule', rule]),
}

const createLive = () =>
  createLivePolicy({
    deployed,
    read: () => readLive(ledger.client, ledger.table),
    now: ports.now,
    log: ports.log,
    count: metric => telemetry.count(metric, 1),
  })

const inForce = isPolicyLive() ? createLive() : async () => ({ policy: deployed, stopsDisabled: false })

const attempts = createAttemptPorts({
  queue: 'Sweeps',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  log: telemetry.log,
})

export const handler = createQueueHandler(telemetry, async batch => {
  const until = Date.now() + (SWEEP_SECONDS - SWEEP_RESERVE_SECONDS) * 1000
  const now = { ...ports, ...(await inForce()), isTimeLeft: () => Date.now() < until }
  return handleWithinAttempts(batch, rest => processBatch(rest, now), attempts)
})
