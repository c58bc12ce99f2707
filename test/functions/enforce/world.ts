/**
 * A launch that was alerted and promised a stop, and everything after it in the cloud of test/support/cloud: schedules come
 * due, messages that failed come again after three minutes, alerts come back through SNS, EC2 stops what it was asked to.
 */
import { confirmAlert } from '../../../functions/confirm/confirm-alert.ts'
import type { EnforcePorts } from '../../../functions/enforce/ports.ts'
import { processBatch } from '../../../functions/enforce/process-batch.ts'
import { stopLedger } from '../../../functions/enforce/stop-ledger.ts'
import { stopReader } from '../../../functions/enforce/stop-reader.ts'
import { buildFindingAlerts } from '../../../shared/alert/alert.ts'
import { claimFindings } from '../../../shared/aws/ledger/ledger.ts'
import { readLive, writePolicy, writeStops } from '../../../shared/aws/ledger/policy-store.ts'
import { scheduleOnce } from '../../../shared/aws/scheduler.ts'
import { stopInstance } from '../../../shared/aws/stop.ts'
import { publishTo } from '../../../shared/aws/topic.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../../shared/engine/evaluate.ts'
import { createInstanceSubject } from '../../../shared/engine/subjects.ts'
import { readInstanceDescription } from '../../../shared/facts/described.ts'
import type { Actor } from '../../../shared/facts/facts.ts'
import type { PromiseMessage } from '../../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import { type Gate, watchCalls } from '../../support/cloud/calls.ts'
import { createClock } from '../../support/cloud/clock.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { createEc2, type Machine } from '../../support/cloud/ec2.ts'
import type { Fault } from '../../support/cloud/faults.ts'
import { confirmFrom, confirmPorts, TYPES } from '../../support/cloud/functions.ts'
import { openLedger, readRows } from '../../support/cloud/ledger.ts'
import { createSchedules } from '../../support/cloud/schedules.ts'
import { createTopic } from '../../support/cloud/sns.ts'
import { createSqs, mapQueue } from '../../support/cloud/sqs.ts'
import { ACTOR, EVENT, PLACE } from '../../support/findings.ts'
import { aMachine, idOf, POLICY } from './machines.ts'

export type Options = {
  readonly machines?: readonly Machine[]
  readonly policy?: Policy
  readonly faultAt?: (call: string, index: number) => Fault | undefined
  /** After which of its calls to AWS, counted from 0 over all deliveries, the function dies. */
  readonly diesAfter?: readonly number[]
  readonly confirmSeconds?: number
  /** How long an instance takes to stop; never, if undefined is given. */
  readonly stopSeconds?: number | undefined
  readonly noticesLost?: boolean
  /** Who launches. */
  readonly actor?: Actor
}

