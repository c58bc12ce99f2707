import { describe, expect, test } from '@jest/globals'
import { sweepLaunch } from '../../../shared/alert/sweep-alert.ts'
import type { Job, Sender, Sent } from '../../../shared/channels/sending.ts'
import { finding, type Handle, outcome, START, seconds, world } from './world.ts'

const OK: Sent = { kind: 'sent', ref: '1.1', says: 'taken' }

/** A sender that answers what it is told, one after the other and the last for ever, and keeps what it was given. */
const answering = (...answers: readonly (Sent | Error)[]) => {
  const jobs: Job[] = []
  const sender: Sender = async job => {
    const answer = answers[Math.min(jobs.length, answers.length - 1)] ?? OK
    jobs.push(job)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { jobs, sender }
}

const put = ({ queue }: ReturnType<typeof world>, ...alerts: readonly object[]): void => {
  for (const alert of alerts) queue.put(JSON.stringify(alert))
}

const idsOf = (jobs: readonly Job[]): readonly string[] =>
  jobs.flatMap(job => (job.kind === 'alert' ? [job.alert.id] : job.kind === 'digest' ? job.alerts.map(a => a.id) : []))

const later = (nth: number, at: string) => finding(nth, START, { deliver: [{ channel: 'ops', at }] })

describe('an alert', () => {
  test('that is delivered twice is told once', async () => {
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

  test('in two parts is told in two messages', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, finding(1, START, { part: { number: 1, of: 2 } }), finding(1, START, { part: { number: 2, of: 2 } }))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(2)
  })

  test('that fails comes back after growing pauses, and is parked after 20 tries with what was said last', async () => {
    const { jobs, sender } = answering(new Error('HTTP 500: down'))
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(20)
    expect(channel.queue.parked.map(({ reason }) => reason)).toEqual([
      'tried 20 times, the last time: Error: HTTP 500: down',
    ])
    const hours = (channel.queue.now().getTime() - START.getTime()) / 3_600_000
    expect(hours).toBeGreaterThan(2)
    expect(hours).toBeLessThan(4)
  })

  test('that a channel puts off for ever is parked after a day', async () => {
    const { sender } = answering({ kind: 'later', seconds: 600, why: '429' })
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    expect(channel.queue.parked.map(({ reason }) => reason)).toEqual(['tried for 24 hours, the last time: 429'])
  })

  test('that is refused is parked at once, and told when it is sent back from the dead-letter queue', async () => {
    const { jobs, sender } = answering({ kind: 'refused', why: 'Slack refused it: is_archived' }, OK)
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    const [parked] = channel.queue.parked
    expect(parked).toEqual({ body: JSON.stringify(finding(1)), reason: 'Slack refused it: is_archived' })
    channel.queue.put(parked?.body ?? '')
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(2)
    expect(channel.queue.parked).toHaveLength(1)
  })

  test('that cannot be read is parked with the reason', async () => {
    const { sender } = answering(OK)
    const channel = world({ sender })
    for (const body of ['no JSON', '[]', '{"kind":"flush"}', '{"id":"a","findings":[],"told":[]}'])
      channel.queue.put(body)
    await channel.queue.run(channel.handle)
    expect(channel.queue.parked).toHaveLength(4)
    for (const { reason } of channel.queue.parked) expect(reason).toMatch(/^cannot be read: /)
  })
})

describe('a function that dies', () => {
  /** Dies, as far as its work goes, at the nth call of the table. */
  const dyingAt = (nth: number) => {
    let calls = 0
    return async (call: () => object): Promise<object> => {
      calls += 1
      if (calls >= nth && calls < nth + 1_000) throw new Error('died')
      return call()
    }
  }

  test('after it sent, and before it wrote that down, sends once more and not a third time', async () => {
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

describe('a burst', () => {
  test('is told in one message that has every alert', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, ...Array.from({ length: 12 }, (_, nth) => finding(nth)))
    await channel.queue.run(channel.handle)
    expect(jobs.map(({ kind }) => kind)).toEqual(['digest'])
    expect(idsOf(jobs)).toHaveLength(12)
  })

  test('of five is told one by one, a second apart', async () => {
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

  test('is told one by one to a program', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender, type: 'security-hub' })
    put(channel, ...Array.from({ length: 12 }, (_, nth) => finding(nth)))
    await channel.queue.run(channel.handle)
    expect(jobs.map(({ kind }) => kind)).toEqual(Array(12).fill('alert'))
    expect(channel.queue.now()).toEqual(START)
  })

  test('is taken apart where the message is refused, so that only what is refused is parked', async () => {
    const bad = finding(3).id
    const sender: Sender = async job =>
      idsOf([job]).includes(bad) ? { kind: 'refused', why: 'invalid_blocks', ofMessage: true } : OK
    const channel = world({ sender })
    put(channel, ...Array.from({ length: 8 }, (_, nth) => finding(nth)))
    await channel.queue.run(channel.handle)
    expect(channel.queue.parked.map(({ body }) => JSON.parse(body).id)).toEqual([bad])
    expect(channel.counted.get('ChannelSent')).toBe(7)
  })
})

describe('what became of a stop', () => {
  test('is a reply to the message that promised it', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    put(channel, outcome(1, seconds(1_000)))
    await channel.queue.run(channel.handle)
    expect(jobs[1]).toMatchObject({ kind: 'alert', thread: '1.1' })
  })

  test('waits for it, also where it came first', async () => {
    const { jobs, sender } = answering(new Error('HTTP 500'), new Error('HTTP 500'), OK)
    const channel = world({ sender })
    put(channel, outcome(1, START), finding(1))
    await channel.queue.run(channel.handle)
    expect(idsOf(jobs.slice(-2))).toEqual([finding(1).id, outcome(1, START).id])
    expect(jobs.at(-1)).toMatchObject({ thread: '1.1' })
  })

  test('stands alone after a quarter of an hour where the channel was never told', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, outcome(1, START))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(jobs[0]).not.toHaveProperty('thread')
    const minutes = (channel.queue.now().getTime() - START.getTime()) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(15)
    expect(minutes).toBeLessThan(25)
  })

  test('of which a sweep saw the end waits for nothing: its first alert was long ago', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, { ...outcome(1, START), launchId: sweepLaunch('5fea7756', 0) })
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.queue.now()).toEqual(START)
  })

  test('stands alone at once where that was refused', async () => {
    const { jobs, sender } = answering({ kind: 'refused', why: 'no' }, OK)
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    put(channel, outcome(1, channel.queue.now()))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(2)
    expect(channel.queue.now().getTime() - START.getTime()).toBeLessThan(60_000)
  })
})

