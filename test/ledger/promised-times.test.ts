import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { reservePromisedTimes } from '../../shared/aws/ledger/promised-times.ts'
import { countWindowSeconds, type PromisedTime, reserveTimes } from '../../shared/ledger/promised-times.ts'
import { toEpochSeconds } from '../../shared/ledger/row.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { at } from '../support/stories.ts'

type Stop = Parameters<typeof countWindowSeconds>[0]

const ACCOUNT = '123456789012'
const START = toEpochSeconds(at(0))
const aStop = (more: Partial<Stop['budget']> = {}, graceSeconds = 900): Stop => ({
  graceSeconds,
  budget: { stops: 5, perSeconds: 600, ...more },
})

const reserve = (count: number, earlier: readonly PromisedTime[] = [], stop = aStop(), seconds = 0) =>
  reserveTimes(earlier, { count, stop, now: new Date((START + seconds) * 1000) })

const minutes = (times: readonly number[]): readonly number[] => times.map(time => (time - START) / 60)

/** The most of these in any window. */
const countMost = (times: readonly number[], seconds: number): number =>
  Math.max(0, ...times.map(start => times.filter(time => time >= start && time < start + seconds).length))

const STOPS = fc.record({
  graceSeconds: fc.nat(1_800),
  budget: fc.record({ stops: fc.integer({ min: 1, max: 4 }), perSeconds: fc.integer({ min: 1, max: 1_200 }) }),
})
const MESSAGES = fc.array(fc.record({ count: fc.nat(9), wait: fc.nat(2_000) }), { maxLength: 12 })

describe('the times of promised stops', () => {
  test('come after the grace, and no more of them in one window than the budget allows', () => {
    expect(minutes(reserve(12).times)).toEqual([15, 15, 15, 15, 15, 28, 28, 28, 28, 28, 41, 41])
  })

  test('fill what other messages have left, then the windows after them', () => {
    const first = reserve(3)
    expect(minutes(reserve(9, first.promised).times)).toEqual([15, 15, 28, 28, 28, 28, 28, 41, 41])
    // A minute later the window has two left, and three more as soon as the first three are out of it.
    expect(minutes(reserve(7, first.promised, aStop(), 60).times)).toEqual([16, 16, 28, 28, 28, 29, 29])
  })

  test('leave room for what is promised for later', () => {
    const later = [{ at: START + 1_000, count: 4 }]
    expect(minutes(reserve(3, later).times)).toEqual([15, 28, (1_000 + 780) / 60])
  })

  test('of a budget that became smaller, or a longer one, count what was promised before', () => {
    const { promised } = reserve(5)
    expect(minutes(reserve(3, promised, aStop({ stops: 2 })).times)).toEqual([28, 28, 41])
    expect(minutes(reserve(1, promised, aStop({ perSeconds: 3_600 })).times)).toEqual([15 + 63])
  })

  test('of a budget that became larger, or a shorter one, use its room at once', () => {
    const { promised } = reserve(5)
    expect(minutes(reserve(3, promised, aStop({ stops: 7 })).times)).toEqual([15, 15, 28])
    expect(minutes(reserve(1, promised, aStop({ perSeconds: 60 })).times)).toEqual([19])
  })

  test('are forgotten when their window has passed', () => {
    const { promised } = reserve(5)
    expect(reserve(1, promised, aStop({}, 0), 900 + 779).times).toEqual([START + 900 + 780])
    expect(reserve(1, promised, aStop({}, 0), 900 + 780)).toEqual({
      times: [START + 1_680],
      promised: [{ at: START + 1_680, count: 1 }],
    })
  })

  test('are none further than a day ahead, whatever was promised before', () => {
    const { times, promised } = reserve(2_000)
    // Five now, and five after each of the windows of 13 minutes that a day has room for.
    expect(times).toHaveLength(5 * (Math.floor((24 * 60) / 13) + 1))
    expect(Math.max(...minutes(times))).toBeLessThanOrEqual(24 * 60 + 15)
    expect(reserve(1, promised).times).toEqual([])
  })

  test('are none if the budget is zero', () => {
    expect(reserve(3, [], aStop({ stops: 0 }))).toEqual({ times: [], promised: [] })
  })

  test('are the same for all if the budget is larger than any account', () => {
    const { times, promised } = reserve(4_000, [], aStop({ stops: 1_000_000 }))
    expect([times.length, promised]).toEqual([4_000, [{ at: START + 900, count: 4_000 }]])
  })

  test('are no more different ones than an item of the ledger has room for', () => {
    const earlier = Array.from({ length: 999 }, (_, index) => ({ at: START + index, count: 1 }))
    const stop = aStop({ stops: 2_000 })
    expect(reserve(5, earlier, stop).promised).toHaveLength(1_000 - 1)
    expect(reserve(5, [...earlier, { at: START + 5_000, count: 1 }], stop).times).toEqual([])
  })

  test('have no window with more than the budget, however they are split into messages', () => {
    fc.assert(
      fc.property(STOPS, MESSAGES, (stop, messages) => {
        let promised: readonly PromisedTime[] = []
        let seconds = 0
        const all: number[] = []
        for (const { count, wait } of messages) {
          seconds += wait
          const reserved = reserve(count, promised, stop, seconds)
          promised = reserved.promised
          expect(reserved.times).toHaveLength(count)
          for (const time of reserved.times) expect(time).toBeGreaterThanOrEqual(START + seconds + stop.graceSeconds)
          all.push(...reserved.times)
        }
        expect(countMost(all, countWindowSeconds(stop))).toBeLessThanOrEqual(stop.budget.stops)
      }),
      { numRuns: 500 },
    )
  })

  test('of one message are the earliest: those of the same stops in several are no earlier', () => {
    fc.assert(
      fc.property(STOPS, fc.array(fc.nat(9), { maxLength: 6 }), (stop, counts) => {
        let promised: readonly PromisedTime[] = []
        const all = counts.flatMap(count => {
          const reserved = reserve(count, promised, stop)
          promised = reserved.promised
          return reserved.times
        })
        expect(all).toEqual(reserve(all.length, [], stop).times)
      }),
    )
  })
})

