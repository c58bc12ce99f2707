import { describe, expect, test } from '@jest/globals'
import { aFinding, anAlert, instanceIds } from '../../support/findings.ts'
import { answering, idsOf, later, OK, put } from './sending.ts'
import { finding, START, world } from './world.ts'

describe('a scheduled delivery', () => {
  const SEVEN = '2026-11-24T09:00:00.000Z'

  test('is sent in one message when it is due', async () => {
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

  test('of many findings is stored short, and sent once in full', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    const findings = instanceIds(50).map(on => aFinding({ on }))
    put(channel, { ...anAlert(findings), deliver: [{ channel: 'ops', at: SEVEN }] }, later(1, SEVEN))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(jobs.flatMap(job => (job.kind === 'digest' ? job.alerts.map(({ omitted }) => omitted) : []))).toContain(40)
    const states = [...channel.dynamo.items].flatMap(([key, { state }]) => (key.includes('| sent#') ? state?.S : []))
    expect(states).toEqual(['sent', 'sent'])
  })

  test('is never sent again: neither by a release nor by an alert that arrives twice', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, later(1, SEVEN), later(2, SEVEN))
    await channel.queue.run(channel.handle)
    put(channel, { kind: 'flush', channel: 'ops', at: SEVEN }, later(1, SEVEN))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
  })

  test('is kept and sent later if the channel fails, and dead-lettered with its release if it is refused', async () => {
    const { jobs, sender } = answering(new Error('HTTP 500'), { kind: 'refused', why: 'is_archived' }, OK)
    const channel = world({ sender })
    put(channel, later(1, SEVEN), later(2, SEVEN))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(2)
    const [deadLettered] = channel.queue.deadLetters
    expect(deadLettered?.reason).toBe('is_archived')
    channel.queue.put(deadLettered?.body ?? '')
    await channel.queue.run(channel.handle)
    expect(idsOf(jobs.slice(2))).toEqual([finding(1).id, finding(2).id])
  })

  test('has a schedule even if the function died before it made one', async () => {
    const { jobs, sender } = answering(OK)
    let tries = 0
    const channel = world({
      sender,
      scheduleRelease: async at => {
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

  test('is sent at once if it is due already', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, later(1, '2026-11-24T07:59:59.000Z'))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.schedules.size).toBe(0)
  })

  test('is sent at once if it announces a stop before anybody could act, whoever scheduled it', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    const stops = [
      { at: '2026-11-24T08:15:00.000Z', rules: ['paravirtual-instance'], resources: ['i-0123456789abcdef0'] },
    ]
    put(channel, { ...later(1, SEVEN), stops })
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.queue.now()).toEqual(START)
  })

  test('for another channel does not concern this one', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, finding(1, START, { deliver: [{ channel: 'mail', at: SEVEN }, { channel: 'ops' }] }))
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.queue.now()).toEqual(START)
  })
})
