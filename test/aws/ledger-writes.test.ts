import { DynamoDBClient, TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { pauseAfterAttempt } from '../../shared/aws/ledger/attempts.ts'
import { changeRows } from '../../shared/aws/ledger/change-rows.ts'
import { claimBy } from '../../shared/aws/ledger/claim.ts'
import { toItem } from '../../shared/aws/ledger/items.ts'
import { writeStops } from '../../shared/aws/ledger/policy-store.ts'
import type { Transacted } from '../../shared/aws/ledger/repeat-transact.ts'
import { repeatWrite } from '../../shared/aws/ledger/repeat-write.ts'
import { setName } from '../../shared/aws/ledger/set-name.ts'
import { writeEntries } from '../../shared/aws/ledger/write-entries.ts'
import { createRow } from '../../shared/ledger/claim.ts'
import { type Row, toEpochSeconds } from '../../shared/ledger/row.ts'
import { aFinding, instanceIds } from '../support/findings.ts'
import { at } from '../support/stories.ts'

const client = new DynamoDBClient({ region: 'us-east-1' })
const mock = mockClient(client)
const ledger = { client, table: 'ledger' }

let waits: readonly number[] = []

// The pauses are counted, and not waited for.
beforeEach(() => {
  waits = []
  jest.spyOn(globalThis, 'setTimeout').mockImplementation((callback, milliseconds = 0) => {
    waits = [...waits, milliseconds]
    return setImmediate(callback) as never
  })
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})
afterEach(() => {
  jest.restoreAllMocks()
})

const cancelled = (codes: readonly string[]) =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons: codes.map(Code => ({ Code })),
  })

test('the wait after each refused write is up to twice as long as the last, and at most a second', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(1)
  for (const attempt of [1, 2, 3, 4, 5, 6, 7]) await pauseAfterAttempt(attempt)
  expect(waits).toEqual([50, 100, 200, 400, 800, 1_000, 1_000])
})

test.each([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'InternalServerErrorException',
  'ServiceUnavailable',
  'TimeoutError',
])('a write that meets %s is sent again', async name => {
  const write = jest.fn<() => Promise<string>>().mockRejectedValueOnce(Object.assign(new Error('no'), { name }))
  expect(await repeatWrite(write.mockResolvedValue('written'))).toBe('written')
  expect(waits).toHaveLength(1)
})

test('a switch that could not be written is reported as not changed', async () => {
  mock.on(TransactWriteItemsCommand).rejects(cancelled(['ValidationError', 'None']))
  const writing = { value: 'off', why: 'w', by: 'b', at: at(0) } as const
  await expect(writeStops(client, 'ledger', writing)).rejects.toThrow('Transaction cancelled')
})

describe('changes of many rows', () => {
  const changes = (count: number) =>
    instanceIds(count).map(pk => ({
      key: { pk, sk: 'rule' },
      set: { state: 'ALERTED' },
      condition: { expression: '#state = :new', values: { ':new': 'NEW' } },
    }))
  const sizes = () =>
    mock.commandCalls(TransactWriteItemsCommand).map(({ args }) => args[0].input.TransactItems?.length)

  test('are written without those that are refused', async () => {
    mock
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(['None', 'ConditionalCheckFailed', 'None']))
      .resolves({})
    await changeRows(ledger, changes(3))
    expect(sizes()).toEqual([3, 2])
  })

  test('are tried again if one of the rows was being written at that moment', async () => {
    mock
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(['None', 'TransactionConflict']))
      .resolves({})
    await changeRows(ledger, changes(2))
    expect([sizes(), waits.length]).toEqual([[2, 2], 1])
  })

  test('are given up and throw if one after the other is refused', async () => {
    mock.on(TransactWriteItemsCommand).rejects(cancelled(['ConditionalCheckFailed', ...Array(98).fill('None')]))
    await expect(changeRows(ledger, changes(100))).rejects.toThrow('Transaction cancelled')
    expect(sizes()).toEqual([100, 99, 98, 97, 96, 95, 94, 93, 92, 91])
  })

  test('are not written in part if DynamoDB refuses them for another reason', async () => {
    mock.on(TransactWriteItemsCommand).rejects(cancelled(['ValidationError', 'None']))
    await expect(changeRows(ledger, changes(2))).rejects.toThrow('Transaction cancelled')
    expect(sizes()).toEqual([2])
  })

  test('are given up if DynamoDB does not say why it refused them', async () => {
    mock
      .on(TransactWriteItemsCommand)
      .rejects(new TransactionCanceledException({ $metadata: {}, message: 'Transaction cancelled' }))
    await expect(changeRows(ledger, changes(2))).rejects.toThrow('Transaction cancelled')
    expect(sizes()).toEqual([2])
  })

  test('are at most a hundred', async () => {
    await expect(changeRows(ledger, changes(101))).rejects.toThrow('101 rows for one transaction')
  })
})

