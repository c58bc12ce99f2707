/**
 * The whole flow in memory, on one clock: queues that deliver again and in any order, SNS, EventBridge Scheduler, the
 * ledger with the real expressions, EC2, an operator. The three functions are the real ones, from the message on.
 */
import { confirmBatch } from '../../../functions/confirm/confirm-batch.ts'
import type { ConfirmPorts } from '../../../functions/confirm/ports.ts'
import type { EnforcePorts } from '../../../functions/enforce/ports.ts'
import { processBatch as enforceBatch } from '../../../functions/enforce/process-batch.ts'
import { stopLedger } from '../../../functions/enforce/stop-ledger.ts'
import { hadStopped } from '../../../functions/evaluate/had-stopped.ts'
import type { Ec2Reader, Ports } from '../../../functions/evaluate/ports.ts'
import { processBatch as evaluateBatch } from '../../../functions/evaluate/process-batch.ts'
import { processBatch as sweepBatch } from '../../../functions/sweep/process-batch.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import { markAlerted, markTold } from '../../../shared/aws/confirm.ts'
import { rowOfItem } from '../../../shared/aws/items.ts'
import { claimFindings, type Ledger } from '../../../shared/aws/ledger.ts'
import { catalogue } from '../../../shared/catalogue/catalogue.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import type { Row } from '../../../shared/ledger/row.ts'
import { inMemoryDynamo } from '../dynamodb.ts'
import { aBatch } from '../sqs.ts'
import { simulatedEc2 } from './ec2.ts'
import { sweepPorts } from './sweep.ts'
import { policyOf, type Switches } from './switches.ts'
import type { Message, Published, Queue, StopCall } from './traffic.ts'
import { type Gate, type Invocation, invoke } from './turns.ts'

const REDELIVERED_SECONDS = 180
const MOST_DELIVERIES = 5
/** A person moves it back from the dead-letter queue: a new message, when no lease is left. */
const MOVED_BACK_SECONDS = 420
const START = Date.parse('2026-11-24T08:00:00Z') / 1000
const TABLE = 'ledger'

const DEALT_WITH = ['SUPPRESSED', 'STOPPED', 'RESOLVED', 'FAILED']

const storiesIn = ({ history }: Row): number => history.filter(({ state }) => DEALT_WITH.includes(state)).length

type Schedule = { readonly at: number; readonly body: string; firedAt?: number }

