import { describe, expect, test } from '@jest/globals'
import type { ChannelRows } from '../../../functions/notify/ports.ts'
import { processBatch } from '../../../functions/notify/process-batch.ts'
import type { Sender } from '../../../shared/channels/sending.ts'
import { aBatch } from '../../support/sqs.ts'
import { answering, idsOf, OK, put } from './sending.ts'
import { finding, type Handle, START, world } from './world.ts'

describe('an alert for a channel', () => {
  test('is sent once if it is delivered twice', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, finding(1), finding(1))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.queue.left()).toBe(0)
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
  })

  test('in two parts is sent in two messages', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, finding(1, START, { part: { number: 1, of: 2 } }), finding(1, START, { part: { number: 2, of: 2 } }))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(2)
  })

  test('is tried again after growing pauses if it fails, and dead-lettered after 20 tries with the last error', async () => {
    const { jobs, sender } = answering(new Error('HTTP 500: down'))
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(20)
    expect(channel.queue.deadLetters.map(({ reason }) => reason)).toEqual([
      'tried 20 times, the last time: Error: HTTP 500: down',
    ])
    const hours = (channel.queue.now().getTime() - START.getTime()) / 3_600_000
    expect(hours).toBeGreaterThan(2)
    expect(hours).toBeLessThan(4)
  })

  test('is dead-lettered after a day if the channel defers it for ever', async () => {
    const { sender } = answering({ kind: 'later', seconds: 600, why: '429' })
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    expect(channel.queue.deadLetters.map(({ reason }) => reason)).toEqual(['tried for 24 hours, the last time: 429'])
  })

  test('is dead-lettered at once if it is refused, and sent after its redrive', async () => {
    const { jobs, sender } = answering({ kind: 'refused', why: 'Slack refused it: is_archived' }, OK)
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    const [deadLettered] = channel.queue.deadLetters
    expect(deadLettered).toEqual({ body: JSON.stringify(finding(1)), reason: 'Slack refused it: is_archived' })
    channel.queue.put(deadLettered?.body ?? '')
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(2)
    expect(channel.queue.deadLetters).toHaveLength(1)
  })

  test('is dead-lettered with the reason if it cannot be read', async () => {
    const { sender } = answering(OK)
    const channel = world({ sender })
    for (const body of ['no JSON', '[]', '{"kind":"flush"}', '{"id":"a","findings":[],"told":[]}'])
      channel.queue.put(body)
    await channel.queue.run(channel.handle)
    expect(channel.queue.deadLetters).toHaveLength(4)
    for (const { reason } of channel.queue.deadLetters) expect(reason).toMatch(/^cannot be read: /)
    expect(channel.logged).toHaveLength(4)
    expect(channel.logged[1]).toBe(
      'error: put into the dead-letter queue: cannot be read: neither an alert nor a release of scheduled deliveries {"messageId":"ops-1"}',
    )
  })

  test.each<[string, Partial<ChannelRows>, string]>([
    ['claimed', { take: () => Promise.reject(new Error('throttled')) }, '{"messageId":"message-0"}'],
    ['sent, because its slot is not known', { requestSlot: () => Promise.reject(new Error('throttled')) }, '{}'],
  ])('comes back by itself, which is logged, if it could not be %s', async (_, given, context) => {
    const { jobs, sender } = answering(OK)
    const { ports, logged } = world({ sender })
    const answer = await processBatch(aBatch([JSON.stringify(finding(1))]), {
      ...ports,
      rows: { ...ports.rows, ...given },
    })
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    expect(logged).toEqual([`error: failed, returns when its visibility timeout ends: Error: throttled ${context}`])
    expect(jobs).toEqual([])
  })
})

describe('a Notify function that dies', () => {
  /** Dies, as far as its work goes, at the nth call of the table. */
  const dyingAt = (nth: number) => {
    let calls = 0
    return async (call: () => object): Promise<object> => {
      calls += 1
      if (calls >= nth && calls < nth + 1_000) throw new Error('died')
      return call()
    }
  }

  test('after it sent and before it recorded that, sends once more and not a third time', async () => {
    const { jobs, sender } = answering(OK)
    // Take, then the pace (read and write), then the send, and then the thread.
    const dying = dyingAt(4)
    let isDead = true
    const around = (call: () => object) => (isDead ? dying(call) : Promise.resolve(call()))
    const channel = world({ sender, around })
    put(channel, finding(1))
    const handle: Handle = batch => {
      isDead = jobs.length === 0
      return channel.handle(batch)
    }
    await channel.queue.run(handle)
    expect(jobs).toHaveLength(2)
    expect(channel.queue.left()).toBe(0)
  })

  test('at any call loses nothing, and repeats it at most once', async () => {
    for (let nth = 1; nth <= 12; nth += 1) {
      const { jobs, sender } = answering(OK)
      let invocations = 0
      const dying = dyingAt(nth)
      const around = (call: () => object) => (invocations <= 1 ? dying(call) : Promise.resolve(call()))
      const channel = world({ sender, around })
      put(channel, finding(1))
      await channel.queue.run(batch => {
        invocations += 1
        return channel.handle(batch)
      })
      expect([1, 2]).toContain(jobs.length)
      expect(channel.queue.left()).toBe(0)
    }
  })
})

describe('a burst for a channel', () => {
  test('is sent in one message that has every alert', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, ...Array.from({ length: 12 }, (_, nth) => finding(nth)))
    await channel.queue.run(channel.handle)
    expect(jobs.map(({ kind }) => kind)).toEqual(['digest'])
    expect(idsOf(jobs)).toHaveLength(12)
  })

  test('of five is sent one by one, a second apart', async () => {
    const at: number[] = []
    const channel = world({
      sender: async () => {
        at.push(channel.queue.now().getTime())
        return OK
      },
    })
    put(channel, ...Array.from({ length: 5 }, (_, nth) => finding(nth)))
    await channel.queue.run(channel.handle)
    expect(at).toHaveLength(5)
    for (const [index, time] of at.entries()) expect(time - (at[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  test('is sent one by one to a program', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender, type: 'security-hub' })
    put(channel, ...Array.from({ length: 12 }, (_, nth) => finding(nth)))
    await channel.queue.run(channel.handle)
    expect(jobs.map(({ kind }) => kind)).toEqual(Array(12).fill('alert'))
    expect(channel.queue.now()).toEqual(START)
  })

  test('is taken apart if the message is refused, so that only the refused alert is dead-lettered', async () => {
    const bad = finding(3).id
    const sender: Sender = async job =>
      idsOf([job]).includes(bad) ? { kind: 'refused', why: 'invalid_blocks', ofMessage: true } : OK
    const channel = world({ sender })
    put(channel, ...Array.from({ length: 8 }, (_, nth) => finding(nth)))
    await channel.queue.run(channel.handle)
    expect(channel.queue.deadLetters.map(({ body }) => JSON.parse(body).id)).toEqual([bad])
    expect(channel.counted.get('ChannelSent')).toBe(7)
  })
})