describe('what is held', () => {
  const SEVEN = '2026-11-24T09:00:00.000Z'

  test('is told in one message when it is due', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, later(1, SEVEN), later(2, SEVEN), later(2, SEVEN), later(3, SEVEN))
    await channel.queue.run(channel.handle)
    expect(jobs.map(({ kind }) => kind)).toEqual(['digest'])
    expect(idsOf(jobs)).toEqual([1, 2, 3].map(nth => finding(nth).id))
    expect(channel.queue.now().toISOString()).toBe(SEVEN)
    expect([...channel.schedules]).toEqual([SEVEN])
    expect([...channel.dynamo.items.keys()].filter(key => key.includes('held#') || key.includes('flush'))).toEqual([])
  })

  test('is told again by nobody: neither by a flush that comes twice nor by an alert that does', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, later(1, SEVEN), later(2, SEVEN))
    await channel.queue.run(channel.handle)
    put(channel, { kind: 'flush', channel: 'ops', at: SEVEN }, later(1, SEVEN))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
  })

  test('is kept and told later where the channel fails, and parked with its flush where it is refused', async () => {
    const { jobs, sender } = answering(new Error('HTTP 500'), { kind: 'refused', why: 'is_archived' }, OK)
    const channel = world({ sender })
    put(channel, later(1, SEVEN), later(2, SEVEN))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(2)
    const [parked] = channel.queue.parked
    expect(parked?.reason).toBe('is_archived')
    channel.queue.put(parked?.body ?? '')
    await channel.queue.run(channel.handle)
    expect(idsOf(jobs.slice(2))).toEqual([finding(1).id, finding(2).id])
  })

  test('has a schedule also where the function died before it made one', async () => {
    const { jobs, sender } = answering(OK)
    let tries = 0
    const channel = world({
      sender,
      scheduleFlush: async at => {
        tries += 1
        if (tries === 1) throw new Error('died')
        channel.queue.put(JSON.stringify({ kind: 'flush', channel: 'ops', at }), new Date(at).getTime())
      },
    })
    put(channel, later(1, SEVEN))
    await channel.queue.run(channel.handle)
    expect(tries).toBe(2)
    expect(idsOf(jobs)).toEqual([finding(1).id])
  })

  test('that is due already is told at once', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, later(1, '2026-11-24T07:59:59.000Z'))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.schedules.size).toBe(0)
  })

  test('of another channel is not held for this one', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, finding(1, START, { deliver: [{ channel: 'mail', at: SEVEN }, { channel: 'ops' }] }))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.queue.now()).toEqual(START)
  })
})