describe('the rows of one claim', () => {
  const keys = (count: number) => instanceIds(count).map(pk => ({ pk, sk: 'rule' }))

  test('have a common name if one transaction does not hold them, in whatever order they come', () => {
    expect(setName(keys(100))).toBeUndefined()
    expect(setName(keys(101))).toMatch(/^[\w-]{16}$/)
    expect(setName(keys(101).toReversed())).toBe(setName(keys(101)))
    expect(setName(keys(102))).not.toBe(setName(keys(101)))
    expect(setName(keys(102).slice(1))).not.toBe(setName(keys(101)))
  })
})

const claim = { claimant: 'message-1/a', launchId: 'r-1', now: at(0) }
const refusal = (row: Row | undefined) => ({
  Code: 'ConditionalCheckFailed',
  ...(row !== undefined && { Item: toItem(row) }),
})

/** Answers one transaction after the other; the last answer again and again. */
const answering = (...answers: readonly ((count: number) => readonly (ReturnType<typeof refusal> | string)[])[]) => {
  let calls = 0
  const transact = ({
    TransactItems = [],
  }: {
    TransactItems?: readonly unknown[] | undefined
  }): Promise<Transacted> => {
    const answer = answers[Math.min(calls, answers.length - 1)]?.(TransactItems.length) ?? []
    calls += 1
    if (answer.length === 0) return Promise.resolve({ written: true })
    const reasons = answer.map(one => (typeof one === 'string' ? { Code: one } : one))
    return Promise.resolve({ written: false, reasons, error: new Error('refused') })
  }
  return { table: 'ledger', transact, calls: () => calls }
}

const WRITTEN = () => []

describe('a claim of rows that exist already', () => {
  const entry = (on: string) => {
    const finding = aFinding({ on })
    const row = createRow(finding, claim)
    return { pk: row.pk, sk: row.sk, row, finding }
  }
  const [first = '', second = ''] = instanceIds(2)
  const exempt = { ...entry(first).row, state: 'SUPPRESSED' } as const
  const alerted = { ...entry(first).row, state: 'ALERTED' } as const

  test('overwrites those that may be overwritten, and leaves the others', async () => {
    const ports = answering(() => [refusal(exempt), 'None'], WRITTEN)
    const { written, others } = await writeEntries([entry(first), entry(second)], ports, claim)
    expect([written.length, others.length]).toEqual([2, 0])
    expect(written[0]?.row.history.map(({ state }) => state)).toEqual(['NEW', 'NEW'])
    const left = await writeEntries(
      [entry(first), entry(second)],
      answering(() => [refusal(alerted), 'None'], WRITTEN),
      claim,
    )
    expect([left.written.length, left.others.length]).toEqual([1, 1])
  })

  test('leaves rows that were deleted meanwhile, because somebody removed them on purpose', async () => {
    const { written, others } = await writeEntries(
      [entry(first)],
      answering(() => [refusal(undefined)]),
      claim,
    )
    expect([written.length, others.length]).toEqual([0, 1])
  })

  test('gives up after five changes if the rows change again and again', async () => {
    const ports = answering(() => [refusal(exempt)])
    await expect(writeEntries([entry(first)], ports, claim)).rejects.toThrow('refused')
    expect([ports.calls(), waits.length]).toEqual([6, 0])
  })

  test('is tried a little later, eight times at most, if the rows are being written at that moment', async () => {
    const ports = answering(() => [refusal(exempt), 'TransactionConflict'])
    await expect(writeEntries([entry(first), entry(second)], ports, claim)).rejects.toThrow('refused')
    expect([ports.calls(), waits.length]).toEqual([8, 7])
  })
})

