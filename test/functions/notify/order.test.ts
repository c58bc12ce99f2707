import { describe, expect, test } from '@jest/globals'
import { findBlocking, findThread, listOpens, rememberThreads } from '../../../functions/notify/order.ts'
import type { ChannelRows } from '../../../functions/notify/ports.ts'
import { sweepLaunch } from '../../../shared/alert/sweep-alert.ts'
import type { SentState } from '../../../shared/channels/row.ts'
import { aFinding, anAlert, instanceIds } from '../../support/findings.ts'
import { aClaimedAlert, noting } from './claimed-alerts.ts'
import { answering, OK } from './sending.ts'
import { finding, instanceId, outcome, START, seconds, world } from './world.ts'

const MINUTE = 60

describe('the alerts that an alert follows', () => {
  test('are none if it is the first one', () => {
    expect(listOpens(finding(1), 'sent#1')).toEqual([])
  })

  test('are those of each of its instances, by its own time', () => {
    expect(listOpens(outcome(1, seconds(5)), 'sent#1')).toEqual([
      { resourceId: instanceId(1), at: seconds(5).toISOString(), sent: 'sent#1' },
    ])
  })

  test('are known by the time of the event if an alert of an earlier version has none', () => {
    const { at: _at, ...old } = outcome(1, seconds(5))
    expect(listOpens(old, 'sent#1').map(({ at }) => at)).toEqual([old.event.time])
  })

  test('are kept for 25 instances of a whole fleet', () => {
    const alerted = [{ rules: ['paravirtual-instance'], resources: instanceIds(40) }]
    expect(listOpens({ ...outcome(1, START), told: alerted }, 'sent#1')).toHaveLength(25)
  })
})

/** Why the outcome of the first launch waits, `after` so many seconds, where its first alert is in these states. */
const waitingFor = async (
  { after = 0, alert = outcome(1, START) }: { after?: number; alert?: ReturnType<typeof outcome> },
  states: readonly SentState[],
  given: Partial<ChannelRows> = {},
) => {
  const channel = world({ sender: answering(OK).sender })
  channel.queue.pass(after)
  const { ports } = noting(channel, {
    isBehind: async () => false,
    deliveriesOfLaunch: async () => states.map(state => aClaimedAlert(finding(1), { state }).row),
    ...given,
  })
  return findBlocking(alert, listOpens(alert, 'sent#1'), ports)
}

describe('an outcome of a stop', () => {
  test.each<SentState>(['open', 'held'])('waits while the alert that promised it is %s', async state => {
    expect(await waitingFor({}, ['sent', state])).toBe('the alert that it follows has not been sent yet')
  })

  test.each<SentState>(['sent', 'parked'])('does not wait any more when that alert is %s', async state => {
    expect(await waitingFor({}, [state])).toBeUndefined()
  })

  test('waits a quarter of an hour for an alert that the channel has not seen', async () => {
    const unseen = 'the alert that it follows has not been seen yet'
    expect(await waitingFor({}, [])).toBe(unseen)
    expect(await waitingFor({ after: 15 * MINUTE - 1 }, [])).toBe(unseen)
    expect(await waitingFor({ after: 15 * MINUTE }, [])).toBeUndefined()
  })

  test('counts from the time when the stop ended, and not from its launch', async () => {
    const alert = outcome(1, seconds(60 * MINUTE))
    expect(await waitingFor({ alert, after: 75 * MINUTE - 1 }, [])).toBeDefined()
    expect(await waitingFor({ alert, after: 75 * MINUTE }, [])).toBeUndefined()
  })

  test('waits for an earlier alert of one of its instances', async () => {
    const why = await waitingFor({}, ['sent'], { isBehind: async () => true })
    expect(why).toBe('an earlier alert of the same resource has not been sent yet')
  })

  test('waits for no first alert if a sweep resolved it, because that was sent long ago', async () => {
    const alert = { ...outcome(1, START), launchId: sweepLaunch('5fea7756', 0) }
    expect(await waitingFor({ alert }, [])).toBeUndefined()
  })
})

test('a finding that recurred waits for no alert of its launch, because that was sent long ago', async () => {
  const previous = { state: 'RESOLVED', at: START.toISOString(), why: 'it was fixed' } as const
  const alert = anAlert([{ ...aFinding({ on: instanceId(1) }), previous }], {}, { claimant: 'm', now: START })
  expect(listOpens(alert, 'sent#1')).toHaveLength(1)
  expect(await waitingFor({ alert }, ['open'])).toBeUndefined()
})

test('an outcome without instances waits for nothing', async () => {
  expect(await waitingFor({ alert: { ...outcome(1, START), told: [] } }, [])).toBeUndefined()
})

test('a first alert asks for no row', async () => {
  const asks: Partial<ChannelRows> = { isBehind: async () => Promise.reject(new Error('asked')) }
  expect(await waitingFor({ alert: finding(1) }, [], asks)).toBeUndefined()
})

test('an alert is a reply to the message of its first instance that has one', async () => {
  const threads = new Map([
    [instanceId(2), '2.2'],
    [instanceId(3), '3.3'],
  ])
  const { ports } = noting(world({ sender: answering(OK).sender }), { threadOf: async id => threads.get(id) })
  const alerted = [{ rules: ['paravirtual-instance'], resources: [1, 2, 3].map(instanceId) }]
  expect(await findThread(listOpens({ ...outcome(1, START), told: alerted }, 'sent#1'), ports)).toBe('2.2')
  expect(await findThread(listOpens(outcome(1, START), 'sent#1'), ports)).toBeUndefined()
})

test('the message of an instance is kept once, however many alerts name it', async () => {
  const { ports, noted } = noting(world({ sender: answering(OK).sender }))
  await rememberThreads([finding(1), finding(1), finding(2)], { ref: '1.1', now: START }, ports)
  expect(noted).toEqual([
    ['rememberThread', { resourceId: instanceId(1), ref: '1.1', now: START }],
    ['rememberThread', { resourceId: instanceId(2), ref: '1.1', now: START }],
  ])
})
