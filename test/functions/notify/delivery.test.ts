import { describe, expect, test } from '@jest/globals'
import {
  deadLetter,
  formatShortError,
  postponeDelivery,
  recordFailure,
  wait,
} from '../../../functions/notify/delivery.ts'
import { aClaimedAlert, aDelivery, noting } from './claimed-alerts.ts'
import { answering, OK } from './sending.ts'
import { finding, outcome, START, world } from './world.ts'

const channel = () => world({ sender: answering(OK).sender })
const HOUR = 3_600_000

describe('a deferred message', () => {
  test.each([
    [0.2, 1],
    [7, 7],
    [-3, 0],
    [86_400, 43_200],
  ])('of %d s comes back after %d s, in whole seconds that SQS accepts', async (asked, taken) => {
    const { ports, postponed } = noting(channel())
    expect(await postponeDelivery(aDelivery(), asked, ports)).toBe(false)
    expect(postponed).toEqual([taken])
  })

  test('comes back by itself if SQS does not defer it, which is logged with the message', async () => {
    const own = channel()
    const queue = { ...own.ports.queue, postpone: () => Promise.reject(new Error('throttled')) }
    expect(await postponeDelivery(aDelivery(), 7, { ...own.ports, queue })).toBe(false)
    expect(own.logged).toEqual([
      'warn: could not be postponed, returns when its visibility timeout ends: Error: throttled {"messageId":"message-1"}',
    ])
  })
})

test('a page that a server answers is one line of 500 characters', () => {
  expect(formatShortError(new Error('x'.repeat(1_000)))).toHaveLength(500)
})

describe('a message that is put into the dead-letter queue', () => {
  test('is done, remembered with its reason, logged and counted', async () => {
    const own = channel()
    const { ports, noted } = noting(own)
    const claimed = aClaimedAlert(finding(1))
    expect(await deadLetter(claimed, 'is_archived', ports)).toBe(true)
    expect(own.queue.deadLetters).toEqual([{ body: 'body 1', reason: 'is_archived' }])
    expect(noted).toEqual([['finish', claimed.row, { state: 'parked', at: START, why: 'is_archived' }]])
    expect(own.logged.join()).toMatch(/^error: put into the dead-letter queue: is_archived .*message-1.*sent#/)
    expect([...own.counted]).toEqual([['ChannelRefused', 1]])
  })

  test('delays no later alert of its instance', async () => {
    const { ports, noted } = noting(channel())
    const claimed = aClaimedAlert(outcome(1, START))
    await deadLetter(claimed, 'is_archived', ports)
    expect(noted.filter(([name]) => name === 'deleteOpen')).toEqual([['deleteOpen', claimed.open[0]]])
  })
})

describe('a message that fails', () => {
  test('is tried again after a pause, with one failure more and the error, logged and counted', async () => {
    const own = channel()
    const { ports, noted, postponed } = noting(own)
    const claimed = aClaimedAlert(finding(1), { failures: 2 })
    expect(await recordFailure(claimed, 'HTTP 500', ports)).toBe(false)
    expect(noted).toEqual([['release', claimed.row, { failures: 3, why: 'HTTP 500' }]])
    expect(postponed).toEqual([20])
    expect(own.logged.join()).toMatch(/^warn: failed, will be retried in 20 s: HTTP 500 .*message-1.*"failures":3/)
    expect([...own.counted]).toEqual([['ChannelFailed', 1]])
  })

  test('is dead-lettered at the twentieth failure, when it is as old as its pauses', async () => {
    const own = channel()
    const { ports } = noting(own)
    const since = START.getTime() - 11_175_000
    expect(await recordFailure(aClaimedAlert(finding(1), { since, failures: 18 }), 'HTTP 500', ports)).toBe(false)
    expect(await recordFailure(aClaimedAlert(finding(1), { since, failures: 19 }), 'HTTP 500', ports)).toBe(true)
    expect(own.queue.deadLetters.map(({ reason }) => reason)).toEqual(['tried 20 times, the last time: HTTP 500'])
  })

  test('is not dead-lettered at the twentieth failure if it was tried sooner than usual', async () => {
    const { ports, postponed } = noting(channel())
    expect(await recordFailure(aClaimedAlert(finding(1), { failures: 19 }), 'HTTP 500', ports)).toBe(false)
    expect(postponed).toEqual([900])
  })
})

describe('a message that waits', () => {
  test('keeps the reason of its wait, and is no failure', async () => {
    const own = channel()
    const { ports, noted, postponed } = noting(own)
    const claimed = aClaimedAlert(finding(1))
    expect(await wait(claimed, { seconds: 3, why: 'not its turn', waits: 2, slot: 7 }, ports)).toBe(false)
    expect(noted).toEqual([['release', claimed.row, { waits: 2, slot: 7 }]])
    expect(postponed).toEqual([3])
    expect(own.counted.size).toBe(0)
  })

  test('waits a whole day, however often it failed before, and then is dead-lettered with what it waited for', async () => {
    const own = channel()
    const { ports } = noting(own)
    const since = START.getTime() - 24 * HOUR
    expect(await wait(aClaimedAlert(finding(1), { since, failures: 19 }), { seconds: 3, why: '429' }, ports)).toBe(
      false,
    )
    own.queue.pass(0.001)
    expect(await wait(aClaimedAlert(finding(1), { since }), { seconds: 3, why: '429' }, ports)).toBe(true)
    expect(own.queue.deadLetters.map(({ reason }) => reason)).toEqual(['tried for 24 hours, the last time: 429'])
  })
})