describe('the times of promised stops in the ledger', () => {
  // Whoever lost a write waits a little; here the turns are given, and waiting is only slow.
  beforeEach(() => {
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(callback => setImmediate(callback) as never)
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  const request = (count: number, claimant = 'message-1/a', accountId = ACCOUNT) => ({
    accountId,
    count,
    claimant,
    stop: aStop({ stops: 2 }),
    now: at(0),
  })
  const oneOf = (dynamo: ReturnType<typeof inMemoryDynamo>) => [...dynamo.items.values()][0]

  test('fit the budget, in whatever order simultaneous messages read and write', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
        async (scheduler, counts) => {
          const client = inMemoryDynamo().client(call => scheduler.schedule(Promise.resolve()).then(call))
          const ledger = { client, table: 'ledger' }
          const all = Promise.all(
            counts.map((count, index) => reservePromisedTimes(ledger, request(count, `message-${index}/a`))),
          )
          const [given] = await Promise.all([all, scheduler.waitFor(all)])
          expect(given.map(times => times.length)).toEqual(counts)
          expect(countMost(given.flat(), 780)).toBeLessThanOrEqual(2)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('are counted for all regions of an account, and apart from another account', async () => {
    const ledger = { client: inMemoryDynamo().client(), table: 'ledger' }
    await reservePromisedTimes(ledger, request(2))
    expect(minutes(await reservePromisedTimes(ledger, request(1, 'message-2/a', '210987654321')))).toEqual([15])
    expect(minutes(await reservePromisedTimes(ledger, request(1)))).toEqual([28])
  })

  test('cost one read and one write of one item, which expires', async () => {
    const calls: string[] = []
    const dynamo = inMemoryDynamo()
    const client = dynamo.client(async (call, name) => {
      calls.push(name)
      return call()
    })
    await reservePromisedTimes({ client, table: 'ledger' }, request(3))
    expect(calls).toEqual(['QueryCommand', 'UpdateItemCommand'])
    expect(oneOf(dynamo)).toMatchObject({
      pk: { S: `${ACCOUNT}#budget` },
      sk: { S: 'promised' },
      version: { N: '1' },
      expiresAt: { N: String(START + 900 + 780 + 600 + 86_400) },
    })
  })

  test('are not written if the budget has no room', async () => {
    const dynamo = inMemoryDynamo()
    const none = { ...request(3), stop: aStop({ stops: 0 }) }
    expect(await reservePromisedTimes({ client: dynamo.client(), table: 'ledger' }, none)).toEqual([])
    expect(dynamo.items.size).toBe(0)
  })

  test('are reserved once though the answer of the write was lost, and not taken for those of another', async () => {
    for (const [other, expected] of [
      [undefined, [15, 15]],
      ['message-2/a', [28, 28]],
    ] as const) {
      const dynamo = inMemoryDynamo()
      let isFirst = true
      const client = dynamo.client(async (call, name) => {
        if (name !== 'UpdateItemCommand' || !isFirst) return call()
        isFirst = false
        if (other === undefined) call()
        else await reservePromisedTimes({ client: dynamo.client(), table: 'ledger' }, request(2, other))
        throw Object.assign(new Error('no answer'), { name: 'TimeoutError' })
      })
      expect(minutes(await reservePromisedTimes({ client, table: 'ledger' }, request(2)))).toEqual(expected)
    }
  })

  test('are read and written again while others write them, and given up after twelve tries', async () => {
    const dynamo = inMemoryDynamo()
    let reads = 0
    const client = dynamo.client(async (call, name) => {
      const answer = call()
      if (name !== 'QueryCommand') return answer
      reads += 1
      await reservePromisedTimes({ client: dynamo.client(), table: 'ledger' }, request(1, 'message-2/a'))
      return answer
    })
    await expect(reservePromisedTimes({ client, table: 'ledger' }, request(1))).rejects.toThrow('too many at once')
    expect(reads).toBe(12)
  })

  test('skip what virtguard did not write', async () => {
    const dynamo = inMemoryDynamo()
    const strange = [{ M: { at: { N: String(START + 900) } } }, { M: { count: { N: '2' } } }, { S: 'a' }]
    for (const more of [{}, { times: { L: strange } }]) {
      dynamo.items.set(`${ACCOUNT}#budget | promised`, {
        pk: { S: `${ACCOUNT}#budget` },
        sk: { S: 'promised' },
        ...more,
      })
      const ledger = { client: dynamo.client(), table: 'ledger' }
      expect(minutes(await reservePromisedTimes(ledger, request(2)))).toEqual([15, 15])
    }
  })
})
