import { describe, expect, test } from '@jest/globals'
import { MANNERS } from '../../../functions/notify/channel-profiles.ts'
import { sendOutgoing } from '../../../functions/notify/send-message.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { RateLimitAnswer, RateLimitRequest } from '../../../shared/aws/channels/rate-limit.ts'
import type { SentRow } from '../../../shared/channels/row.ts'
import type { Sent } from '../../../shared/channels/sending.ts'
import { aRow, DELIVERY, watchedPorts } from './ports.ts'
import { OK } from './sending.ts'
import { finding, START } from './world.ts'

type Given = {
  readonly rows?: readonly Partial<SentRow>[]
  readonly open?: boolean
  readonly manners?: typeof MANNERS.slack
  readonly answer?: RateLimitAnswer
  readonly sent?: Sent | Error
  readonly hasTime?: boolean
  readonly alert?: Alert
}

const OPEN = { resourceId: 'i-0123456789abcdef0', at: START.toISOString(), sent: 'sent#1' }

/** One message that ends the turns of these rows, and what becomes of it. */
const outgoing = (given: Given) => {
  const {
    rows = [{}],
    open = false,
    manners: profile = MANNERS.slack,
    answer = { go: true },
    sent = OK,
    hasTime = true,
  } = given
  const asked: RateLimitRequest[] = []
  const released: object[] = []
  const closed: Date[] = []
  const arrived: (string | undefined)[] = []
  const deleted: string[] = []
  const finished: object[] = []
  const watched = watchedPorts({
    profile,
    hasTime: () => hasTime,
    send: async () => {
      if (sent instanceof Error) throw sent
      return sent
    },
    rows: {
      requestSlot: async request => {
        asked.push(request)
        return answer
      },
      release: async (_row, changes) => void released.push(changes),
      closeUntil: async until => void closed.push(until),
      finish: async (_row, finish) => void finished.push(finish),
      deleteOpen: async ({ resourceId }) => void deleted.push(resourceId),
    },
  })
  const claims = rows.map((row, nth) => ({
    delivery: { ...DELIVERY, receiptHandle: `receipt-${nth}` },
    row: aRow(row),
    ...(given.alert !== undefined && { alert: given.alert }),
    open: open ? [OPEN] : [],
  }))
  const [first, ...rest] = claims
  if (first === undefined) throw new Error('no turn')
  const run = () =>
    sendOutgoing(
      {
        claims: [first, ...rest],
        job: { kind: 'alert', alert: finding(1) },
        arrived: async ref => void arrived.push(ref),
      },
      watched.ports,
    )
  return { ...watched, asked, released, closed, arrived, deleted, finished, run }
}

describe('the rate limit slot that a message asks for', () => {
  test('is the earliest that its alerts were given', async () => {
    const one = outgoing({ rows: [{ slot: 9_000 }, { slot: 4_000 }, {}] })
    await one.run()
    expect(one.asked).toEqual([{ now: START, gapMs: 1_250, slot: 4_000, gatherAfterMs: 5_000 }])
  })

  test('is the next free one if one of its alerts announces a stop that is still ahead', async () => {
    const stopping = (at: string) => finding(1, START, { stops: [{ at, rules: [], resources: [] }] })
    for (const [at, asked] of [
      ['2026-11-24T08:15:00Z', { hasStopAhead: true }],
      ['2026-11-24T07:59:00Z', {}],
    ] as const) {
      const one = outgoing({ rows: [{}], alert: stopping(at) })
      await one.run()
      expect(one.asked).toStrictEqual([{ now: START, gapMs: 1_250, gatherAfterMs: 5_000, ...asked }])
    }
  })

  test('is absent if none was given', async () => {
    const one = outgoing({})
    await one.run()
    expect(one.asked[0]).not.toHaveProperty('slot')
  })

  test.each(['webhook', 'security-hub', 'event-bus', 'email'] as const)(
    'is the next one if it is for %s, because only people have a rate limit',
    async type => {
      const one = outgoing({ manners: MANNERS[type] })
      await one.run()
      expect(one.asked).toMatchObject([{ gapMs: 0 }])
    },
  )

  test.each<[string, Given]>([
    ['that is a follow-up', { open: true }],
    ['that has waited', { rows: [{}, { waits: 1 }] }],
    ['to a program', { manners: MANNERS.webhook }],
  ])('is not given up for a digest by one %s', async (_, given) => {
    const one = outgoing(given)
    await one.run()
    expect(one.asked[0]).not.toHaveProperty('gatherAfterMs')
  })
})

describe('a message whose slot is still ahead', () => {
  test('comes back at that time, with its slot, and has waited', async () => {
    const at = new Date(START.getTime() + 2_500)
    const one = outgoing({ rows: [{}, { waits: 3 }], answer: { go: false, at, slot: 7 } })
    expect(await one.run()).toEqual([false, false])
    expect(one.released).toEqual([
      { slot: 7, waits: 1 },
      { slot: 7, waits: 3 },
    ])
    expect(one.postponed).toEqual([
      ['receipt-0', 3],
      ['receipt-1', 3],
    ])
    expect(one.arrived).toEqual([])
  })

  test('is given no slot if many wait', async () => {
    const one = outgoing({ answer: { go: false, at: new Date(START.getTime() + 60_000) } })
    await one.run()
    expect(one.released).toStrictEqual([{ waits: 1 }])
  })
})

