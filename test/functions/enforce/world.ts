/**
 * A launch that was told and promised a stop, and everything after it on a clock of its own: schedules come due, messages
 * that failed come again after three minutes, alerts come back through SNS, EC2 stops what it was asked to.
 */
import { confirmAlert } from '../../../functions/confirm/confirm-alert.ts'
import type { ConfirmPorts } from '../../../functions/confirm/ports.ts'
import type { EnforcePorts } from '../../../functions/enforce/ports.ts'
import { processBatch } from '../../../functions/enforce/process-batch.ts'
import { stopLedger } from '../../../functions/enforce/stop-ledger.ts'
import { stopReader } from '../../../functions/enforce/stop-reader.ts'
import { type Alert, buildFindingAlerts } from '../../../shared/alert/alert.ts'
import { markAlerted, markOutcomesAlerted } from '../../../shared/aws/ledger/confirm.ts'
import { readRow } from '../../../shared/aws/ledger/items.ts'
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
import type { Row } from '../../../shared/ledger/row.ts'
import type { PromiseMessage } from '../../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import { aRunningNotification } from '../../support/builders.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import type { Fault } from '../../support/cloud/faults.ts'
import { ACTOR, EVENT, PLACE } from '../../support/findings.ts'
import { aBatch } from '../../support/sqs.ts'
import { anEc2, anSns, aScheduler, aWire, type Machine, type Wire } from './aws.ts'
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

type Message = { readonly id: string; readonly body: string; readonly count: number; readonly at: number }
type Alerted = { readonly alert: Alert; readonly at: number }

const REDELIVERED_MS = 180_000
const MOST_DELIVERIES = 5
const TABLE = 'ledger'