describe('a launch of several transactions that another report of it has claimed', () => {
  const findings = instanceIds(150).map(on => aFinding({ on }))
  const name = setName(findings.map(finding => createRow(finding, claim)))
  const theirs = (more: Partial<Row> = {}): Row => ({
    ...createRow(aFinding(), { ...claim, claimant: 'message-2/a' }),
    claimedWith: 'another',
    ...more,
  })
  const DONE = theirs({ state: 'ALERTED' })
  const { claimedWith: _, ...unnamed } = DONE

  /** The rows that lie in the place of the first transaction, the last of them again and again. */
  const claiming = async (rows: readonly (Row | undefined)[], count = 150) => {
    const lying = (size: number) => Array.from({ length: size }, (_, nth) => refusal(rows[nth] ?? rows.at(-1)))
    const ports = answering(lying, WRITTEN)
    const release = () => Promise.resolve()
    const { ours, beingAlerted } = await claimBy(findings.slice(0, count), { ...ports, release }, claim)
    return { ours: ours.length, beingAlerted, calls: ports.calls() }
  }

  test('is left to that report if it knows the same', async () => {
    const same = { ours: 0, beingAlerted: false, calls: 1 }
    for (const state of ['ALERTED', 'NEW'] as const)
      expect(await claiming([theirs({ state, ...(name !== undefined && { claimedWith: name }) })])).toEqual(same)
  })

  test('waits for that report if it knows something else and may be writing the rest', async () => {
    const waited = { ours: 0, beingAlerted: true, calls: 1 }
    expect(await claiming([theirs()])).toEqual(waited)
    expect(await claiming([theirs({ leaseUntil: toEpochSeconds(claim.now) }), DONE])).toEqual(waited)
  })

  test('is claimed further if that report has alerted what it knows, or knows only some of it differently', async () => {
    const rest = { ours: 50, beingAlerted: false, calls: 2 }
    expect(await claiming([DONE])).toEqual(rest)
    expect(await claiming([unnamed, theirs({ ...DONE, ...(name !== undefined && { claimedWith: name }) })])).toEqual(
      rest,
    )
  })

  test('is claimed further if some rows are of another launch, or of its own message', async () => {
    const rest = { ours: 50, beingAlerted: false, calls: 2 }
    expect(await claiming([theirs({ launchId: 'r-0' }), theirs()])).toEqual(rest)
    expect(await claiming([{ ...DONE, claimant: claim.claimant }, theirs()])).toEqual(rest)
  })

  test('is claimed further if that report gave its claim back and this one knows more', async () => {
    const given = refusal(theirs({ leaseUntil: 0 }))
    const ports = answering(size => Array(size).fill(given), WRITTEN)
    const less = findings.map(finding => ({ ...finding, status: 'UNKNOWN' }) as const)
    const claimed = await claimBy(less, { ...ports, release: () => Promise.resolve() }, claim)
    expect([claimed.ours.length, claimed.beingAlerted, ports.calls()]).toEqual([50, false, 2])
  })

  test('is claimed further if its rows have been deleted', async () => {
    expect(await claiming([undefined])).toEqual({ ours: 50, beingAlerted: false, calls: 2 })
  })

  test('is not waited for if one transaction holds all of it', async () => {
    expect(await claiming([theirs()], 100)).toEqual({ ours: 0, beingAlerted: false, calls: 1 })
  })

  test('is alerted as far as it was claimed if the rest is another’s', async () => {
    const ports = answering(WRITTEN, count => Array(count).fill(refusal(theirs())))
    const claimed = await claimBy(findings, { ...ports, release: () => Promise.resolve() }, claim)
    expect([claimed.ours.length, claimed.beingAlerted, ports.calls()]).toEqual([100, false, 2])
  })
})
