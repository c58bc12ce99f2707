import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { SQSRecord } from 'aws-lambda'
import { confirmBatch } from '../../functions/confirm/confirm-batch.ts'
import { listUnmarked, markAlerted, markOutcomesAlerted } from '../../shared/aws/ledger/confirm.ts'
import { CONFIRM_AGAIN_SECONDS, CONFIRM_RESERVE_SECONDS, CONFIRM_SECONDS } from '../../shared/ledger/row.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { conflict } from '../support/cloud/dynamodb-errors.ts'
import { discreteTime } from '../support/discrete-time.ts'
import { instanceIds, PLACE } from '../support/findings.ts'
import { aBatch } from '../support/sqs.ts'

/** As deployed (infra/guard-stack.ts). */
const COPIES = 2
const BATCH = 10

/** How long DynamoDB takes to answer, in milliseconds: of a transaction of a hundred it is more than its 99th percentile. */
const TAKES: Readonly<Record<string, number>> = { TransactWriteItemsCommand: 200, BatchGetItemCommand: 50 }

/** One partition takes 1,000 write units a second; a row of 3 kB in the index `byAccount` needs three of them. */
const ROWS_PER_SECOND = 333

type Message = { readonly id: string; readonly body: string; count: number; visibleAt: number; isDone: boolean }

/** What EventBridge Scheduler takes in most regions (EventBridge Scheduler quotas, CreateSchedule). */
const SCHEDULES_PER_SECOND = 250

type Limits = { readonly rowsPerSecond?: number; readonly stopAt?: string }

const aBacklog = (
  alerts: number,
  rowsEach: number,
  { rowsPerSecond = Number.POSITIVE_INFINITY, stopAt }: Limits = {},
) => {
  const time = discreteTime()
  const dynamo = inMemoryDynamo()
  const ids = instanceIds(alerts * rowsEach)
  const messages: Message[] = Array.from({ length: alerts }, (_, index) => {
    const resources = ids.slice(index * rowsEach, (index + 1) * rowsEach)
    const claim = `message-${index}/a`
    for (const id of resources) {
      const pk = { S: `${PLACE.accountId}#${PLACE.region}#${id}` }
      const sk = { S: 'xen-hypervisor' }
      const row = { pk, sk, state: { S: 'NEW' }, status: { S: 'FAILED' }, claimant: { S: claim }, history: { L: [] } }
      const promise = stopAt === undefined ? {} : { stopAt: { S: stopAt } }
      dynamo.items.set(`${pk.S} | ${sk.S}`, { ...row, ...promise })
    }
    const told = [{ rules: ['xen-hypervisor'], resources }]
    const stops = stopAt === undefined ? {} : { stops: [{ at: stopAt, rules: ['xen-hypervisor'], resources }] }
    const alert = { ...PLACE, id: `alert-${index}`, claim, told, ...stops }
    return { id: `message-${index}`, body: JSON.stringify(alert), count: 0, visibleAt: 0, isDone: false }
  })
  let free = rowsPerSecond
  let at = 0
  /** Whether so many rows may be written now. */
  const mayWrite = (rows: number): boolean => {
    if (!Number.isFinite(rowsPerSecond)) return true
    free = Math.min(rowsPerSecond, free + ((time.now() - at) / 1000) * rowsPerSecond)
    at = time.now()
    if (free < rows) return false
    free -= rows
    return true
  }
  const calls = new Map<string, number>()
  const client = dynamo.client(async (call, name) => {
    calls.set(name, (calls.get(name) ?? 0) + 1)
    await time.after(TAKES[name] ?? 20)
    if (name === 'TransactWriteItemsCommand' && !mayWrite(Math.min(100, rowsEach))) throw conflict(name)
    return call()
  })
  const scheduled = new Set<string>()
  let schedulerFree = 0
  /** The next place in what EventBridge Scheduler takes. Also a name that it has needs one. */
  const schedule = async ({ name }: { readonly name: string }): Promise<void> => {
    calls.set('CreateSchedule', (calls.get('CreateSchedule') ?? 0) + 1)
    schedulerFree = Math.max(schedulerFree, time.now()) + 1_000 / SCHEDULES_PER_SECOND
    await time.after(schedulerFree - time.now())
    scheduled.add(name)
  }
  return { time, dynamo, messages, calls, scheduled, schedule, ledger: { client, table: 'ledger' } }
}

type Backlog = ReturnType<typeof aBacklog>