export const simulatedWorld = () => {
  let seconds = START
  let switches: Switches = { mode: 'enforce', exempt: false, stops: 'on' }
  const switched: { readonly at: number; readonly to: Switches }[] = [{ at: 0, to: switches }]
  const messages: Message[] = []
  const schedules = new Map<string, Schedule>()
  const published: Published[] = []
  const stopCalls: StopCall[] = []
  const dynamo = inMemoryDynamo()
  let turns = 0
  const turn = (): number => {
    turns += 1
    return turns
  }
  const now = (): number => seconds
  const date = (): Date => new Date(seconds * 1000)

  const send = (queue: Queue, body: string, after = 0): Message => {
    const id = `${queue}-${messages.length}`
    const message = { id, queue, body, visibleAt: seconds + after, count: 0, deliveries: [] }
    messages.push(message)
    return message
  }
  const sent = new Set<Message>()
  const ec2 = simulatedEc2({ now }, (queue, body, after) => send(queue, JSON.stringify(body), after))

  const rows = (): Row[] =>
    [...dynamo.items.values()].filter(item => item['finding'] !== undefined).map(item => rowOfItem(item))

  const publish = (message: SnsMessage, by: Invocation): void => {
    const body: string = JSON.parse(message.Message).default
    const alert: Alert = JSON.parse(body)
    const stories = new Map(rows().map(row => [`${row.pk} ${row.sk}`, storiesIn(row)]))
    published.push({ alert, at: seconds, by, copy: send('alerted', body), stories })
  }

  const schedule = ({ name, at, message }: Parameters<EnforcePorts['schedule']>[0]): void => {
    // A name is free again a minute after its schedule went off.
    const before = schedules.get(name)
    if (before !== undefined && (before.firedAt === undefined || seconds < before.firedAt + 60)) return
    schedules.set(name, { at: Math.max(at.getTime() / 1000, seconds + 15), body: JSON.stringify(message) })
  }

  const fire = (): void => {
    for (const one of schedules.values()) {
      if (one.firedAt !== undefined || one.at > seconds) continue
      one.firedAt = seconds
      send('stops', one.body)
    }
  }

  const park = (): void => {
    for (const message of messages) {
      if (sent.has(message) || message.count < MOST_DELIVERIES || message.visibleAt > seconds) continue
      sent.add(message)
      send(message.queue, message.body, MOVED_BACK_SECONDS)
    }
  }

  const ledgerThrough = (gate: Gate): Ledger => ({
    client: dynamo.client((call, name) => gate(name, call)),
    table: TABLE,
  })
  const silent = { log: () => undefined, count: () => undefined, countFindings: () => undefined }
  const types = { known: catalogue, learn: () => undefined }

  /** As Evaluate knows it: a reading of up to a minute ago. */
  const switchesAt = (at: number): Switches => switched.findLast(one => one.at <= at)?.to ?? switches

  const evaluate = (gate: Gate, self: () => Invocation, { lag, age }: { lag: number; age: number }): Ports => {
    const ledger = ledgerThrough(gate)
    const known = switchesAt(seconds - age)
    const reader: Ec2Reader = {
      instances: (by, values) =>
        gate('DescribeInstances', () => ({
          ok: true,
          facts: values.flatMap(value =>
            by === 'reservation-id' ? ec2.siblings(value, lag) : (ec2.describe(value, lag) ?? []),
          ),
        })),
      images: () => gate('DescribeImages', () => ({ ok: true, facts: [] })),
      types: () => gate('DescribeInstanceTypes', () => ({ ok: true, facts: [] })),
    }
    return {
      ...silent,
      types,
      policy: policyOf(known),
      killed: known.stops === 'off',
      canStop: () => true,
      now: date,
      ec2: () => reader,
      claim: (findings, claim) => claimFindings(findings, ledger, claim),
      handOver: async () => true,
      hadStopped: (place, ids) => hadStopped(ledger, place, ids),
      publish: message => gate('Publish', () => publish(message, self())),
    }
  }

  const confirm = (gate: Gate): ConfirmPorts => {
    const ledger = ledgerThrough(gate)
    return {
      ...silent,
      mark: (key, by) => markAlerted(key, ledger, { ...by, at: date() }),
      markTold: (key, claimant) => markTold(key, ledger, { claimant, at: date() }),
      schedule: appointment => gate('CreateSchedule', () => schedule(appointment)),
    }
  }

  const enforce = (gate: Gate, self: () => Invocation, { lag }: { lag: number }): EnforcePorts => {
    const read: { facts: InstanceFacts | undefined; switches: Switches | undefined } = {
      facts: undefined,
      switches: undefined,
    }
    return {
      ...silent,
      types,
      deployed: policyOf(switched[0]?.to ?? switches),
      now: date,
      live: () =>
        gate('Query', () => {
          read.switches = switches
          return { policy: policyOf(switches), stops: switches.stops }
        }),
      ledger: stopLedger(ledgerThrough(gate)),
      ec2: {
        instance: id =>
          gate('DescribeInstances', () => {
            read.facts = ec2.describe(id, lag)
            return read.facts
          }),
        images: () => gate('DescribeImages', () => []),
        types: () => gate('DescribeInstanceTypes', () => []),
      },
      stop: id =>
        gate('StopInstances', () => {
          const wasUp = ec2.machines.get(id)?.state === 'running'
          const answer = ec2.stop(id)
          stopCalls.push({ id, at: seconds, took: wasUp && answer.kind === 'accepted', read: { ...read } })
          return answer
        }),
      schedule: appointment => gate('CreateSchedule', () => schedule(appointment)),
      publish: message => gate('Publish', () => publish(message, self())),
    }
  }

  const sweep = (gate: Gate, self: () => Invocation, { lag, age }: { lag: number; age: number }) =>
    sweepPorts({
      gate,
      ledger: ledgerThrough(gate),
      ec2,
      lag,
      policy: policyOf(switchesAt(seconds - age)),
      now: date,
      send: (body, after) => send('sweeps', body, after),
      publish: message => publish(message, self()),
    })

  const finish = (message: Message): void => {
    sent.add(message)
    for (const one of published) if (one.copy === message) one.confirmed ??= turn()
  }

  const batchOf = ({ id, body, count }: Message) => {
    const [record] = aBatch([body], count).Records
    return { Records: record === undefined ? [] : [{ ...record, messageId: id }] }
  }

  /** Starts the function that a message is for. `lag`: how old EC2's answers are; `age`: how old Evaluate's policy is. */
  const deliver = (message: Message, how: { readonly lag: number; readonly age: number }): Invocation => {
    message.count += 1
    message.visibleAt = seconds + REDELIVERED_SECONDS
    const batch = batchOf(message)
    const label = `${message.id} (${message.count})`
    const order = turn()
    message.deliveries.push(order)
    const start = { label, startedAt: seconds, order, deliveries: message.deliveries }
    const invocation: Invocation = invoke(start, async gate => {
      const self = (): Invocation => invocation
      const handle = {
        launches: () => evaluateBatch(batch, evaluate(gate, self, how)),
        alerted: () => confirmBatch(batch, confirm(gate)),
        stops: () => enforceBatch(batch, enforce(gate, self, how)),
        sweeps: () => sweepBatch(batch, sweep(gate, self, how)),
      }
      const { batchItemFailures } = await handle[message.queue]()
      const isDone = batchItemFailures.length === 0
      if (isDone) finish(message)
      return isDone
    })
    return invocation
  }

  const toDeliver = (): Message[] => messages.filter(message => !sent.has(message) && message.visibleAt <= seconds)

  return {
    ec2,
    published,
    stopCalls,
    switched,
    deliver,
    toDeliver,
    send,
    now,
    switches: () => switches,
    rows,
    waiting: () => [...dynamo.items.values()].filter(item => item['settledBy'] !== undefined).length,
    set: (to: Partial<Switches>) => {
      switches = { ...switches, ...to }
      switched.push({ at: seconds, to: switches })
    },
    advance: (by: number, noticeAfter: number) => {
      const until = seconds + by
      // In order: what comes about in between comes about then.
      while (seconds < until) {
        seconds = Math.min(until, Math.max(seconds + 1, Math.ceil(ec2.next())))
        ec2.progress(noticeAfter)
        fire()
        park()
      }
    },
    /** When something happens by itself next; infinity where nothing will. */
    next: () =>
      Math.min(
        ec2.next(),
        ...[...schedules.values()].flatMap(({ at, firedAt }) => (firedAt === undefined ? [at] : [])),
        ...messages.flatMap(message => (sent.has(message) ? [] : [message.visibleAt])),
      ),
  }
}

export type SimulatedWorld = ReturnType<typeof simulatedWorld>
