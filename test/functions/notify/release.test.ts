import { describe, expect, test } from '@jest/globals'
import { MANNERS } from '../../../functions/notify/channel-profiles.ts'
import type { ChannelRows } from '../../../functions/notify/ports.ts'
import { releaseScheduled } from '../../../functions/notify/release.ts'
import type { ScheduledDelivery } from '../../../shared/aws/channels/scheduled-deliveries.ts'
import type { Job, Sent } from '../../../shared/channels/sending.ts'
import { aRow, DELIVERY, watchedPorts } from './ports.ts'
import { idsOf, OK } from './sending.ts'
import { finding, instanceId, START, seconds } from './world.ts'

const AT = START.toISOString()
const FLUSH = { kind: 'flush', channel: 'ops', at: AT } as const
const heldOf = (count: number): readonly ScheduledDelivery[] =>
  Array.from({ length: count }, (_, nth) => ({ at: AT, sk: `sent#${nth}`, alert: finding(nth) }))

/** The release of so many scheduled alerts, and its effect. */
const releasing = (
  count: number,
  {
    sent = OK,
    manners: profile = MANNERS.slack,
    rows = {},
  }: { sent?: Sent; manners?: typeof MANNERS.slack; rows?: Partial<ChannelRows> } = {},
) => {
  const jobs: Job[] = []
  const threads: string[] = []
  const forgotten: number[] = []
  const removed: string[] = []
  const asked: object[] = []
  const taken: string[] = []
  const watched = watchedPorts({
    profile,
    send: async job => {
      jobs.push(job)
      return sent
    },
    rows: {
      take: async sk => {
        taken.push(sk)
        return { kind: 'mine', row: aRow({ sk }) }
      },
      scheduledUntil: async due => {
        asked.push(due)
        return heldOf(count)
      },
      requestSlot: async () => ({ go: true }),
      rememberThread: async ({ resourceId, ref }) => void threads.push(`${resourceId} ${ref}`),
      deleteScheduled: async scheduled => void forgotten.push(scheduled.length),
      finish: async () => undefined,
      remove: async ({ sk }) => void removed.push(sk),
      ...rows,
    },
  })
  return {
    ...watched,
    jobs,
    threads,
    forgotten,
    removed,
    asked,
    taken,
    run: () => releaseScheduled(FLUSH, DELIVERY, watched.ports),
  }
}

describe('a release of scheduled deliveries', () => {
  test('of more alerts than one digest takes comes again at once for the rest', async () => {
    const one = releasing(500)
    expect(await one.run()).toBe(false)
    expect(one.postponed).toEqual([['first', 1]])
    expect(one.asked).toEqual([{ at: AT, limit: 500 }])
    expect(one.removed).toEqual(['flush'])
  })

  test('is one at a time for a channel, also of another time and before an upgrade, because its row has one name', async () => {
    const one = releasing(1)
    await one.run()
    expect(one.taken).toEqual(['flush'])
  })

  test('of fewer alerts is done', async () => {
    const one = releasing(499)
    expect(await one.run()).toBe(true)
    expect(one.postponed).toEqual([])
    expect(one.counted).toContain('ChannelSent 499')
    expect(one.forgotten).toEqual([499])
  })

  test('keeps which message alerted which resources, if the channel takes replies', async () => {
    const one = releasing(2)
    await one.run()
    expect(one.threads).toHaveLength(2)
    for (const thread of one.threads) expect(thread).toMatch(/^i-\w+ 1\.1$/)
  })

  test.each([
    ['the channel has no threads', { manners: MANNERS.teams }],
    ['the channel did not say which message it is', { sent: { kind: 'sent', says: 'taken' } as const }],
  ])('keeps no message if %s', async (_, how) => {
    const one = releasing(2, how)
    expect(await one.run()).toBe(true)
    expect(one.threads).toEqual([])
  })

  test('of one alert sends it as it is, of many a digest, of none nothing', async () => {
    const kinds = await Promise.all(
      [0, 1, 2].map(async count => {
        const one = releasing(count)
        expect(await one.run()).toBe(true)
        expect(one.removed).toEqual(['flush'])
        return one.jobs.map(({ kind }) => kind)
      }),
    )
    expect(kinds).toEqual([[], ['alert'], ['digest']])
  })

  test('waits until another delivery of it has ended', async () => {
    const until = new Date(START.getTime() + 42_000)
    const one = releasing(1, { rows: { take: async () => ({ kind: 'busy', until }) } })
    expect(await one.run()).toBe(false)
    expect(one.postponed).toEqual([['first', 42]])
    expect(one.jobs).toEqual([])
  })

  test('is done if it was done before', async () => {
    const one = releasing(1, { rows: { take: async () => ({ kind: 'done', row: aRow() }) } })
    expect(await one.run()).toBe(true)
    expect(one.jobs).toEqual([])
  })

  test('is dead-lettered and done if it is refused, and the scheduled alerts stay', async () => {
    const one = releasing(2, { sent: { kind: 'refused', why: 'is_archived' } })
    expect(await one.run()).toBe(true)
    expect(one.deadLetters).toEqual(['is_archived'])
    expect([one.forgotten, one.removed]).toEqual([[], []])
  })

  test('sends no more alerts of stops in one message than it names, the soonest first, and comes back for the others', async () => {
    const stopping = heldOf(25).map((one, nth) => {
      const stop = { at: seconds(9_000 - nth).toISOString(), rules: [], resources: [instanceId(nth)] }
      return { ...one, alert: { ...one.alert, stops: [stop] } }
    })
    const others = heldOf(40).slice(25)
    const gone: ScheduledDelivery[] = []
    const rows: Partial<ChannelRows> = {
      scheduledUntil: async () => [...stopping, ...others].filter(one => !gone.includes(one)),
      deleteScheduled: async scheduled => void gone.push(...scheduled),
    }
    const one = releasing(0, { rows })
    expect(await one.run()).toBe(false)
    expect(one.postponed).toEqual([['first', 1]])
    expect(gone).toEqual([...stopping.slice(5), ...others])
    expect(await one.run()).toBe(true)
    expect(gone.slice(35)).toEqual(stopping.slice(0, 5))
    expect(idsOf(one.jobs)).toHaveLength(40)
  })
})