const recordOf = ({ id, body, count }: Message): SQSRecord[] =>
  aBatch([body], count).Records.map(record => ({ ...record, messageId: id }))

/** Lambda on the queue: takes what is visible, and gives up an invocation that lasts too long. Returns the longest. */
const workOff = async ({ time, messages, ledger, schedule }: Backlog): Promise<number> => {
  let longest = 0
  const invoke = async (taken: readonly Message[]): Promise<void> => {
    const startedAt = time.now()
    const until = startedAt + (CONFIRM_SECONDS - CONFIRM_RESERVE_SECONDS) * 1000
    const at = new Date(startedAt)
    const { batchItemFailures } = await confirmBatch(
      { Records: taken.flatMap(recordOf) },
      {
        markAlerted: (marks, claimant) => markAlerted(ledger, marks, { claimant, at }),
        markOutcomesAlerted: (marks, claimant) => markOutcomesAlerted(ledger, marks, { claimant, at }),
        unmarkedOf: (marks, claimant) => listUnmarked(ledger, marks, claimant),
        schedule,
        hasTime: () => time.now() < until,
        log: () => undefined,
      },
    )
    longest = Math.max(longest, (time.now() - startedAt) / 1000)
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    for (const message of taken) message.isDone = !failed.includes(message.id)
  }
  const poll = async (): Promise<void> => {
    while (messages.some(({ isDone }) => !isDone)) {
      const taken = messages.filter(({ isDone, visibleAt }) => !isDone && visibleAt <= time.now()).slice(0, BATCH)
      for (const message of taken) {
        message.count += 1
        message.visibleAt = time.now() + CONFIRM_AGAIN_SECONDS * 1000
      }
      if (taken.length === 0) await time.after(1_000)
      else await invoke(taken)
    }
  }
  await time.run(Promise.all(Array.from({ length: COPIES }, poll)))
  return longest
}

const statesOf = ({ dynamo }: Backlog): readonly (string | undefined)[] => [
  ...new Set([...dynamo.items.values()].map(({ state }) => state?.S)),
]

// A busy machine takes long for so many rows.
jest.setTimeout(180_000)

describe('a backlog of confirmations within the limits of the function', () => {
  let backlog: Backlog

  beforeEach(() => {
    jest.spyOn(globalThis, 'setTimeout').mockImplementation((callback, milliseconds) => {
      backlog.time
        .after(milliseconds ?? 0)
        .then(() => callback())
        .catch(() => undefined)
      return 0 as never
    })
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  test.each([
    ['ten alerts of 4,000 rows', 10, 4_000, 400],
    ['400 alerts of a hundred', 400, 100, 400],
  ])('takes for %s at once one delivery each, in a call for each hundred rows', async (_, alerts, rowsEach, calls) => {
    backlog = aBacklog(alerts, rowsEach)
    expect(await workOff(backlog)).toBeLessThan(CONFIRM_SECONDS)
    expect(statesOf(backlog)).toEqual(['ALERTED'])
    expect(Object.fromEntries(backlog.calls)).toEqual({ TransactWriteItemsCommand: calls })
    expect(Math.max(...backlog.messages.map(({ count }) => count))).toBe(1)
    // Long before any lease is over.
    expect(backlog.time.now()).toBeLessThan(60_000)
  })

  test('of 100,000 rows in 25 alerts fits the capacity of one partition, and rows marked by a delivery stay marked', async () => {
    backlog = aBacklog(25, 4_000, { rowsPerSecond: ROWS_PER_SECOND })
    expect(await workOff(backlog)).toBeLessThan(CONFIRM_SECONDS)
    expect(statesOf(backlog)).toEqual(['ALERTED'])
    // The capacity alone takes five minutes.
    expect(backlog.time.now() / 1000).toBeLessThan(600)
    expect(Math.max(...backlog.messages.map(({ count }) => count))).toBeLessThan(10)
  })

  test('of 20,000 promised stops gets a schedule each, though a delivery begins with the first schedule of its alert', async () => {
    backlog = aBacklog(10, 2_000, { stopAt: '2026-11-24T08:15:30Z' })
    expect(await workOff(backlog)).toBeLessThan(CONFIRM_SECONDS)
    expect(statesOf(backlog)).toEqual(['DEFERRED'])
    expect(backlog.scheduled.size).toBe(20_000)
    // At the rate of EventBridge Scheduler 80 seconds are the least.
    expect(backlog.time.now() / 1000).toBeLessThan(300)
    expect(Math.max(...backlog.messages.map(({ count }) => count))).toBeLessThan(10)
  })
})
