import { describe, expect, test } from '@jest/globals'
import { MANNERS } from '../../../functions/notify/channel-profiles.ts'
import { formatShortError, postponeDelivery } from '../../../functions/notify/delivery.ts'
import { gatherMessages, type ReadableAlert } from '../../../functions/notify/gather-messages.ts'
import { deleteAll, findBlocking, findThread, listOpens } from '../../../functions/notify/order.ts'
import type { ChannelRows } from '../../../functions/notify/ports.ts'
import { readMessage } from '../../../functions/notify/read-message.ts'
import { claimAlert, countSecondsUntil } from '../../../functions/notify/take-alert.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import { buildOutcomeAlerts } from '../../../shared/alert/outcome.ts'
import { EventError } from '../../../shared/errors.ts'
import { aFinding, anAlert, anEnded, aSource, CLAIMANT, instanceIds } from '../../support/findings.ts'
import { aRow, DELIVERY, watchedPorts } from './ports.ts'
import { later } from './sending.ts'
import { finding, instanceId, outcome, START, seconds } from './world.ts'

describe('a message in the queue of a channel', () => {
  const alert = { id: 'a', findings: [], told: [], part: { number: 1, of: 1 } }

  test.each<[string, unknown]>([
    ['an alert', alert],
    ['a release', { kind: 'flush', channel: 'ops', at: START.toISOString() }],
  ])('is read as %s', (kind, value) => {
    expect(readMessage(JSON.stringify(value))).toEqual(kind === 'an alert' ? { kind: 'alert', alert: value } : value)
  })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a list', [alert]],
    ['a text', 'flush'],
    ['a number', 1],
    ['an alert without an id', { ...alert, id: 1 }],
    ['an alert without findings', { ...alert, findings: {} }],
    ['an alert that names nothing', { ...alert, told: undefined }],
    ['an alert that is no part', { ...alert, part: null }],
    ['an alert of a part that is a list', { ...alert, part: [1] }],
    ['an alert of a part without a number', { ...alert, part: { number: '1' } }],
    ['a flush of no channel', { kind: 'flush', at: START.toISOString() }],
    ['a flush of no time', { kind: 'flush', channel: 'ops' }],
    ['a flush of another kind', { kind: 'flus', channel: 'ops', at: START.toISOString() }],
  ])('may not be %s', (_, value) => {
    expect(() => readMessage(JSON.stringify(value))).toThrow(
      new EventError('neither an alert nor a release of scheduled deliveries'),
    )
  })

  test('that is not JSON is refused with that reason', () => {
    expect(() => readMessage('{')).toThrow(/^not JSON: \S/)
    expect(() => readMessage('{')).toThrow(EventError)
  })
})

describe('a deferred message', () => {
  test.each([
    [-5, 0],
    [0.2, 1],
    [50_000, 43_200],
  ])('of %d seconds waits %d, as SQS accepts it', async (asked, taken) => {
    const { ports, postponed, logged } = watchedPorts()
    expect(await postponeDelivery(DELIVERY, asked, ports)).toBe(false)
    expect(postponed).toEqual([['first', taken]])
    expect(logged).toEqual([])
  })

  test('waits a second at least if it waits for a time, also one that is over', () => {
    expect(countSecondsUntil(seconds(-10), START)).toBe(1)
    expect(countSecondsUntil(seconds(0.5), START)).toBe(1)
    expect(countSecondsUntil(seconds(1.5), START)).toBe(2)
  })
})

test('an error of a channel is one short line', () => {
  expect(formatShortError(new Error(`a\nb${'x'.repeat(600)}`))).toHaveLength(500)
  expect(formatShortError(new Error('a\nb'))).toBe('Error: a b')
})

describe('the order of messages', () => {
  const claimOf = (alert: Alert, more: Partial<ReadableAlert['row']> = {}): ReadableAlert => ({
    delivery: DELIVERY,
    row: aRow(more),
    alert,
    open: [],
  })
  const jobsOf = async (claims: readonly ReadableAlert[], profile = MANNERS.teams) => {
    const { ports } = watchedPorts({ profile })
    const jobs: string[] = []
    for await (const { job } of gatherMessages(claims, ports))
      jobs.push(
        job.kind === 'digest' ? job.alerts.map(({ id }) => id).join() : job.kind === 'alert' ? job.alert.id : job.kind,
      )
    return jobs
  }
  const nth = (n: number): Alert => finding(n, seconds(n))

  test('is that of the alerts, the oldest first, with follow-ups at the end', async () => {
    const claims = [outcome(7, seconds(0)), nth(3), nth(1), nth(2)].map(alert => claimOf(alert))
    expect(await jobsOf(claims)).toEqual([nth(1).id, nth(2).id, nth(3).id, outcome(7, seconds(0)).id])
  })

  test('is the same in a digest', async () => {
    const claims = [6, 3, 5, 1, 4, 2].map(n => claimOf(nth(n)))
    expect(await jobsOf(claims)).toEqual([[1, 2, 3, 4, 5, 6].map(n => nth(n).id).join()])
  })

  test.each<[string, readonly ReadableAlert[], typeof MANNERS.teams, number]>([
    ['five are no burst', [1, 2, 3, 4, 5].map(n => claimOf(nth(n))), MANNERS.teams, 5],
    ['six are one', [1, 2, 3, 4, 5, 6].map(n => claimOf(nth(n))), MANNERS.teams, 1],
    ['none is for programs', [1, 2, 3, 4, 5, 6].map(n => claimOf(nth(n))), MANNERS.webhook, 6],
    [
      'what was refused with others is sent alone',
      [1, 2, 3, 4, 5, 6].map(n => claimOf(nth(n), n < 3 ? { alone: 1 } : {})),
      MANNERS.teams,
      3,
    ],
    [
      'a digest has two alerts at least',
      [claimOf(nth(1)), ...[2, 3, 4, 5, 6].map(n => claimOf(outcome(n, seconds(n))))],
      MANNERS.teams,
      6,
    ],
  ])('is for a burst: %s', async (_, claims, profile, messages) => {
    expect(await jobsOf(claims, profile)).toHaveLength(messages)
  })
})

