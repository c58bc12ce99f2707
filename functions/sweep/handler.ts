import { readFileSync } from 'node:fs'
import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { countMessages, sendFlush } from '../../shared/aws/channels/channel-queues.ts'
import { countHeld, knownChannels, rememberChannel } from '../../shared/aws/channels/known-channels.ts'
import { enabledRegions } from '../../shared/aws/fleet/places.ts'
import { scanRegion } from '../../shared/aws/fleet/scan-region.ts'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { sendTo } from '../../shared/aws/sweep-queue.ts'
import { publishTo } from '../../shared/aws/topic.ts'
import { catalogue, withTypes } from '../../shared/catalogue/catalogue.ts'
import { channelsIn } from '../../shared/channels/left-behind.ts'
import { waysOf } from '../../shared/fleet/deaf.ts'
import { troubleOf } from '../../shared/fleet/trouble.ts'
import { SWEEP_RESERVE_SECONDS, SWEEP_SECONDS } from '../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { attemptPorts } from '../attempts.ts'
import { environment, policyIsLive, stopsArePresent, wholeEnvironment } from '../env.ts'
import { livePolicy } from '../live-policy.ts'
import { queueHandler, telemetry } from '../middleware.ts'
import { handleWithinAttempts } from '../within-attempts.ts'
import type { SweepPorts } from './ports.ts'
import { processBatch } from './process-batch.ts'
import { regionClients } from './region-clients.ts'
import { sweepLedger } from './sweep-ledger.ts'

const env = environment('Sweep', [
  'LEDGER_TABLE',
  'ALERTS_TOPIC_ARN',
  'SWEEPS_QUEUE_URL',
  'SWEEP_REGIONS',
  'FAILED_QUEUE_URL',
])
// Checked when the stack was synthesized, and written beside this file then.
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const { logger, metrics } = telemetry('Sweep')
const ledger = { client: new DynamoDBClient({ maxAttempts: 5 }), table: env('LEDGER_TABLE') }
const topic = { client: new SNSClient({ maxAttempts: 3 }), arn: env('ALERTS_TOPIC_ARN') }
const queue = { client: new SQSClient({ maxAttempts: 3 }), url: env('SWEEPS_QUEUE_URL') }
const [, , , ownRegion = '', accountId = ''] = topic.arn.split(':')
const { clientFor, readerFor } = regionClients()
const sweptRegions = env('SWEEP_REGIONS')
let types = catalogue()

const canStop = stopsArePresent()

const ports: Omit<SweepPorts, 'policy' | 'killed' | 'isTimeLeft'> = {
  accountId,
  listens: { region: ownRegion, ways: waysOf(deployed) },
  // The function that stops has no rights elsewhere.
  canStop: region => canStop && region === ownRegion,
  regions: async () => {
    if (sweptRegions === 'own') return [ownRegion]
    return sweptRegions === 'all' ? enabledRegions(clientFor(ownRegion)) : sweptRegions.split(',')
  },
  now: () => new Date(),
  types: {
    known: () => types,
    learn: more => {
      types = withTypes(types, more)
    },
  },
  scan: input => scanRegion({ ...input, client: clientFor(input.place.region) }),
  troubleOf,
  ec2: readerFor,
  ledger: sweepLedger(ledger),
  send: (message, delaySeconds = 0) => sendTo(queue, message, delaySeconds),
  publish: message => publishTo(topic, message),
  log: (level, message, context) => logger[level](message, { ...context }),
  channels: {
    present: channelsIn(wholeEnvironment()['CHANNELS'] ?? '', queue.url),
    remember: (channel, at) => rememberChannel(ledger, channel, at),
    known: () => knownChannels(ledger),
    countHeld: name => countHeld(ledger, name),
    countMessages: url => countMessages(queue.client, url),
    flush: ({ name, queueUrl }, at) => sendFlush(queue.client, { url: queueUrl, channel: name, at }),
  },
  count: (metric, count, region) => {
    if (region !== undefined)
      metrics.singleMetric().addDimension('region', region).addMetric(metric, MetricUnit.Count, count)
    // Alarms are on the sum: they do not know the regions.
    if (region === undefined || metric === 'SweepNotCovered' || metric === 'RegionDeaf')
      metrics.addMetric(metric, MetricUnit.Count, count)
  },
  countFindings: (rule, count) =>
    metrics.singleMetric().addDimension('rule', rule).addMetric('Findings', MetricUnit.Count, count),
}

const live = () =>
  livePolicy({
    deployed,
    read: () => readLive(ledger.client, ledger.table),
    now: ports.now,
    log: ports.log,
    count: metric => metrics.addMetric(metric, MetricUnit.Count, 1),
  })

const inForce = policyIsLive() ? live() : async () => ({ policy: deployed, killed: false })

const attempts = attemptPorts({
  queue: 'Sweeps',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  logger,
})

export const handler = queueHandler({ logger, metrics }, async batch => {
  const until = Date.now() + (SWEEP_SECONDS - SWEEP_RESERVE_SECONDS) * 1000
  const { policy, killed } = await inForce()
  const now = { ...ports, policy, killed, isTimeLeft: () => Date.now() < until }
  return handleWithinAttempts(batch, rest => processBatch(rest, now), attempts)
})
