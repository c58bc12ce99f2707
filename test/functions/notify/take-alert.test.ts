import { describe, expect, test } from '@jest/globals'
import type { ChannelRows } from '../../../functions/notify/ports.ts'
import { claimAlert, countSecondsUntil } from '../../../functions/notify/take-alert.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { SentRow } from '../../../shared/channels/row.ts'
import { aClaimedAlert, aDelivery, noting } from './claimed-alerts.ts'
import { answering, later, OK } from './sending.ts'
import { finding, outcome, START, seconds, world } from './world.ts'

const NINE = '2026-11-24T09:00:00.000Z'

const taking = (given: Partial<ChannelRows> = {}) => {
  const channel = world({ sender: answering(OK).sender })
  const scheduled: string[] = []
  const own = noting(channel, given)
  const ports = {
    ...own.ports,
    scheduleRelease: async (at: string) => {
      scheduled.push(at)
    },
  }
  return { ...own, channel, scheduled, take: (alert: Alert) => claimAlert(alert, aDelivery(), ports) }
}

const takenAs =
  (more: Partial<SentRow> = {}): ChannelRows['take'] =>
  async () => ({ kind: 'mine', row: aClaimedAlert(finding(1), more).row })
const doneAs =
  (more: Partial<SentRow>): ChannelRows['take'] =>
  async () => ({ kind: 'done', row: aClaimedAlert(finding(1), more).row })

describe('an alert for a scheduled delivery', () => {
  test('is put aside under its row and has its schedule, and is counted', async () => {
    const { take, noted, scheduled, channel } = taking({ take: takenAs() })
    const alert = later(1, NINE)
    expect(await take(alert)).toEqual({ done: true })
    expect(noted).toEqual([['hold', { at: NINE, alert, row: aClaimedAlert(finding(1)).row, now: START }]])
    expect(scheduled).toEqual([NINE])
    expect([...channel.counted]).toEqual([['ChannelHeld', 1]])
  })

  test('until this very moment is not put aside', async () => {
    const { take, noted } = taking({ take: takenAs() })
    expect(await take(later(1, START.toISOString()))).toHaveProperty('claimed')
    expect(noted).toEqual([])
  })

  test('for another channel only is not put aside for this one', async () => {
    const { take, noted } = taking({ take: takenAs() })
    expect(await take(finding(1, START, { deliver: [{ channel: 'chat', at: NINE }] }))).toHaveProperty('claimed')
    expect(noted).toEqual([])
  })

  test('is scheduled again by the message that put it aside, and by no other', async () => {
    const own = taking({ take: doneAs({ state: 'held' }) })
    expect(await own.take(later(1, NINE))).toEqual({ done: true })
    expect(own.scheduled).toEqual([NINE])
    const others = taking({ take: doneAs({ state: 'held', claimant: 'message-2/1' }) })
    expect(await others.take(later(1, NINE))).toEqual({ done: true })
    expect(others.scheduled).toEqual([])
  })

  test('is not scheduled any more if it was sent, or is due', async () => {
    const alerted = taking({ take: doneAs({ state: 'sent' }) })
    expect(await alerted.take(later(1, NINE))).toEqual({ done: true })
    const due = taking({ take: doneAs({ state: 'held' }) })
    expect(await due.take(later(1, '2026-11-24T07:00:00.000Z'))).toEqual({ done: true })
    expect([alerted.scheduled, due.scheduled]).toEqual([[], []])
  })
})

describe('an alert for now', () => {
  test('that another delivery sends comes back when that one must be done', async () => {
    const { take, postponed } = taking({ take: async () => ({ kind: 'busy', until: seconds(151.2) }) })
    expect(await take(finding(1))).toEqual({ done: false })
    expect(postponed).toEqual([152])
  })

  test('that follows one that is still to come is noted before it waits, longer each time', async () => {
    const alert = outcome(1, START)
    const { take, noted, postponed } = taking({ take: takenAs({ waits: 2 }), isBehind: async () => true })
    expect(await take(alert)).toEqual({ done: false })
    expect(noted.map(([name]) => name)).toEqual(['putOpen', 'release'])
    expect(noted[1]?.[2]).toEqual({ waits: 3 })
    expect(postponed).toEqual([20])
  })

  test('that follows one that was sent keeps what it follows', async () => {
    const alert = outcome(1, START)
    const { row } = aClaimedAlert(finding(1), { state: 'sent' })
    const { take } = taking({ take: takenAs(), isBehind: async () => false, deliveriesOfLaunch: async () => [row] })
    expect(await take(alert)).toMatchObject({ claimed: { open: aClaimedAlert(alert).open } })
  })
})

test('another delivery is left a second at least, and whole seconds', () => {
  expect(countSecondsUntil(seconds(0), START)).toBe(1)
  expect(countSecondsUntil(seconds(-5), START)).toBe(1)
  expect(countSecondsUntil(seconds(1.001), START)).toBe(2)
})