describe('the thread of an instance', () => {
  const [first = '', second = ''] = instanceIds(2)
  const opens = [first, second].map(resourceId => ({ resourceId, at: START.toISOString(), sent: 'sent#1' }))

  test('is looked up for the first 25 instances of a follow-up, and not for a first alert', () => {
    const ended = instanceIds(30).map(on => anEnded({}, { on }))
    const [alert = finding(1)] = buildOutcomeAlerts(aSource(), ended, CLAIMANT)
    expect(listOpens(alert, 'sent#1')).toHaveLength(25)
    expect(listOpens(alert, 'sent#1')[0]).toEqual({
      resourceId: instanceId(0),
      at: CLAIMANT.now.toISOString(),
      sent: 'sent#1',
    })
    expect(listOpens(finding(1), 'sent#1')).toEqual([])
  })

  test('delays nothing any more when its message is sent', async () => {
    const deleted: string[] = []
    const { ports } = watchedPorts({ rows: { deleteOpen: async ({ resourceId }) => void deleted.push(resourceId) } })
    await deleteAll(opens, ports)
    expect(deleted).toEqual([first, second])
  })

  test('is that of the first resource that has one', async () => {
    const { ports } = watchedPorts({ rows: { threadOf: async id => (id === second ? '2.2' : undefined) } })
    expect(await findThread(opens, ports)).toBe('2.2')
  })

  const behindWith = (more: Partial<ChannelRows>) =>
    findBlocking(outcome(1, START), opens, watchedPorts({ rows: { isBehind: async () => false, ...more } }).ports)

  test('waits for an earlier alert of any of its resources', async () => {
    const isBehind = async ({ resourceId }: { readonly resourceId: string }) => resourceId === second
    expect(await behindWith({ isBehind })).toBe('an earlier alert of the same resource has not been sent yet')
  })

  test.each(['open', 'held'] as const)('waits for the alert that it follows, which is %s', async state => {
    const deliveriesOfLaunch = async () => [aRow({ state: 'sent' }), aRow({ state })]
    expect(await behindWith({ deliveriesOfLaunch })).toBe('the alert that it follows has not been sent yet')
  })

  test.each(['sent', 'parked'] as const)('does not wait for an alert that is %s', async state => {
    expect(await behindWith({ deliveriesOfLaunch: async () => [aRow({ state })] })).toBeUndefined()
  })

  test('waits a quarter of an hour for an alert that was never seen', async () => {
    const at = (now: Date) =>
      findBlocking(
        outcome(1, START),
        opens,
        watchedPorts({ now: () => now, rows: { isBehind: async () => false, deliveriesOfLaunch: async () => [] } })
          .ports,
      )
    expect(await at(seconds(899))).toBe('the alert that it follows has not been seen yet')
    expect(await at(seconds(900))).toBeUndefined()
  })

  test('of a finding that recurred waits for no alert of its launch', async () => {
    const back = anAlert([{ ...aFinding(), previous: { state: 'STOPPED', at: START.toISOString() } }])
    expect(
      await findBlocking(back, opens, watchedPorts({ rows: { isBehind: async () => false } }).ports),
    ).toBeUndefined()
    expect(await findBlocking(finding(1), [], watchedPorts().ports)).toBeUndefined()
  })
})

