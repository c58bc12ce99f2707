import { describe, expect, test } from '@jest/globals'
import { getSentSk, mayTake, type SentRow } from '../../shared/channels/row.ts'
import { aFinding, anAlert, deferredTo, instanceIds } from '../support/findings.ts'

const [first = '', second = ''] = instanceIds(2)
const tells = (...ids: readonly string[]) => anAlert(ids.map(on => aFinding({ on })))

describe('the name of an alert in the rows of a channel', () => {
  test('is the same for every delivery', () => {
    const again = { ...tells(first, second), at: '2026-11-24T09:00:00.000Z', claim: 'another message' }
    expect(getSentSk(again)).toBe(getSentSk(tells(first, second)))
  })

  test('differs if the alert has other content: the rest of a launch has the id of the first part', () => {
    expect(tells(second).id).toBe(tells(first).id)
    const names = [tells(first), tells(second), tells(first, second), { ...tells(first), kind: 'outcome' as const }]
    expect(new Set(names.map(getSentSk)).size).toBe(names.length)
  })
})

describe('the name of an alert that announces a stop', () => {
  const stopping = (at: string) => anAlert([aFinding({ on: first, action: deferredTo(at) })])
  const soon = stopping('2026-11-24T08:15:30Z')

  test('is not that of an alert of the same findings without it, so that no channel skips it', () => {
    const plain = tells(first)
    expect(soon.id).toBe(plain.id)
    expect(soon.stops).toHaveLength(1)
    expect(getSentSk(soon)).not.toBe(getSentSk(plain))
  })

  test('is the same with a later time, which another delivery of the launch may name after a crash', () => {
    expect(getSentSk(stopping('2026-11-24T08:18:30Z'))).toBe(getSentSk(soon))
  })
})

describe('an alert that was claimed', () => {
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
    ['by this very delivery, whose call was answered late, can be claimed', {}, 'message-1/first', true],
    ['by another delivery of the message, whose lease lasts, cannot be claimed', {}, 'message-1/second', false],
    [
      'by a delivery whose lease ends at this second cannot be claimed',
      { leaseUntil: SECONDS },
      'message-1/second',
      false,
    ],
    ['by a delivery whose lease has ended can be claimed', { leaseUntil: SECONDS - 1 }, 'message-1/second', true],
    ['by a delivery that gave it back can be claimed', { leaseUntil: 0 }, 'message-2/first', true],
    ['by any delivery and sent cannot be claimed', { state: 'sent', leaseUntil: 0 }, 'message-1/first', false],
    ['by any delivery and scheduled cannot be claimed', { state: 'held', leaseUntil: 0 }, 'message-1/first', false],
    [
      'by another delivery of the message and dead-lettered cannot be claimed',
      { state: 'parked', leaseUntil: 0 },
      'message-1/second',
      false,
    ],
    [
      'by another message and dead-lettered can be claimed after the redrive',
      { state: 'parked', leaseUntil: 0 },
      'message-2/first',
      true,
    ],
  ])('%s', (_, more, claimant, may) => {
    expect(mayTake(row(more), { claimant, now: NOW })).toBe(may)
  })
})
