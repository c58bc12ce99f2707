/** A channel that is down for a while before an announced stop. */
import { describe, expect, test } from '@jest/globals'
import { processBatch } from '../../../functions/notify/process-batch.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { Sender } from '../../../shared/channels/sending.ts'
import type { Channel } from '../../../shared/policy/policy.ts'
import { aBatch } from '../../support/sqs.ts'
import { aClaimedAlert, noting } from './claimed-alerts.ts'
import { answering, OK, put } from './sending.ts'
import { finding, instanceId, outcome, START, seconds, world } from './world.ts'

const MINUTE = 60
const HOUR = 3600

const announcing = (nth: number, graceSeconds: number, more: Partial<Alert> = {}): Alert =>
  finding(nth, START, {
    stops: [{ at: seconds(graceSeconds).toISOString(), rules: ['xen-hypervisor'], resources: [instanceId(nth)] }],
    ...more,
  })

/** The nth instance is back: a follow-up of what was alerted before. */
const backAgain = (nth: number, graceSeconds: number): Alert => {
  const alert = announcing(nth, graceSeconds)
  const previous = { state: 'RESOLVED', at: START.toISOString() } as const
  return { ...alert, id: `${alert.id}/again`, findings: alert.findings.map(one => ({ ...one, previous })) }
}

/** A channel that fails until then, and when it took which alert. */
const down = (untilSeconds: number, of: (id: string) => boolean = () => true, type: Channel['type'] = 'webhook') => {
  const took = new Map<string, number>()
  const clock = { now: () => START }
  const sender: Sender = async job => {
    const alerts = job.kind === 'alert' ? [job.alert] : job.kind === 'digest' ? job.alerts : []
    const at = (clock.now().getTime() - START.getTime()) / 1000
    if (at < untilSeconds && alerts.some(({ id }) => of(id))) throw new Error('HTTP 503')
    for (const { id } of alerts) took.set(id, at)
    return OK
  }
  const channel = world({ sender, type })
  clock.now = channel.ports.now
  return { channel, took }
}

describe('an instance that was alerted without a stop, and whose later start is promised one,', () => {
  test.each(['slack', 'webhook', 'teams'] as const)(
    'is announced to a %s channel that has the first alert',
    async type => {
      const { jobs, sender } = answering(OK)
      const channel = world({ sender, type })
      const { stops: _stops, ...plain } = announcing(1, 15 * MINUTE)
      for (const alert of [plain, announcing(1, 15 * MINUTE)]) {
        put(channel, alert)
        await channel.queue.run(channel.handle)
      }
      expect(jobs.map(job => job.kind === 'alert' && job.alert.stops?.length)).toEqual([undefined, 1])
    },
  )
})

describe('a channel that works again before an announced stop', () => {
  test.each([
    // Without the stop in mind the next try would come 1275 s, 635 s and 11175 s after the first one.
    [11 * MINUTE, 15 * MINUTE],
    [320, 10 * MINUTE],
    [59 * MINUTE, HOUR],
    [7 * HOUR, 8 * HOUR],
    [40, MINUTE],
  ])('after %d s gets the alert of a stop %d s after the launch before that stop', async (untilSeconds, grace) => {
    const { channel, took } = down(untilSeconds)
    const alert = announcing(1, grace)
    put(channel, alert)
    await channel.queue.run(channel.handle)
    const at = took.get(alert.id) ?? Number.POSITIVE_INFINITY
    expect(at).toBeLessThan(grace)
    // A quarter of the time that was left at the last try, at most.
    expect(at - untilSeconds).toBeLessThanOrEqual(Math.max(5, (grace - untilSeconds) / 3))
    expect(channel.queue.deadLetters).toEqual([])
  })

  test('gets an alert without a stop at the usual times', async () => {
    const { channel, took } = down(11 * MINUTE)
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    expect([...took.values()]).toEqual([1275])
  })

  test('is sent nothing before the time that it asked for, also if that is after the stop', async () => {
    const asks: Sender = async () => ({ kind: 'later', seconds: 1800, why: '429' })
    const channel = world({ sender: asks, type: 'webhook' })
    const { ports, postponed } = noting(channel)
    await processBatch(aBatch([JSON.stringify(announcing(1, 15 * MINUTE))]), ports)
    expect(postponed).toEqual([1800])
  })

  test('gets the release of quiet hours before the first stop of it', async () => {
    const { channel, took } = down(HOUR + 3500)
    const at = seconds(60).toISOString()
    const alert = announcing(1, 2 * HOUR, { deliver: [{ channel: 'ops', at }] })
    put(channel, alert)
    await channel.queue.run(channel.handle)
    expect(took.get(alert.id)).toBeLessThan(2 * HOUR)
  })
})