export const aWorld = (options: Options = {}) => {
  const {
    machines = [aMachine(idOf(0))],
    policy = POLICY,
    confirmSeconds = 1,
    noticesLost = false,
    actor = ACTOR,
  } = options
  const stopSeconds = 'stopSeconds' in options ? options.stopSeconds : 60
  let time = Date.parse('2026-11-24T08:00:30Z')
  const now = (): Date => new Date(time)
  let dead = false
  const dies = new Set(options.diesAfter)
  const wire = aWire(options.faultAt)
  const mortal: Wire = {
    ...wire,
    pass: async (call, name) => {
      if (dead) throw new Error('Death')
      const index = wire.calls.length
      const answer = await wire.pass(call, name)
      if (dead || dies.has(index)) {
        dead = true
        throw new Error('Death')
      }
      return answer
    },
  }
  const dynamo = inMemoryDynamo()
  const known = new Map(machines.map(machine => [machine.described.InstanceId ?? '', { ...machine }]))
  const ec2 = anEc2(known, mortal, now)
  const sns = anSns(mortal)
  const scheduler = aScheduler(mortal)
  const counted: string[] = []
  const logged: string[] = []
  const requested: PromiseMessage[] = []
  const ledger = { client: dynamo.client((call, name) => mortal.pass(call, name)), table: TABLE }
  const steadyLedger = { client: dynamo.client(), table: TABLE }
  const schedules = { group: 'virtguard', roleArn: 'role', queueArn: 'queue', undeliveredArn: 'parked', now }

  const ports: EnforcePorts = {
    deployed: policy,
    live: () => readLive(ledger.client, TABLE),
    now,
    types: { known: loadCatalogue, learn: () => undefined },
    ledger: stopLedger(ledger),
    ec2: stopReader(ec2.client),
    stop: id => stopInstance(ec2.client, id),
    schedule: ({ message, ...at }) =>
      scheduleOnce({ ...schedules, client: scheduler.client }, { ...at, message: JSON.stringify(message) }),
    publish: message => publishTo({ client: sns.client, arn: 'topic' }, message),
    promiseAgain: async message => {
      await mortal.pass(() => ({ requested: requested.push(message) }), 'PublishRequest')
    },
    log: (level, message) => logged.push(`${level}: ${message}`),
    count: metric => counted.push(metric),
  }

  const messages: Message[] = []
  const parked: Message[] = []
  const alerted: Alerted[] = []
  let sent = 0
  let seen = 0

  // Confirm meets no faults here, and shares the schedules.
  const confirm: ConfirmPorts = {
    markAlerted: (marks, claimant) => markAlerted(steadyLedger, marks, { claimant, at: now() }),
    markOutcomesAlerted: (marks, claimant) => markOutcomesAlerted(steadyLedger, marks, { claimant, at: now() }),
    unmarkedOf: async marks => marks,
    hasTime: () => true,
    schedule: async ({ name, at, message }) => {
      if (!scheduler.waiting.has(name)) scheduler.waiting.set(name, { name, at, body: JSON.stringify(message) })
    },
    log: () => undefined,
  }

  const send = (body: string): void => {
    sent += 1
    messages.push({ id: `message-${sent}`, body, count: 1, at: time })
  }

  /** What operators set, as the command line writes it. */
  const operate = {
    apply: (live: Policy) =>
      writePolicy(steadyLedger.client, TABLE, { policy: live, by: 'user@example.com', at: now() }),
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
      writeStops(steadyLedger.client, TABLE, { value, why: 'an incident', by: 'user@example.com', at: now() }),
  }

  /** Tells of a launch that happened now, and confirms it: its rows are DEFERRED, its stop is scheduled. */
  const launch = async (ids: readonly string[], launchId = 'r-1'): Promise<void> => {
    const findings = ids.flatMap(id => {
      const subject = createInstanceSubject(
        { ...PLACE, event: EVENT },
        { ...readInstanceDescription(known.get(id)?.described ?? { InstanceId: id }), state: 'pending' },
      )
      const question = { subject, event: EVENT, actor }
      return evaluate(question, { policy, types: loadCatalogue(), now: now(), canStop: true })
    })
    const claim = { claimant: `launch-${launchId}`, launchId, now: now() }
    const { ours } = await claimFindings(findings, steadyLedger, claim)
    for (const alert of buildFindingAlerts({ ...PLACE, launchId, event: EVENT, actor: ACTOR }, ours, claim))
      await confirmAlert(alert, { isFirst: true }, confirm)
  }

  const deliver = async (message: Message): Promise<void> => {
    dead = false
    const batch = aBatch([message.body], message.count)
    const [record] = batch.Records
    const answer = await processBatch(
      {
        Records: record ? [{ ...record, messageId: message.id, receiptHandle: `${message.id} ${message.count}` }] : [],
      },
      ports,
    )
    if (!dead && answer.batchItemFailures.length === 0) return
    const again = { ...message, count: message.count + 1, at: time + REDELIVERED_MS }
    if (again.count > MOST_DELIVERIES) parked.push(message)
    else messages.push(again)
  }

  const collectAlerts = (): void => {
    for (const alert of sns.alerts.slice(seen)) alerted.push({ alert, at: time + confirmSeconds * 1000 })
    seen = sns.alerts.length
  }

  const haltMachines = (): void => {
    for (const [id, machine] of known) {
      const isDown = machine.described.State?.Name === 'stopping' && stopSeconds !== undefined
      if (!isDown || (machine.stopTaken ?? 0) + stopSeconds * 1000 > time) continue
      machine.described = { ...machine.described, State: { Name: 'stopped' } }
      const notice = aRunningNotification({
        instanceId: id,
        state: 'stopped',
        time: now().toISOString().replace(/\.\d+/, ''),
      })
      if (!noticesLost) send(JSON.stringify(notice))
    }
  }

  const nextTime = (): number => {
    const halts = [...known.values()].flatMap(({ described, stopTaken }) =>
      described.State?.Name === 'stopping' && stopTaken !== undefined && stopSeconds !== undefined
        ? [stopTaken + stopSeconds * 1000]
        : [],
    )
    const schedulesDue = [...scheduler.waiting.values()].map(({ at }) => at.getTime())
    return Math.min(...halts, ...schedulesDue, ...messages.map(({ at }) => at), ...alerted.map(({ at }) => at))
  }

  /** Lets time pass until nothing is left to happen, or so many minutes. */
  const run = async (minutes = 240): Promise<void> => {
    const end = time + minutes * 60_000
    for (let next = nextTime(); next <= end; next = nextTime()) {
      time = Math.max(time, next)
      haltMachines()
      for (const [name, schedule] of scheduler.waiting)
        if (schedule.at.getTime() <= time) {
          scheduler.waiting.delete(name)
          send(schedule.body)
        }
      for (const one of alerted.filter(({ at }) => at <= time)) {
        alerted.splice(alerted.indexOf(one), 1)
        await confirmAlert(one.alert, { isFirst: true }, confirm)
      }
      const due = messages.filter(({ at }) => at <= time)
      for (const message of due) {
        messages.splice(messages.indexOf(message), 1)
        await deliver(message)
        collectAlerts()
      }
    }
  }

  const rows = (): readonly Row[] =>
    [...dynamo.items.values()].filter(item => item['finding'] !== undefined).map(readRow)

  const pass = (seconds: number): void => {
    time += seconds * 1000
  }
  return {
    launch,
    run,
    send,
    pass,
    now,
    operate,
    rows,
    known,
    ports,
    wire,
    dynamo,
    ec2,
    sns,
    scheduler,
    parked,
    counted,
    logged,
    /** What Sweep was asked to promise again. */
    requested,
  }
}
export type World = ReturnType<typeof aWorld>