describe('a message to a channel', () => {
  test('that was accepted ends its alerts and is recorded with the id for replies', async () => {
    const one = outgoing({ rows: [{}, {}] })
    expect(await one.run()).toEqual([true, true])
    expect(one.arrived).toEqual(['1.1'])
    expect(one.logged).toEqual(['info: sent: taken {"alerts":["sent#1","sent#1"]}'])
  })

  test('that is deferred closes the channel for that time, and counts no failure', async () => {
    const one = outgoing({ sent: { kind: 'later', seconds: 30, why: '429' } })
    expect(await one.run()).toEqual([false])
    expect(one.closed).toEqual([new Date(START.getTime() + 30_000)])
    expect(one.released).toEqual([{}])
    expect(one.postponed).toEqual([['receipt-0', 30]])
    expect(one.logged).toEqual(['warn: the channel asks to wait 30 s: 429 {"alerts":["sent#1"]}'])
  })

  test('that is refused together with others comes again alone', async () => {
    const one = outgoing({ rows: [{}, {}], sent: { kind: 'refused', why: 'invalid_blocks', ofMessage: true } })
    expect(await one.run()).toEqual([false, false])
    expect(one.released).toEqual([{ alone: 1 }, { alone: 1 }])
    expect(one.deadLetters).toEqual([])
  })

  test.each<[string, Given]>([
    ['for what it is, alone', { sent: { kind: 'refused', why: 'no', ofMessage: true } }],
    ['for something else, with others', { rows: [{}, {}], sent: { kind: 'refused', why: 'no' } }],
  ])('that is refused %s is dead-lettered, and delays nothing', async (_, given) => {
    const one = outgoing({ ...given, open: true })
    const done = await one.run()
    expect(done.every(Boolean)).toBe(true)
    expect(one.deadLetters).toEqual(done.map(() => 'no'))
    expect(one.deleted).toEqual(done.map(() => OPEN.resourceId))
    expect(one.finished).toEqual(done.map(() => ({ state: 'parked', at: START, why: 'no' })))
    expect(one.counted).toEqual(done.map(() => 'ChannelRefused 1'))
    expect(one.logged[0]).toMatch(/^error: put into the dead-letter queue: no/)
  })

  test('that fails is tried again after growing pauses', async () => {
    const one = outgoing({ rows: [{ failures: 2 }], sent: new Error('HTTP 500') })
    expect(await one.run()).toEqual([false])
    expect(one.released).toEqual([{ failures: 3, why: 'Error: HTTP 500' }])
    expect(one.postponed).toEqual([['receipt-0', 20]])
    expect(one.counted).toEqual(['ChannelFailed 1'])
    expect(one.logged[0]).toContain(
      'will be retried in 20 s: Error: HTTP 500 {"messageId":"message-1","alert":"sent#1","failures":3}',
    )
  })

  test('that fails for the twentieth time is dead-lettered', async () => {
    const since = START.getTime() - 11_175_000
    const one = outgoing({ rows: [{ since, failures: 19 }], sent: new Error('HTTP 500') })
    expect(await one.run()).toEqual([true])
    expect(one.deadLetters).toEqual(['tried 20 times, the last time: Error: HTTP 500'])
  })

  test('that waits for a day is dead-lettered, also if it only waits, unlike one that has failed often', async () => {
    const later: Sent = { kind: 'later', seconds: 30, why: '429' }
    const day = 24 * 3_600_000
    const old = outgoing({ rows: [{ since: START.getTime() - day - 1 }], sent: later })
    expect(await old.run()).toEqual([true])
    expect(old.deadLetters).toEqual(['tried for 24 hours, the last time: 429'])
    const young = outgoing({ rows: [{ since: START.getTime() - day, failures: 20 }], sent: later })
    expect(await young.run()).toEqual([false])
    expect(young.deadLetters).toEqual([])
  })

  test('that got no slot in a day is dead-lettered, and says that', async () => {
    const since = START.getTime() - 24 * 3_600_000 - 1
    const one = outgoing({ rows: [{ since }], answer: { go: false, at: new Date(START.getTime() + 2_500) } })
    await one.run()
    expect(one.deadLetters).toEqual([
      'tried for 24 hours, the last time: it waited for its turn under the rate limit of the channel',
    ])
    const late = outgoing({ rows: [{ since }], hasTime: false })
    await late.run()
    expect(late.deadLetters).toEqual(['tried for 24 hours, the last time: the function had no time left'])
  })

  test('for which there is no time is given back, and comes again', async () => {
    const one = outgoing({ hasTime: false })
    expect(await one.run()).toEqual([false])
    expect(one.asked).toEqual([])
    expect(one.released).toEqual([{}])
    expect(one.postponed).toEqual([['receipt-0', 1]])
  })
})
