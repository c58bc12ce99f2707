import { readFileSync } from 'node:fs'
import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { createAttemptPorts } from '../runtime/attempts.ts'
import { areStopsDeployed, isPolicyLive, readEnvironment, requireEnvironment } from '../runtime/env.ts'
import { createLivePolicy } from '../runtime/live-policy.ts'
import { createQueueHandler, createTelemetry } from '../runtime/middleware.ts'
import { handleWithinAttempts } from '../runtime/within-attempts.ts'
import { createCalls } from './calls.ts'
import { createEc2Reader, createNoReader } from './ec2-reader.ts'
import { truncateToHour } from './last-heard.ts'
import { createPassedInstances } from './passed.ts'
import type { Ports } from './ports.ts'
import { processBatch } from './process-batch.ts'

const env = requireEnvironment('Evaluate', [
  'LEDGER_TABLE',
  'ALERTS_TOPIC_ARN',
  'SWEEP_REQUESTS_TOPIC_ARN',
  'FAILED_QUEUE_URL',
])
// Checked when the stack was synthesized, and written beside this file then.
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const { logger, metrics } = createTelemetry('Evaluate')
const topicArn = env('ALERTS_TOPIC_ARN')
const { readLive, requestSweep, writeHeard, ...calls } = createCalls({
  table: env('LEDGER_TABLE'),
  topicArn,
  requestsArn: env('SWEEP_REQUESTS_TOPIC_ARN'),
  env: readEnvironment(),
  onFailure: why => logger.warn('a call did not succeed at once, the SDK makes it again', { why }),
})
const [, , , ownRegion, ownAccount] = topicArn.split(':')
const ownEc2 = createEc2Reader()
let types = loadCatalogue()

const isOwn = ({ accountId, region }: AccountRegion): boolean => accountId === ownAccount && region === ownRegion

const canStop = areStopsDeployed()

const ports: Omit<Ports, 'policy' | 'stopsDisabled'> = {
  ...calls,
  // The function that stops has no rights elsewhere.
  canStop: place => canStop && isOwn(place),
  now: () => new Date(),
  types: {
    known: () => types,
    learn: more => {
      types = addTypes(types, more)
    },
  },
  passed: createPassedInstances(),
  hear: truncateToHour(writeHeard),
  ec2: place => (isOwn(place) ? ownEc2 : createNoReader(place)),
  handOver: async (place, launchedUntil) => {
    if (!isOwn(place)) return false
    await requestSweep({ kind: 'start', regions: [place.region], launchedUntil })
    return true
  },
  log: (level, message, context) => logger[level](message, { ...context }),
  count: (metric, count = 1) => metrics.addMetric(metric, MetricUnit.Count, count),
  countFindings: (rule, count) =>
    metrics.singleMetric().addDimension('rule', rule).addMetric('Findings', MetricUnit.Count, count),
}

const createLive = () =>
  createLivePolicy({
    deployed,
    read: readLive,
    now: ports.now,
    log: ports.log,
    count: metric => metrics.addMetric(metric, MetricUnit.Count, 1),
  })

const inForce = isPolicyLive() ? createLive() : async () => ({ policy: deployed, stopsDisabled: false })

const attempts = createAttemptPorts({
  queue: 'Launches',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  logger,
})

export const handler = createQueueHandler({ logger, metrics }, async batch => {
  const now = { ...ports, ...(await inForce()) }
  return handleWithinAttempts(batch, rest => processBatch(rest, now), attempts)
})
