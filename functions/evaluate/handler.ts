import { readFileSync } from 'node:fs'
import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { catalogue, withTypes } from '../../shared/catalogue/catalogue.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { attemptPorts } from '../attempts.ts'
import { environment, policyIsLive, stopsArePresent, wholeEnvironment } from '../env.ts'
import { livePolicy } from '../live-policy.ts'
import { queueHandler, telemetry } from '../middleware.ts'
import { handleWithinAttempts } from '../within-attempts.ts'
import { callsOf } from './calls.ts'
import { ec2Reader, noReader } from './ec2-reader.ts'
import { hourly } from './last-heard.ts'
import { passedInstances } from './passed.ts'
import type { Place, Ports } from './ports.ts'
import { processBatch } from './process-batch.ts'

const env = environment('Evaluate', [
  'LEDGER_TABLE',
  'ALERTS_TOPIC_ARN',
  'SWEEP_REQUESTS_TOPIC_ARN',
  'FAILED_QUEUE_URL',
])
// Checked when the stack was synthesized, and written beside this file then.
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const { logger, metrics } = telemetry('Evaluate')
const topicArn = env('ALERTS_TOPIC_ARN')
const { readLive, requestSweep, writeHeard, ...calls } = callsOf({
  table: env('LEDGER_TABLE'),
  topicArn,
  requestsArn: env('SWEEP_REQUESTS_TOPIC_ARN'),
  env: wholeEnvironment(),
  onFailure: why => logger.warn('a call did not succeed at once, the SDK makes it again', { why }),
})
const [, , , ownRegion, ownAccount] = topicArn.split(':')
const ownEc2 = ec2Reader()
let types = catalogue()

const isOwn = ({ accountId, region }: Place): boolean => accountId === ownAccount && region === ownRegion

const canStop = stopsArePresent()

const ports: Omit<Ports, 'policy' | 'killed'> = {
  ...calls,
  // The function that stops has no rights elsewhere.
  canStop: place => canStop && isOwn(place),
  now: () => new Date(),
  types: {
    known: () => types,
    learn: more => {
      types = withTypes(types, more)
    },
  },
  passed: passedInstances(),
  hear: hourly(writeHeard),
  ec2: place => (isOwn(place) ? ownEc2 : noReader(place)),
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

const live = () =>
  livePolicy({
    deployed,
    read: readLive,
    now: ports.now,
    log: ports.log,
    count: metric => metrics.addMetric(metric, MetricUnit.Count, 1),
  })

const inForce = policyIsLive() ? live() : async () => ({ policy: deployed, killed: false })

const attempts = attemptPorts({
  queue: 'Launches',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  logger,
})

export const handler = queueHandler({ logger, metrics }, async batch => {
  const now = { ...ports, ...(await inForce()) }
  return handleWithinAttempts(batch, rest => processBatch(rest, now), attempts)
})