export const aWorld = (options: Options = {}) => {
  const { machines = [aMachine(idOf(0))], policy = POLICY, confirmSeconds = 1, actor = ACTOR } = options
  const clock = createClock(new Date('2026-11-24T08:00:30Z'))
  const aws = watchCalls(options)
  const common = { now: clock.now, refuse: aws.refuse }
  const dynamo = inMemoryDynamo()
  const ledger = openLedger(dynamo)
  const sqs = createSqs({ ...common, visibilitySeconds: { alerted: 180, stops: 180 }, maxReceives: 5 })
  const send = (body: string): void => void sqs.send('stops', body)
  const known = new Map(machines.map(machine => [machine.described.InstanceId ?? '', { ...machine }]))
  const ec2 = createEc2({
    ...common,
    machines: known,
    stopSeconds: 'stopSeconds' in options ? options.stopSeconds : 60,
    notify: body => options.noticesLost || send(body),
  })
  const sns = createTopic({ ...common, deliver: body => void sqs.send('alerted', body, confirmSeconds) })
  const scheduler = createSchedules({ ...common, send })
  const counted: string[] = []
  const logged: string[] = []
  const requested: PromiseMessage[] = []
  const group = {
    group: 'virtguard',
    roleArn: 'role',
    queueArn: 'queue',
    undeliveredArn: 'undelivered',
    now: clock.now,
  }

  const portsOf = (gate: Gate): EnforcePorts => {
    const own = openLedger(dynamo, gate)
    return {
      deployed: policy,
      live: () => readLive(own.client, own.table),
      now: clock.now,
      types: TYPES,
      ledger: stopLedger(own),
      ec2: stopReader(ec2.client(gate)),
      stop: id => stopInstance(ec2.client(gate), id),
      schedule: ({ message, ...at }) =>
        scheduleOnce({ ...group, client: scheduler.client(gate) }, { ...at, message: JSON.stringify(message) }),
      publish: message => publishTo({ client: sns.client(gate), arn: 'topic' }, message),
      promiseAgain: async message => void (await gate('PublishRequest', () => requested.push(message))),
      log: (level, message) => logged.push(`${level}: ${message}`),
      count: metric => counted.push(metric),
    }
  }

  // Confirm meets no faults here, and shares the schedules.
  const confirming = {
    ledger,
    now: clock.now,
    schedule: async ({ message, ...at }: Parameters<EnforcePorts['schedule']>[0]) =>
      void scheduler.make({ ...at, body: JSON.stringify(message) }),
  }

  /** What operators set, as the command line writes it. */
  const operate = {
    apply: (live: Policy) =>
      writePolicy(ledger.client, ledger.table, { policy: live, by: 'user@example.com', at: clock.now() }),
    /** Something that no version of the command line writes. */
    spoil: async (): Promise<void> => {
      dynamo.items.set('policy | current', {
        pk: { S: 'policy' },
        sk: { S: 'current' },
        version: { N: '7' },
        policy: { S: '{}' },
        sha256: { S: 'of something else' },
      })
    },
    stops: (value: 'on' | 'off') =>
      writeStops(ledger.client, ledger.table, { value, why: 'an incident', by: 'user@example.com', at: clock.now() }),
  }

  /** Alerts a launch that happened now, and confirms it: its rows are DEFERRED, its stop is scheduled. */
  const launch = async (ids: readonly string[], launchId = 'r-1'): Promise<void> => {
    const findings = ids.flatMap(id => {
      const subject = createInstanceSubject(
        { ...PLACE, event: EVENT },
        { ...readInstanceDescription(known.get(id)?.described ?? { InstanceId: id }), state: 'pending' },
      )
      const question = { subject, event: EVENT, actor }
      return evaluate(question, { policy, types: loadCatalogue(), now: clock.now(), canStop: true })
    })
    const claim = { claimant: `launch-${launchId}`, launchId, now: clock.now() }
    const { ours } = await claimFindings(findings, ledger, claim)
    for (const alert of buildFindingAlerts({ ...PLACE, launchId, event: EVENT, actor: ACTOR }, ours, claim))
      await confirmAlert(alert, { isFirst: true }, confirmPorts(confirming))
  }

  const alerted = confirmFrom(sqs, confirming)
  const sources = [
    ec2.source,
    scheduler.source,
    alerted,
    mapQueue(sqs, 'stops', batch => aws.run(gate => processBatch(batch, portsOf(gate)))),
  ]

  return {
    launch,
    /** Lets time pass until nothing is left to happen, or so many minutes. */
    run: (minutes = 240) => clock.run(sources, minutes),
    /** Lets Confirm have the alerts that SNS has delivered, and nothing else happen. */
    confirm: () => clock.run([alerted], 0),
    send,
    pass: clock.pass,
    now: clock.now,
    operate,
    rows: () => readRows(dynamo),
    known,
    /** Those of a function that has just started. */
    ports: portsOf(aws.start().gate),
    aws,
    dynamo,
    ec2,
    sns,
    scheduler,
    deadLetters: sqs.deadLetters,
    counted,
    logged,
    /** What Sweep was asked to promise again. */
    requested,
  }
}
export type World = ReturnType<typeof aWorld>
