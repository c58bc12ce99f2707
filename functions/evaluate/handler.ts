import { readFileSync } from 'node:fs'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { StopRight } from '../../shared/engine/decide.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { createAttemptPorts } from '../runtime/attempts.ts'
import { areStopsDeployed, isPolicyLive, readEnvironment, readSpokeRole, requireEnvironment } from '../runtime/env.ts'
import { createLivePolicy } from '../runtime/live-policy.ts'
import { createQueueHandler, createTelemetry } from '../runtime/middleware.ts'
import { handleWithinAttempts } from '../runtime/within-attempts.ts'
import { createCalls } from './calls.ts'
import { createEc2Reader, createNoReader } from './ec2-reader.ts'
import { truncateToHour } from './last-heard.ts'
import { createPassedInstances } from './passed.ts'
import type { Ports } from './ports.ts'
import { processBatch } from './process-batch.ts'
import { createSpokeReaders } from './spoke-readers.ts'
import { createStopRoles } from './stop-roles.ts'

const env = requireEnvironment('Evaluate', [
  'LEDGER_TABLE',
  'ALERTS_TOPIC_ARN',
  'SWEEP_REQUESTS_TOPIC_ARN',
  'FAILED_QUEUE_URL',
])
// Checked when the stack was synthesized, and written beside this file then.
const deployed: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))

const telemetry = createTelemetry('Evaluate')
const topicArn = env('ALERTS_TOPIC_ARN')
const { readLive, requestSweep, writeHeard, listSpokes, noteSpoke, claim, ...calls } = createCalls({
  table: env('LEDGER_TABLE'),
  topicArn,
  requestsArn: env('SWEEP_REQUESTS_TOPIC_ARN'),
  env: readEnvironment(),
  onFailure: why => telemetry.log('warn', 'a call did not succeed at once, the SDK makes it again', { why }),
})
const [, partition = '', , ownRegion = '', ownAccount] = topicArn.split(':')
const ownEc2 = createEc2Reader()
const spokeRole = readSpokeRole()
const otherEc2 =
  spokeRole === undefined
    ? createNoReader
    : createSpokeReaders({
        partition,
        region: ownRegion,
        role: spokeRole,
        onDenied: (place, why) => {
          telemetry.log('warn', 'an account of the organization cannot be read', { ...place, why })
          telemetry.count('SpokesUnreadable', 1)
        },
      })
let types = loadCatalogue()

const isOwn = ({ accountId, region }: AccountRegion): boolean => accountId === ownAccount && region === ownRegion

const canStop = areStopsDeployed()

const stopRoles =
  spokeRole !== undefined && canStop
    ? createStopRoles({ list: listSpokes, note: noteSpoke, now: () => new Date(), log: telemetry.log })
    : undefined

/** Elsewhere only where the function that stops could use its role within the last day. */
const canStopThere = (place: AccountRegion): StopRight => {
  if (stopRoles === undefined || isOwn(place)) return canStop && isOwn(place)
  return stopRoles.isKnown(place.accountId) || 'role-not-known'
}

const hearRegion = truncateToHour(writeHeard)

const ports: Omit<Ports, 'policy' | 'stopsDisabled' | 'disabledAccounts'> = {
  ...calls,
  // While the ledger's answer is on its way, there is time.
  claim: (findings, by, onSent) =>
    claim(findings, by, () => {
      onSent?.()
      telemetry.open()
    }),
  canStop: canStopThere,
  now: () => new Date(),
  types: {
    known: () => types,
    learn: more => {
      types = addTypes(types, more)
    },
  },
  passed: createPassedInstances(),
  hear: async heard => {
    await hearRegion(heard)
    if (!isOwn(heard)) await stopRoles?.hear(heard.accountId)
  },
  ec2: place => (isOwn(place) ? ownEc2 : otherEc2(place)),
  handOver: async (place, launchedUntil) => {
    if (!isOwn(place)) return false
    await requestSweep({ kind: 'start', regions: [place.region], launchedUntil })
    return true
  },
  log: telemetry.log,
  count: (metric, count = 1) => telemetry.count(metric, count),
  countFindings: (rule, count) => telemetry.count('Findings', count, ['rule', rule]),
}

const createLive = () =>
  createLivePolicy({
    deployed,
    read: readLive,
    now: ports.now,
    log: ports.log,
    count: metric => telemetry.count(metric, 1),
  })

const inForce = isPolicyLive() ? createLive() : async () => ({ policy: deployed, stopsDisabled: false })

const attempts = createAttemptPorts({
  queue: 'Launches',
  table: env('LEDGER_TABLE'),
  failedUrl: env('FAILED_QUEUE_URL'),
  log: telemetry.log,
})

export const handler = createQueueHandler(telemetry, async batch => {
  const [policy] = await Promise.all([inForce(), stopRoles?.refresh()])
  const now = { ...ports, ...policy }
  return handleWithinAttempts(batch, rest => processBatch(rest, now), attempts)
})
