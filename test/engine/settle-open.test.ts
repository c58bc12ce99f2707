import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isWorthALook, type OpenQuestion, type Present, turnFor } from '../../shared/engine/settle-open.ts'
import { past, rowOf } from '../../shared/ledger/claim.ts'
import { epochSeconds, type Row, STATES, type State } from '../../shared/ledger/row.ts'
import { aFinding } from '../support/findings.ts'
import { mayFollow } from '../support/transitions.ts'

const WRITTEN = new Date('2026-11-20T08:00:00Z')
const NOW = new Date('2026-11-24T08:00:00Z')
const EXEMPTION = { reason: 'moves', owner: 'a@example.com', expires: '2027-01-31' }

const aRow = (state: State, more: Partial<Row> = {}): Row => ({
  ...rowOf(aFinding(), { claimant: 'message-1', launchId: 'r-1', now: WRITTEN }),
  state,
  history: [{ state, at: WRITTEN.toISOString(), why: 'as the test has it' }],
  ...more,
})

const RUNNING: Present = { kind: 'there', state: 'running', launchTime: '2026-11-20T07:59:00Z' }

const turn = (question: Partial<OpenQuestion> & { row: Row }) =>
  turnFor({ present: RUNNING, findings: [aFinding()], now: NOW, claimant: 'sweep', ...question })

const GONE: Present = { kind: 'gone', because: { code: 'DELETED' } }
const anyState = fc.constantFrom(...STATES)
const anyPresent = fc.constantFrom<Present>(
  RUNNING,
  GONE,
  { kind: 'unread' },
  { kind: 'there' },
  {
    kind: 'there',
    state: 'terminated',
  },
)
const anyFinding = fc.constantFrom(
  aFinding(),
  aFinding({ status: 'PASSED' }),
  aFinding({ status: 'UNKNOWN' }),
  aFinding({ workflow: 'SUPPRESSED', exemption: EXEMPTION }),
)

describe('what a sweep does about a row', () => {
  test('leads only where the ledger lets rows go', () => {
    fc.assert(
      fc.property(anyState, anyPresent, anyFinding, (state, present, finding) => {
        const { kind } = turn({ row: aRow(state), present, findings: [finding] })
        const to = { resolve: 'RESOLVED', exempt: 'SUPPRESSED', claim: 'NEW', back: 'NEW' } as const
        if (kind in to) expect([state, mayFollow(state, to[kind as keyof typeof to])]).toEqual([state, true])
      }),
    )
  })

  test('is nothing where EC2 could not be read, whatever the row is', () => {
    for (const state of STATES) expect(turn({ row: aRow(state), present: { kind: 'unread' } }).kind).toBe('leave')
  })

  test('is nothing while the row waits for its alert, or for its stop', () => {
    for (const present of [RUNNING, GONE]) {
      expect(turn({ row: aRow('NEW'), present }).kind).toBe('leave')
      const waiting = aRow('DEFERRED', { stopAt: '2026-11-24T08:10:00Z' })
      expect(turn({ row: waiting, present }).kind).toBe('leave')
      expect(isWorthALook(waiting, NOW)).toBe(false)
    }
  })

  test('settles a promise that nobody kept for a day, if there is nothing left to stop', () => {
    const forgotten = aRow('DEFERRED', { stopAt: '2026-11-20T08:15:00Z' })
    expect(turn({ row: forgotten, present: GONE }).kind).toBe('resolve')
    expect(turn({ row: forgotten, findings: [aFinding({ status: 'PASSED' })] }).kind).toBe('resolve')
    expect(turn({ row: forgotten }).kind).toBe('leave')
  })

  test('is never a resolution on what is UNKNOWN by now', () => {
    for (const state of STATES)
      expect(turn({ row: aRow(state), findings: [aFinding({ status: 'UNKNOWN' })] }).kind).not.toBe('resolve')
  })

  test('tells what was settled and not told only when nobody else can be at it', () => {
    const settledAt = (secondsAgo: number, more: Partial<Row> = {}) =>
      aRow('RESOLVED', {
        untold: 'RESOLVED',
        changedAt: epochSeconds(NOW) - secondsAgo,
        leaseUntil: epochSeconds(NOW) - secondsAgo + 150,
        ...more,
      })
    expect(turn({ row: settledAt(600) }).kind).toBe('leave')
    expect(turn({ row: settledAt(4000) }).kind).toBe('tell')
    expect(turn({ row: settledAt(10, { claimant: 'sweep' }) }).kind).toBe('tell')
  })

  test('does not ask EC2 again about what was gone', () => {
    const gone = aRow('RESOLVED', { history: [past('RESOLVED', NOW, { code: 'TERMINATED' })] })
    expect(isWorthALook(gone, NOW)).toBe(false)
    expect(isWorthALook(aRow('RESOLVED'), NOW)).toBe(true)
  })

  test('keeps a row that is still true from 45 days before its end on', () => {
    const days = (count: number) => aRow('ALERTED', { expiresAt: epochSeconds(NOW) + count * 86_400 })
    expect(turn({ row: days(44) }).kind).toBe('renew')
    expect(turn({ row: days(45) }).kind).toBe('leave')
    expect(turn({ row: { ...days(44), state: 'RESOLVED' } }).kind).toBe('leave')
  })

  test('is that it is back only where it fails, and was started since', () => {
    const row = aRow('RESOLVED')
    const since: Present = { kind: 'there', state: 'running', launchTime: '2026-11-23T08:00:00Z' }
    expect(turn({ row, present: since })).toMatchObject({
      kind: 'back',
      finding: { event: { time: '2026-11-23T08:00:00Z' } },
    })
    expect(turn({ row, present: since, findings: [aFinding({ status: 'PASSED' })] }).kind).toBe('leave')
    expect(turn({ row, present: since, findings: [aFinding({ status: 'UNKNOWN' })] }).kind).toBe('leave')
    expect(turn({ row, present: { ...since, state: 'stopped' } }).kind).toBe('leave')
    const changed = aRow('RESOLVED', { changedAt: epochSeconds(new Date('2026-11-23T08:00:00Z')) })
    expect(turn({ row: changed, present: since }).kind).toBe('leave')
  })

  test('is by the verdict of its own rule', () => {
    const others = [aFinding({ rule: 'xen-hypervisor', status: 'PASSED' }), aFinding()]
    expect(turn({ row: aRow('ALERTED'), findings: others }).kind).not.toBe('resolve')
    expect(turn({ row: aRow('ALERTED'), findings: others.slice(0, 1) }).kind).toBe('leave')
  })

  test('tells that a promise which nobody kept is resolved, and not that what was exempt is', () => {
    const passes = [aFinding({ status: 'PASSED' })]
    const forgotten = aRow('DEFERRED', { stopAt: '2026-11-20T08:15:00Z' })
    expect(turn({ row: forgotten, findings: passes })).toMatchObject({ quiet: false })
    expect(turn({ row: aRow('SUPPRESSED'), findings: passes })).toMatchObject({ kind: 'resolve', quiet: true })
  })

  test('takes a promise for forgotten a day after it was due, and not before', () => {
    const due = (iso: string) => isWorthALook(aRow('DEFERRED', { stopAt: iso }), NOW)
    expect(due('2026-11-23T07:59:59Z')).toBe(true)
    expect(due('2026-11-23T08:00:00Z')).toBe(false)
  })
})
