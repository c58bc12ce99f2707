import { describe, expect, test } from '@jest/globals'
import { getSentSk, mayTake, type SentRow } from '../../shared/channels/row.ts'
import { aFinding, anAlert, instanceIds } from '../support/findings.ts'

const [first = '', second = ''] = instanceIds(2)
const tells = (...ids: readonly string[]) => anAlert(ids.map(on => aFinding({ on })))

describe('the name of an alert among what a channel is told', () => {
  test('is the same whenever and by whomever it is told', () => {
    const again = { ...tells(first, second), at: '2026-11-24T09:00:00.000Z', claim: 'another message' }
    expect(getSentSk(again)).toBe(getSentSk(tells(first, second)))
  })

  test('is another one where it tells something else: the rest of a launch has the id of the first part', () => {
    expect(tells(second).id).toBe(tells(first).id)
    const names = [tells(first), tells(second), tells(first, second), { ...tells(first), kind: 'outcome' as const }]
    expect(new Set(names.map(getSentSk)).size).toBe(names.length)
  })
})

describe('an alert that was taken before', () => {
  const NOW = new Date('2026-11-24T08:00:00.000Z')
  const SECONDS = NOW.getTime() / 1000
  const row = (more: Partial<SentRow>): SentRow => ({
    pk: 'channel#ops',
    sk: 'sent#1',
    state: 'open',
    claimant: 'message-1/first',
    leaseUntil: SECONDS + 1,
    since: 0,
    failures: 0,
    waits: 0,
    ...more,
  })

  test.each<[string, Partial<SentRow>, string, boolean]>([
    ['by this very delivery, whose call was answered late', {}, 'message-1/first', true],
    ['by another delivery of the message, which is at it', {}, 'message-1/second', false],
    ['by one whose lease ends at this second', { leaseUntil: SECONDS }, 'message-1/second', false],
    ['by one whose lease has ended', { leaseUntil: SECONDS - 1 }, 'message-1/second', true],
    ['and let go', { leaseUntil: 0 }, 'message-2/first', true],
    ['and was sent', { state: 'sent', leaseUntil: 0 }, 'message-1/first', false],
    ['and is held', { state: 'held', leaseUntil: 0 }, 'message-1/first', false],
    ['and parked by another delivery of the message', { state: 'parked', leaseUntil: 0 }, 'message-1/second', false],
    ['and parked, and comes back from there', { state: 'parked', leaseUntil: 0 }, 'message-2/first', true],
  ])('%s', (_, more, claimant, may) => {
    expect(mayTake(row(more), { claimant, now: NOW })).toBe(may)
  })
})
