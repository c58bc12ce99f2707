import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { reserveStop } from '../../shared/aws/ledger/budget.ts'
import { type Budget, CALL_SECONDS, type Reservation, reserve } from '../../shared/ledger/budget.ts'
import { toEpochSeconds } from '../../shared/ledger/row.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { at } from '../support/stories.ts'

const budget = { stops: 2, perSeconds: 600 } as const
const ACCOUNT = '123456789012'

describe('a stop budget', () => {
  const spend = (reservations: readonly Reservation[], id: string, seconds: number, of: Budget = budget) =>
    reserve(reservations, { id, budget: of, now: at(seconds) })

  test('has as many stops as it says, and says when the next is free', () => {
    const one = spend([], 'a', 0)
    const two = spend(one.reservations, 'b', 10)
    const none = spend(two.reservations, 'c', 20)
    expect([one.taken, two.taken]).toEqual([true, true])
    expect(none).toEqual({
      reservations: two.reservations,
      taken: false,
      until: new Date(Math.floor(at(660).getTime() / 1000) * 1000),
    })
    expect(spend(two.reservations, 'c', 659).taken).toBe(false)
    expect(spend(two.reservations, 'c', 660).taken).toBe(true)
  })

  test('counts a reservation that is made again once, from the last time', () => {
    const one = spend(spend([], 'a', 0).reservations, 'a', 100)
    expect(one.reservations).toEqual([{ id: 'a', at: at(100).getTime() / 1000 }])
  })

  test('of zero has none, and nothing to wait for', () => {
    expect(spend([], 'a', 0, { stops: 0, perSeconds: 600 })).toStrictEqual({ reservations: [], taken: false })
  })

  test('says when the next is free even if the clocks of those who reserved differ', () => {
    const late = spend(spend([], 'b', 100).reservations, 'a', 0)
    expect(spend(late.reservations, 'c', 110).until).toEqual(new Date(Math.floor(at(660).getTime() / 1000) * 1000))
  })

  test('forgets what is out of its window', () => {
    const reservations = Array.from({ length: 5 }, (_, index) => ({ id: `old-${index}`, at: 0 }))
    expect(spend(reservations, 'a', 0).reservations).toHaveLength(1)
  })

  test('has no window of the real calls with more stops, however late each call comes after its reservation', () => {
    const tries = fc.array(fc.record({ id: fc.nat(12), wait: fc.nat(200), callAfter: fc.nat(CALL_SECONDS) }), {
      maxLength: 60,
    })
    const budgets = fc.record({ stops: fc.nat(4), perSeconds: fc.integer({ min: 1, max: 900 }) })
    fc.assert(
      fc.property(tries, budgets, (steps, of) => {
        let reservations: readonly Reservation[] = []
        let seconds = 0
        const calls: { id: number; at: number }[] = []
        for (const { id, wait, callAfter } of steps) {
          seconds += wait
          const budgetState = spend(reservations, String(id), seconds, of)
          reservations = budgetState.reservations
          if (budgetState.taken) calls.push({ id, at: seconds + callAfter })
        }
        for (const start of calls) {
          const window = calls.filter(call => call.at >= start.at && call.at < start.at + of.perSeconds)
          expect(new Set(window.map(({ id }) => id)).size).toBeLessThanOrEqual(of.stops)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('a stop budget in the ledger', () => {
  // Whoever lost a write waits a little; here the turns are given, and waiting is only slow.
  beforeEach(() => {
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(callback => setImmediate(callback) as never)
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  test('is exact, in whatever order simultaneous reservations read and write', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(4),
        async (scheduler, channels, stops) => {
          const dynamo = inMemoryDynamo()
          const client = dynamo.client(call => scheduler.schedule(Promise.resolve()).then(call))
          const ask = (index: number) =>
            reserveStop(
              { client, table: 'ledger' },
              { accountId: ACCOUNT, budget: { stops, perSeconds: 600 }, stopId: `i-${index}`, now: at(index) },
            )
          const answers = Promise.all(Array.from({ length: channels }, (_, index) => ask(index)))
          const [taken] = await Promise.all([answers, scheduler.waitFor(answers)])
          expect(taken.filter(one => one.taken)).toHaveLength(Math.min(channels, stops))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('is one for all regions of an account, and another for another account', async () => {
    const ledger = { client: inMemoryDynamo().client(), table: 'ledger' }
    const ask = (accountId: string, stopId: string) => reserveStop(ledger, { accountId, budget, stopId, now: at(0) })
    expect((await ask(ACCOUNT, 'us-east-1/i-1')).taken).toBe(true)
    expect((await ask(ACCOUNT, 'eu-west-1/i-1')).taken).toBe(true)
    expect((await ask(ACCOUNT, 'eu-west-1/i-2')).taken).toBe(false)
    expect((await ask('210987654321', 'eu-west-1/i-2')).taken).toBe(true)
  })

  test('is written once for a stop that is asked for twice in one second, and counts it from the last time', async () => {
    const dynamo = inMemoryDynamo()
    const ask = (stopId: string, seconds: number) =>
      reserveStop(
        { client: dynamo.client(), table: 'ledger' },
        { accountId: ACCOUNT, budget, stopId, now: at(seconds) },
      )
    await ask('i-0', 0)
    await ask('i-1', 0)
    const taken = () => {
      const [{ stops, version } = {}] = dynamo.items.values()
      return { version: version?.N, stops: stops?.L?.map(({ M }) => [M?.['id']?.S, Number(M?.['at']?.N)]) }
    }
    const [first, later] = [toEpochSeconds(at(0)), toEpochSeconds(at(100))]
    expect(taken()).toEqual({
      version: '2',
      stops: [
        ['i-0', first],
        ['i-1', first],
      ],
    })
    expect(await ask('i-1', 0)).toEqual({ taken: true })
    expect(await ask('i-1', 100)).toEqual({ taken: true })
    expect(taken().stops).toEqual([
      ['i-0', first],
      ['i-1', later],
    ])
  })

  test('is not written again after a write without an answer', async () => {
    const dynamo = inMemoryDynamo()
    let isFirst = true
    const client = dynamo.client(async (call, name) => {
      const answer = call()
      if (name === 'UpdateItemCommand' && isFirst) {
        isFirst = false
        throw Object.assign(new Error('no answer'), { name: 'TimeoutError' })
      }
      return answer
    })
    const ledger = { client: dynamo.client(), table: 'ledger' }
    const request = { accountId: ACCOUNT, budget, now: at(0) }
    await reserveStop(ledger, { ...request, stopId: 'i-0' })
    expect(await reserveStop({ client, table: 'ledger' }, { ...request, stopId: 'i-1' })).toEqual({ taken: true })
    expect([...dynamo.items.values()].map(({ version }) => version?.N)).toEqual(['2'])
  })

  test('makes every conflicting reservation wait, each time up to a little longer', async () => {
    const waits: number[] = []
    jest.spyOn(Math, 'random').mockReturnValue(1)
    jest.spyOn(globalThis, 'setTimeout').mockImplementation((callback, milliseconds = 0) => {
      waits.push(milliseconds)
      return setImmediate(callback) as never
    })
    const dynamo = inMemoryDynamo()
    const taken = { client: dynamo.client(), table: 'ledger' }
    await reserveStop(taken, { accountId: ACCOUNT, budget, stopId: 'i-0', now: at(0) })
    const client = dynamo.client(async (call, name) => {
      const answer = call()
      for (const item of dynamo.items.values())
        if (name === 'GetItemCommand' && waits.length < 3)
          item['version'] = { N: String(Number(item['version']?.N) + 1) }
      return answer
    })
    await reserveStop({ client, table: 'ledger' }, { accountId: ACCOUNT, budget, stopId: 'i-1', now: at(0) })
    expect(waits).toEqual([20, 40, 60])
  })

  test('skips what it did not write itself', async () => {
    const dynamo = inMemoryDynamo()
    const key = { pk: { S: `${ACCOUNT}#budget` }, sk: { S: 'stops' } }
    const time = { N: String(at(0).getTime() / 1000) }
    const strange = [{ M: { id: { S: 'a' } } }, { M: { at: time } }, { M: { id: { N: '1' }, at: time } }, { S: 'a' }]
    for (const more of [{}, { stops: { L: strange } }]) {
      dynamo.items.set(`${key.pk.S} | stops`, { ...key, ...more })
      const one = { stops: 1, perSeconds: 600 }
      const request = { accountId: ACCOUNT, budget: one, stopId: 'i-1', now: at(0) }
      expect(await reserveStop({ client: dynamo.client(), table: 'ledger' }, request)).toEqual({ taken: true })
    }
  })

  test('grants nothing if everybody writes at once, and says so', async () => {
    const dynamo = inMemoryDynamo()
    let reads = 0
    const ledger = { client: dynamo.client(), table: 'ledger' }
    await reserveStop(ledger, { accountId: ACCOUNT, budget, stopId: 'i-0', now: at(0) })
    const client = dynamo.client(async (call, name) => {
      if (name === 'GetItemCommand') {
        reads += 1
        const answer = call()
        const [key = '', item = {}] = [...dynamo.items][0] ?? []
        dynamo.items.set(key, { ...item, version: { N: String(Number(item['version']?.N) + 1) } })
        return answer
      }
      return call()
    })
    await expect(
      reserveStop({ client, table: 'ledger' }, { accountId: ACCOUNT, budget, stopId: 'i-1', now: at(0) }),
    ).rejects.toThrow('the stop budget of 123456789012 is written by too many at once')
    expect(reads).toBe(12)
  })
})
