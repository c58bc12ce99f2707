import { describe, expect, test } from '@jest/globals'
import { sweepLaunch } from '../../../shared/alert/sweep-alert.ts'
import { answering, idsOf, OK, put } from './sending.ts'
import { finding, outcome, START, seconds, world } from './world.ts'

describe('the alert of an outcome', () => {
  test('is a reply to the message that promised the stop', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, finding(1))
    await channel.queue.run(channel.handle)
    put(channel, outcome(1, seconds(1_000)))
    await channel.queue.run(channel.handle)
    expect(jobs[1]).toMatchObject({ kind: 'alert', thread: '1.1' })
  })

  test('waits for that message if it arrives first', async () => {
    const { jobs, sender } = answering(new Error('HTTP 500'), new Error('HTTP 500'), OK)
    const channel = world({ sender })
    put(channel, outcome(1, START), finding(1))
    await channel.queue.run(channel.handle)
    expect(idsOf(jobs.slice(-2))).toEqual([finding(1).id, outcome(1, START).id])
    expect(jobs.at(-1)).toMatchObject({ thread: '1.1' })
  })

  test('stands alone after a quarter of an hour if the channel never got the promise', async () => {
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

  test('of a sweep waits for nothing, because its first alert was long ago', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender })
    put(channel, { ...outcome(1, START), launchId: sweepLaunch('5fea7756', 0) })
    await channel.queue.run(channel.handle)
    expect(jobs).toHaveLength(1)
    expect(channel.queue.now()).toEqual(START)
  })

  test('stands alone at once if the promise was refused', async () => {
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