describe('the claim of an alert', () => {
  const AT = '2026-11-24T09:00:00.000Z'
  const DONE = { kind: 'done', row: aRow({ state: 'held' }) } as const

  test('belongs to its delivery, for now', async () => {
    const channels: object[] = []
    const { ports } = watchedPorts({
      rows: {
        take: async (_sk, by) => {
          channels.push(by)
          return { kind: 'mine', row: aRow() }
        },
      },
    })
    expect(await claimAlert(finding(1), DELIVERY, ports)).toEqual({
      claimed: { delivery: DELIVERY, row: aRow(), alert: finding(1), open: [] },
    })
    expect(channels).toEqual([{ claimant: 'message-1/first', now: START }])
  })

  test('is given up for later if the alert is put aside, scheduled and counted', async () => {
    const scheduled: object[] = []
    const schedules: string[] = []
    const { ports, counted } = watchedPorts({
      scheduleRelease: async at => void schedules.push(at),
      rows: { take: async () => ({ kind: 'mine', row: aRow() }), hold: async one => void scheduled.push(one) },
    })
    expect(await claimAlert(later(1, AT), DELIVERY, ports)).toEqual({ done: true })
    expect(scheduled).toEqual([{ at: AT, alert: later(1, AT), row: aRow(), now: START }])
    expect([schedules, counted]).toEqual([[AT], ['ChannelHeld 1']])
  })

  test.each<[string, Alert, Parameters<typeof aRow>[0], number]>([
    [
      'scheduled by another delivery of its message, which may have died before it made the schedule',
      later(1, AT),
      { state: 'held', claimant: 'message-1/before' },
      1,
    ],
    ['scheduled by another message', later(1, AT), { state: 'held', claimant: 'message-2/first' }, 0],
    ['sent', later(1, AT), { state: 'sent' }, 0],
    ['scheduled, and due', later(1, '2026-11-24T07:00:00.000Z'), { state: 'held' }, 0],
  ])('is made once, and is done if the alert is %s', async (_, alert, row, schedules) => {
    const made: string[] = []
    const { ports } = watchedPorts({
      scheduleRelease: async at => void made.push(at),
      rows: { take: async () => ({ ...DONE, row: aRow(row) }) },
    })
    expect(await claimAlert(alert, DELIVERY, ports)).toEqual({ done: true })
    expect(made).toHaveLength(schedules)
  })

  test('is made by one delivery at a time, and another waits until then', async () => {
    const { ports, postponed } = watchedPorts({ rows: { take: async () => ({ kind: 'busy', until: seconds(17) }) } })
    expect(await claimAlert(finding(1), DELIVERY, ports)).toEqual({ done: false })
    expect(postponed).toEqual([['first', 17]])
  })

  test('is made in order: an alert records that it waits, and waits longer each time', async () => {
    const released: object[] = []
    const opened: string[] = []
    const { ports, postponed } = watchedPorts({
      rows: {
        take: async () => ({ kind: 'mine', row: aRow({ waits: 2 }) }),
        putOpen: async ({ resourceId }) => void opened.push(resourceId),
        isBehind: async () => true,
        release: async (_row, changes) => void released.push(changes),
      },
    })
    expect(await claimAlert(outcome(1, START), DELIVERY, ports)).toEqual({ done: false })
    expect(opened).toEqual([instanceId(1)])
    expect(released).toEqual([{ waits: 3 }])
    expect(postponed).toEqual([['first', 20]])
  })
})

describe('a message that the channel took', () => {
  const arrive = async (
    alert: Alert,
    { manners: profile = MANNERS.slack, thread }: { manners?: typeof MANNERS.slack; thread?: string } = {},
  ) => {
    const finished: object[] = []
    const deleted: string[] = []
    const remembered: string[] = []
    const { ports, counted } = watchedPorts({
      profile,
      rows: {
        threadOf: async () => thread,
        finish: async (_row, finish) => void finished.push(finish),
        deleteOpen: async ({ resourceId }) => void deleted.push(resourceId),
        rememberThread: async ({ resourceId, ref }) => void remembered.push(`${resourceId} ${ref}`),
      },
    })
    const claimed: ReadableAlert = { delivery: DELIVERY, row: aRow(), alert, open: listOpens(alert, 'sent#1') }
    const threads: (string | undefined)[] = []
    for await (const { arrived, job } of gatherMessages([claimed], ports)) {
      threads.push(job.kind === 'alert' ? job.thread : undefined)
      await arrived('5.5')
    }
    return { finished, deleted, remembered, counted, threads }
  }

  test('is recorded, and the next alert of its resources is not delayed any more', async () => {
    expect(await arrive(outcome(1, START))).toEqual({
      finished: [{ state: 'sent', at: START, ref: '5.5' }],
      deleted: [instanceId(1)],
      remembered: [`${instanceId(1)} 5.5`],
      counted: ['ChannelSent 1'],
      threads: [undefined],
    })
  })

  test('stays, as a reply, with the message that began the thread', async () => {
    const { remembered, threads } = await arrive(outcome(1, START), { thread: '1.1' })
    expect([remembered, threads]).toEqual([[`${instanceId(1)} 1.1`], ['1.1']])
  })

  test('begins no thread if the channel has none', async () => {
    const { remembered, threads } = await arrive(outcome(1, START), { thread: '1.1', manners: MANNERS.teams })
    expect([remembered, threads]).toEqual([[], [undefined]])
  })
})
