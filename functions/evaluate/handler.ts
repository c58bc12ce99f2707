import { readFileSync } from 'node:fs'
import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SNSClient } from '@aws-sdk/client-sns'
import { claimFindings } from '../../shared/aws/ledger.ts'
import { readLive } from '../../shared/aws/policy-store.ts'
import { publishTo, requestSweep } from '../../shared/aws/topic.ts'
import { catalogue, withTypes } from '../../shared/catalogue/catalogue.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { environment, policyIsLive, stopsArePresent } from '../env.ts'
import { livePolicy } from '../live-policy.ts'
import { queueHandler, telemetry } from '../middleware.ts'
import { ec2Reader, noReader } from './ec2-reader.ts'
import { hadStopped } from './had-stopped.ts'
import type { Place, Ports } from './ports.ts'
import { processBatch } from './process-batch.ts'

const env = environment('Evaluate', ['LEDGER_TABLE', 'ALERTS_TOPIC_ARN', 'SWEEP_REQUESTS_TOPIC_ARN'])
// Checked when the stack was synthesized, and written beside this file then.
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const { logger, metrics } = telemetry('Evaluate')
const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table: env('LEDGER_TABLE') }
const topic = { client: new SNSClient({ maxAttempts: 3 }), arn: env('ALERTS_TOPIC_ARN') }
const requests = { client: topic.client, arn: env('SWEEP_REQUESTS_TOPIC_ARN') }
const [, , , ownRegion, ownAccount] = topic.arn.split(':')
const ownEc2 = ec2Reader()
let types = catalogue()

const isOwn = ({ accountId, region }: Place): boolean => accountId === ownAccount && region === ownRegion

const canStop = stopsArePresent()

const ports: Omit<Ports, 'policy' | 'killed'> = {
  // The function that stops has no rights elsewhere.
  canStop: place => canStop && isOwn(place),
  now: () => new Date(),
  types: {
    known: () => types,
    learn: more => {
      types = withTypes(types, more)
    },
  },
  ec2: place => (isOwn(place) ? ownEc2 : noReader(place)),
  claim: (findings, claim) => claimFindings(findings, ledger, claim),
  hadStopped: (place, resourceIds) => hadStopped(ledger, place, resourceIds),
  handOver: async (place, launchedUntil) => {
    if (!isOwn(place)) return false
    await requestSweep(requests, { kind: 'start', regions: [place.region], launchedUntil })
    return true
  },
  publish: message => publishTo(topic, message),
  log: (level, message, context) => logger[level](message, { ...context }),
  count: (metric, count = 1) => metrics.addMetric(metric, MetricUnit.Count, count),
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

export const handler = queueHandler({ logger, metrics }, async batch =>
  processBatch(batch, { ...ports, ...(await inForce()) }),
)
