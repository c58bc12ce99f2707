import { describe, expect, test } from '@jest/globals'
import { countAttempt } from '../../shared/aws/ledger/count-attempt.ts'
import { writeHeard } from '../../shared/aws/ledger/heard.ts'
import { endDeafness, markDeaf, readHearing } from '../../shared/aws/ledger/hearing.ts'
import type { Transact } from '../../shared/aws/ledger/repeat-transact.ts'
import { transactWith } from '../../shared/aws/ledger/transact.ts'
import { DEAF, type EventPath, WAYS } from '../../shared/ledger/heard.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { PLACE } from '../support/findings.ts'
import { at } from '../support/stories.ts'

const iso = (seconds: number): string => at(seconds).toISOString()

const aWorld = () => {
  const { client, items } = inMemoryDynamo()
  const ledger = { client: client(), table: 'ledger' }
  const hear = (way: EventPath, seconds: number) =>
    writeHeard({ table: 'ledger', transact: transactWith(ledger.client) }, { ...PLACE, way, at: iso(seconds) })
  const read = (seconds: number, restart = false) => readHearing(ledger, { ...PLACE, now: at(seconds), restart })
  const deaf = (way: EventPath, seconds: number, claimant: string) =>
    markDeaf(ledger, { ...PLACE, way, launchedAt: iso(seconds), claimant })
  const end = (way: EventPath, since: number) =>
    endDeafness(ledger, { ...PLACE, way, since: iso(since), now: at(9_000) })
  return { items, ledger, hear, read, deaf, end }
}

describe.each(WAYS)('the time at which a region was last heard by %s', way => {
  const other = WAYS.find(one => one !== way) ?? way

  test('is the latest one, in whatever order the events arrive', async () => {
    const { hear, read } = aWorld()
    for (const seconds of [100, 300, 200, 300]) await hear(way, seconds)
    expect((await read(400)).heard).toStrictEqual({ [way]: iso(300) })
  })

  test('is reported as missing once until the region is heard again, and again for the message that reported it', async () => {
    const { deaf, end, read } = aWorld()
    expect(await deaf(way, 10, 'message-1')).toBe(true)
    expect(await deaf(way, 10, 'message-1')).toBe(true)
    expect(await deaf(way, 20, 'message-2')).toBe(false)
    expect(await deaf(other, 20, 'message-2')).toBe(true)
    expect((await read(30)).deaf).toEqual({
      [way]: { since: iso(10), claimant: 'message-1' },
      [other]: { since: iso(20), claimant: 'message-2' },
    })
    expect(await end(way, 20)).toBe(false)
    expect(await end(way, 10)).toBe(true)
    expect(await end(way, 10)).toBe(false)
    expect(Object.keys((await read(40)).deaf)).toEqual([other])
    expect(await deaf(way, 50, 'message-2')).toBe(true)
  })
})

describe('the silence of a region', () => {
  test('counts from the first sweep, or from when the silence begins again', async () => {
    const { read } = aWorld()
    expect(await read(0)).toStrictEqual({ heard: {}, since: iso(0), deaf: {} })
    expect((await read(100)).since).toBe(iso(0))
    expect((await read(200, true)).since).toBe(iso(200))
    expect((await read(300)).since).toBe(iso(200))
  })

  test('is counted for each region and account', async () => {
    const { hear, ledger } = aWorld()
    await hear('records', 100)
    for (const where of [{ region: 'eu-west-1' }, { accountId: '210987654321' }])
      expect((await readHearing(ledger, { ...PLACE, ...where, now: at(0), restart: false })).heard).toEqual({})
  })
})

test('the silence of a region is reported if the row has no message that reported it', async () => {
  const { items, deaf, read } = aWorld()
  await deaf('records', 10, 'message-1')
  for (const item of items.values()) delete item[DEAF.records.claimant]
  expect((await read(30)).deaf).toEqual({ records: { since: iso(10), claimant: '' } })
})

describe('the write of when a region was heard, while others write at the same moment,', () => {
  const hearThrough = async (answers: readonly (string | undefined)[]) => {
    const left = [...answers]
    const transact: Transact = async () => {
      const Code = left.shift()
      return Code === undefined
        ? { written: true }
        : { written: false, reasons: [{ Code }], error: new Error(`cancelled: ${Code}`) }
    }
    await writeHeard({ table: 'ledger', transact }, { ...PLACE, way: 'records', at: iso(0) })
    return left.length
  }

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is repeated after %s',
    async code => expect(await hearThrough([code, undefined])).toBe(0),
  )

  test('does not count as written if every try met another write', async () => {
    await expect(hearThrough(Array.from({ length: 20 }, () => 'TransactionConflict'))).rejects.toThrow('cancelled')
  })

  test('is skipped if a later time was written', async () => {
    expect(await hearThrough(['ConditionalCheckFailed', undefined])).toBe(1)
  })
})

test('a write of when a region was heard throws if DynamoDB refuses it for another reason than the row', async () => {
  const denied = Object.assign(new Error('no rights'), { name: 'AccessDeniedException' })
  const { client } = inMemoryDynamo()
  const ledger = { client: Object.assign(client(), { send: () => Promise.reject(denied) }), table: 'ledger' }
  const marking = { ...PLACE, way: 'records', launchedAt: iso(0), claimant: 'm' } as const
  await expect(markDeaf(ledger, marking)).rejects.toThrow('no rights')
  const transactions = { table: 'ledger', transact: transactWith(ledger.client) }
  await expect(writeHeard(transactions, { ...PLACE, way: 'records', at: iso(0) })).rejects.toThrow('no rights')
  await expect(countAttempt(ledger, { queue: 'q', messageId: 'm', claimant: 'm/1', now: at(0) })).rejects.toThrow(
    'no rights',
  )
})

describe('the delivery attempts of a message', () => {
  test('are counted once for each delivery, and kept for as long as SQS keeps the message, in both queues', async () => {
    const { items, ledger } = aWorld()
    const attempt = (claimant: string, more: object = {}) =>
      countAttempt(ledger, { queue: 'Launches', messageId: 'message-1', claimant, now: at(0), ...more })
    expect(await attempt('message-1/a')).toBe(1)
    expect(await attempt('message-1/a')).toBe(1)
    expect(await attempt('message-1/b')).toBe(2)
    expect(await attempt('message-1/b', { queue: 'Stops' })).toBe(1)
    expect(await attempt('message-2/a', { messageId: 'message-2' })).toBe(1)
    for (const item of items.values())
      expect(item['expiresAt']?.N).toBe(String(Math.floor(at(0).getTime() / 1000) + 28 * 86_400))
  })
})
