/**
 * The whole flow in the cloud of test/support/cloud: queues that deliver again and in any order, SNS, EventBridge Scheduler,
 * the ledger with the real expressions; with an EC2 of its own, and an operator. The functions are the real ones, from the
 * message on. Other scenes go from event to event; here a schedule of numbers decides what happens next.
 */
import { confirmBatch } from '../../../functions/confirm/confirm-batch.ts'
import { processBatch as enforceBatch } from '../../../functions/enforce/process-batch.ts'
import { processBatch as evaluateBatch } from '../../../functions/evaluate/process-batch.ts'
import { processBatch as sweepBatch } from '../../../functions/sweep/process-batch.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import { CONFIRM_AGAIN_SECONDS, placeOf, type Row } from '../../../shared/ledger/row.ts'
import type { Gate } from '../cloud/calls.ts'
import { createClock } from '../cloud/clock.ts'
import { inMemoryDynamo } from '../cloud/dynamodb.ts'
import { readRows } from '../cloud/ledger.ts'
import { createSchedules } from '../cloud/schedules.ts'
import { readBody } from '../cloud/sns.ts'
import { createSqs } from '../cloud/sqs.ts'
import { PLACE } from '../findings.ts'
import { watchedClaims } from './claims.ts'
import { simulatedEc2 } from './ec2.ts'
import { simulatedOperators } from './operators.ts'
import { type Around, confirmPorts, enforcePorts, evaluatePorts, type How } from './ports.ts'
import { sweepPorts } from './sweep.ts'
import type { Message, Published, StopCall } from './traffic.ts'
import { type Invocation, invoke } from './turns.ts'

const START = new Date('2026-11-24T08:00:00Z')

// A sweep's message comes again after half an hour; here as soon as the others, so that it meets more.
const VISIBILITY_SECONDS = { launches: 180, alerted: CONFIRM_AGAIN_SECONDS, stops: 180, sweeps: 180 } as const
/** A person moves a message back from the dead-letter queue: a new message, when no lease is left. */
const MOVED_BACK_SECONDS = 420
/** EventBridge Scheduler is asked for the future only. */
const SOONEST_MS = 15_000

const DEALT_WITH = ['SUPPRESSED', 'STOPPED', 'RESOLVED', 'FAILED']

const countRuns = ({ history }: Row): number => history.filter(({ state }) => DEALT_WITH.includes(state)).length

export const simulatedWorld = () => {
  const clock = createClock(START)
  let turns = 0
  const trace: string[] = []
  const seconds = (): number => clock.now().getTime() / 1000
  const write = (line: string): void => void trace.push(`${seconds() - START.getTime() / 1000} s: ${line}`)
  const sight = { now: seconds, write }
  const published: Published[] = []
  const stopCalls: StopCall[] = []
  const deliveries = new Map<string, number[]>()
  const dynamo = inMemoryDynamo()
  const sqs = createSqs({ now: clock.now, write, visibilitySeconds: VISIBILITY_SECONDS, maxReceives: 5 })
  const operators = simulatedOperators(sight)
  const ec2 = simulatedEc2(sight, (queue, body, after) => sqs.send(queue, JSON.stringify(body), after))
  const schedules = createSchedules({ now: clock.now, send: body => sqs.send('stops', body) })
  const turn = (): number => {
    turns += 1
    return turns
  }

  const claims = watchedClaims(dynamo, { now: seconds, turn })

  const publish = (message: SnsMessage, by: Invocation): void => {
    const body = readBody(message)
    const alert: Alert = JSON.parse(body)
    const runs = new Map(readRows(dynamo).map(row => [`${row.pk} ${row.sk}`, countRuns(row)]))
    published.push({ alert, at: seconds(), by, copy: sqs.send('alerted', body), runs })
  }

  const finish = (message: Message): void => {
    sqs.remove(message)
    for (const one of published) if (one.copy.id === message.id) one.confirmed ??= turn()
  }

  const aroundOf = (self: () => Invocation): Around => ({
    now: seconds,
    dynamo,
    watch: claims.watch,
    ec2,
    operators,
    schedule: ({ name, at, message }) => {
      const soonest = new Date(Math.max(at.getTime(), clock.now().getTime() + SOONEST_MS))
      schedules.make({ name, at: soonest, body: JSON.stringify(message) })
    },
    sweepOn: (body, after) => sqs.send('sweeps', body, after),
    publish: message => publish(message, self()),
    note: call => stopCalls.push(call),
  })

  /** Starts the function that a message is for. */
  const deliver = (message: Message, how: How): Invocation => {
    const record = sqs.receive(message)
    const order = turn()
    const label = `${message.id} (${message.receives}, ${order})`
    // Those of its copies are among them.
    const orders = deliveries.get(message.id) ?? []
    deliveries.set(message.id, orders)
    orders.push(order)
    const run = async (gate: Gate): Promise<boolean> => {
      const batch = { Records: [{ ...record, receiptHandle: label }] }
      const around = aroundOf(() => invocation)
      const handle = {
        launches: () => evaluateBatch(batch, evaluatePorts(gate, around, how)),
        alerted: () => confirmBatch(batch, confirmPorts(gate, around)),
        stops: () => enforceBatch(batch, enforcePorts(gate, around, how)),
        sweeps: () => sweepBatch(batch, sweepPorts(gate, around, how)),
      }
      const { batchItemFailures } = await handle[message.queue]()
      const isDone = batchItemFailures.length === 0
      // Who was cut off deletes nothing.
      if (isDone && invocation.end === 'none') finish(message)
      return isDone
    }
    const start = { label, startedAt: seconds(), order, deliveries: orders, write }
    const invocation: Invocation = invoke(start, run)
    return invocation
  }

  const advance = (by: number, noticeAfter: number): void => {
    const until = seconds() + by
    // In order: an event in between happens at its own time.
    while (seconds() < until) {
      clock.pass(Math.min(until, Math.max(seconds() + 1, Math.ceil(ec2.next()))) - seconds())
      ec2.progress(noticeAfter)
      void schedules.source.go()
      for (const { queue, body } of sqs.moveDeadLetters()) sqs.send(queue, body, MOVED_BACK_SECONDS)
    }
  }

  return {
    ec2,
    published,
    stopCalls,
    claims: claims.held,
    trace,
    operators,
    deliver,
    /** The message of the schedule of sweeps. */
    sweep: () => sqs.send('sweeps', '{"kind":"start"}'),
    /** An operator has all instances that were left running promised a stop. */
    retry: () => {
      const left = readRows(dynamo).filter(({ state }) => ['ALERTED', 'REFUSED', 'FAILED'].includes(state))
      const findings = left.map(placeOf).map(({ resourceId, rule }) => ({ resourceId, rule }))
      if (findings.length > 0) sqs.send('sweeps', JSON.stringify({ kind: 'promise', ...PLACE, findings }))
    },
    advance,
    rows: () => readRows(dynamo),
    now: seconds,
    toDeliver: () => sqs.visible(),
    inWork: sqs.inWork,
    copy: (message: Message, outlives: boolean) => sqs.copy(message, { outlives, visibleAt: clock.now().getTime() }),
    /** The time of the next event without an action. Infinity if there is none. */
    next: () => Math.min(ec2.next(), schedules.source.next() / 1000, sqs.next() / 1000),
  }
}

export type SimulatedWorld = ReturnType<typeof simulatedWorld>
