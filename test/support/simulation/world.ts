/**
 * The whole flow in memory, on one clock: queues that deliver again and in any order, SNS, EventBridge Scheduler, the
 * ledger with the real expressions, EC2, an operator. The functions are the real ones, from the message on.
 */
import { confirmBatch } from '../../../functions/confirm/confirm-batch.ts'
import { processBatch as enforceBatch } from '../../../functions/enforce/process-batch.ts'
import { processBatch as evaluateBatch } from '../../../functions/evaluate/process-batch.ts'
import { processBatch as sweepBatch } from '../../../functions/sweep/process-batch.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import { placeOf, type Row } from '../../../shared/ledger/row.ts'
import { inMemoryDynamo } from '../cloud/dynamodb.ts'
import { readRows } from '../cloud/ledger.ts'
import { PLACE } from '../findings.ts'
import { aBatch } from '../sqs.ts'
import { watchedClaims } from './claims.ts'
import { simulatedEc2 } from './ec2.ts'
import { simulatedOperators } from './operators.ts'
import { type Around, confirmPorts, enforcePorts, evaluatePorts, type How } from './ports.ts'
import { type Message, simulatedQueues } from './queues.ts'
import { simulatedSchedules } from './schedules.ts'
import { sweepPorts } from './sweep.ts'
import type { Published, StopCall } from './traffic.ts'
import { type Gate, type Invocation, invoke } from './turns.ts'

const START = Date.parse('2026-11-24T08:00:00Z') / 1000
const DEALT_WITH = ['SUPPRESSED', 'STOPPED', 'RESOLVED', 'FAILED']

const countRuns = ({ history }: Row): number => history.filter(({ state }) => DEALT_WITH.includes(state)).length

const batchOf = ({ id, body, count }: Message, receiptHandle: string) => {
  const [record] = aBatch([body], count).Records
  return { Records: record === undefined ? [] : [{ ...record, messageId: id, receiptHandle }] }
}

export const simulatedWorld = () => {
  let seconds = START
  let turns = 0
  const diary: string[] = []
  const clock = { now: () => seconds, write: (line: string) => diary.push(`${seconds - START} s: ${line}`) }
  const published: Published[] = []
  const stopCalls: StopCall[] = []
  const dynamo = inMemoryDynamo()
  const queues = simulatedQueues(clock)
  const operators = simulatedOperators(clock)
  const ec2 = simulatedEc2(clock, (queue, body, after) => queues.send(queue, JSON.stringify(body), after))
  const schedules = simulatedSchedules(clock.now, body => queues.send('stops', body))
  const turn = (): number => {
    turns += 1
    return turns
  }

  const claims = watchedClaims(dynamo, { now: clock.now, turn })

  const rows = (): readonly Row[] => readRows(dynamo)

  const publish = (message: SnsMessage, by: Invocation): void => {
    const body: string = JSON.parse(message.Message).default
    const alert: Alert = JSON.parse(body)
    const runs = new Map(rows().map(row => [`${row.pk} ${row.sk}`, countRuns(row)]))
    published.push({ alert, at: seconds, by, copy: queues.send('alerted', body), runs })
  }

  const finish = (message: Message): void => {
    message.fate.isGone = true
    for (const one of published) if (one.copy.id === message.id) one.confirmed ??= turn()
  }

  const aroundOf = (self: () => Invocation): Around => ({
    now: clock.now,
    dynamo,
    watch: claims.watch,
    ec2,
    operators,
    schedule: schedules.make,
    sweepOn: (body, after) => queues.send('sweeps', body, after),
    publish: message => publish(message, self()),
    note: call => stopCalls.push(call),
  })

  /** Starts the function that a message is for. */
  const deliver = (message: Message, how: How): Invocation => {
    queues.hide(message)
    const order = turn()
    const label = `${message.id} (${message.count}, ${order})`
    message.deliveries.push(order)
    const run = async (gate: Gate): Promise<boolean> => {
      const batch = batchOf(message, label)
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
    const start = { label, startedAt: seconds, order, deliveries: message.deliveries, write: clock.write }
    const invocation: Invocation = invoke(start, run)
    return invocation
  }

  const advance = (by: number, noticeAfter: number): void => {
    const until = seconds + by
    // In order: an event in between happens at its own time.
    while (seconds < until) {
      seconds = Math.min(until, Math.max(seconds + 1, Math.ceil(ec2.next())))
      ec2.progress(noticeAfter)
      schedules.fire()
      queues.park()
    }
  }

  return {
    ec2,
    published,
    stopCalls,
    claims: claims.held,
    diary,
    operators,
    deliver,
    /** The message of the schedule of sweeps. */
    sweep: () => queues.send('sweeps', '{"kind":"start"}'),
    /** An operator has all instances that were left running promised a stop. */
    retry: () => {
      const left = rows().filter(({ state }) => ['ALERTED', 'REFUSED', 'FAILED'].includes(state))
      const findings = left.map(placeOf).map(({ resourceId, rule }) => ({ resourceId, rule }))
      if (findings.length > 0) queues.send('sweeps', JSON.stringify({ kind: 'promise', ...PLACE, findings }))
    },
    advance,
    rows,
    now: clock.now,
    toDeliver: queues.toDeliver,
    inWork: queues.inWork,
    copy: queues.copy,
    /** The time of the next event without an action. Infinity if there is none. */
    next: () => Math.min(ec2.next(), schedules.next(), queues.next()),
  }
}

export type SimulatedWorld = ReturnType<typeof simulatedWorld>