test('an alert of a stop does not wait behind one of the same instance that the channel refuses', async () => {
  const alert = announcing(1, 15 * MINUTE)
  const [before, back] = [backAgain(1, -HOUR), backAgain(1, 15 * MINUTE)]
  const earlier = { ...before, stops: [], id: `${alert.id}/earlier`, at: seconds(-60).toISOString() }
  const { channel, took } = down(HOUR, id => id === earlier.id)
  put(channel, earlier, back)
  await channel.queue.run(channel.handle)
  expect(took.get(back.id)).toBeLessThan(MINUTE)
  expect(took.get(earlier.id)).toBeGreaterThan(HOUR)
})

test('an alert of a stop does not wait behind the outcomes that fill the rate limit, which all come after it', async () => {
  const { channel, took } = down(0, undefined, 'slack')
  const base = finding(0)
  const ids = Array.from({ length: 80 }, (_, nth) => instanceId(nth))
  put(channel, { ...base, told: [{ rules: base.rules, resources: ids }] })
  const outcomes = ids.map((_, nth) => ({
    ...outcome(nth, seconds(900), { state: 'RESOLVED' }),
    launchId: base.launchId,
  }))
  const alert = announcing(5_000, HOUR)
  const events = [
    { at: seconds(900).getTime(), run: () => put(channel, ...outcomes) },
    { at: seconds(910).getTime(), run: () => put(channel, alert) },
  ]
  await channel.queue.run(channel.handle, { events })
  expect(took.get(alert.id)).toBeLessThanOrEqual(912)
  expect(took.size).toBe(2 + outcomes.length)
  // Each slot once, and seconds that a queue rounds up: not twice as long.
  expect(Math.max(...took.values())).toBeLessThan(900 + 2.1 * outcomes.length)
  expect(Math.max(...channel.queue.receives)).toBeLessThan(10)
})

test('a channel that always asks to wait a second is given up after a day by Notify, and not by SQS after minutes', async () => {
  let asked = 0
  const asks: Sender = async () => {
    asked += 1
    return { kind: 'later', seconds: 1, why: '429' }
  }
  const channel = world({ sender: asks, type: 'webhook' })
  put(channel, finding(1), announcing(2, 15 * MINUTE))
  await channel.queue.run(channel.handle)
  const day = expect.stringMatching(/^tried for 24 hours/)
  expect(channel.queue.deadLetters.map(({ reason }) => reason)).toEqual([day, day])
  // The queue of a channel has 500 deliveries.
  expect(Math.max(...channel.queue.receives)).toBeLessThan(500)
  expect(asked).toBeLessThan(2 * 500)
})

describe('an alert that fails because of the function, and not the channel,', () => {
  const failing = async (alert: Alert, failingPart: 'take' | 'send') => {
    const { channel } = down(0)
    const isBroken = () => Promise.reject(new Error('ProvisionedThroughputExceededException'))
    const broken = failingPart === 'take' ? { take: isBroken } : { requestSlot: isBroken }
    const { ports, postponed } = noting(channel, {
      take: async () => ({ kind: 'mine', row: aClaimedAlert(alert).row }),
      ...broken,
    })
    const { batchItemFailures } = await processBatch(aBatch([JSON.stringify(alert)]), ports)
    expect(batchItemFailures).toHaveLength(1)
    return postponed
  }

  test.each(['take', 'send'] as const)('at %s, is tried again before the stop that it announces', async part => {
    expect(await failing(announcing(1, 2 * MINUTE), part)).toEqual([30])
  })

  test.each(['take', 'send'] as const)(
    'at %s, comes back by itself if it announces no stop, or one far ahead',
    async part => {
      expect(await failing(finding(1), part)).toEqual([])
      expect(await failing(announcing(1, HOUR), part)).toEqual([])
    },
  )
})
