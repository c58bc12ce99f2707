import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createPast, createRow } from '../../shared/ledger/claim.ts'
import { OVER_BUDGET, type Promising } from '../../shared/ledger/promising.ts'
import { decideRowAction, needsInspection, type OpenQuestion, type Present } from '../../shared/ledger/resolve-open.ts'
import { type Row, STATES, type State, toEpochSeconds } from '../../shared/ledger/row.ts'
import { aFinding, anAction, deferredTo } from '../support/findings.ts'
import { mayFollow } from '../support/transitions.ts'

const WRITTEN = new Date('2026-11-20T08:00:00Z')
const NOW = new Date('2026-11-24T08:00:00Z')
const EXEMPTION = { reason: 'moves', owner: 'a@example.com', expires: '2027-01-31' }

const aRow = (state: State, more: Partial<Row> = {}): Row => ({
  ...createRow(aFinding(), { claimant: 'message-1', launchId: 'r-1', now: WRITTEN }),
  state,
  history: [{ state, at: WRITTEN.toISOString(), why: 'as the test has it' }],
  ...more,
})

const secondsBefore = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString()

const RUNNING: Present = { kind: 'there', state: 'running', launchTime: '2026-11-20T07:59:00Z' }

const turn = (question: Partial<OpenQuestion> & { row: Row }) =>
  decideRowAction({ present: RUNNING, findings: [aFinding()], now: NOW, claimant: 'sweep', ...question })

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

describe('the action of a sweep on a row', () => {
  test('leads only to states that the ledger allows', () => {
    fc.assert(
      fc.property(anyState, anyPresent, anyFinding, (state, present, finding) => {
        const { kind } = turn({ row: aRow(state), present, findings: [finding] })
        const to = { resolve: 'RESOLVED', exempt: 'SUPPRESSED', claim: 'NEW', back: 'NEW' } as const
        if (kind in to) expect([state, mayFollow(state, to[kind as keyof typeof to])]).toEqual([state, true])
      }),
    )
  })

  test('is none if EC2 could not be read, whatever the row is', () => {
    for (const state of STATES) expect(turn({ row: aRow(state), present: { kind: 'unread' } }).kind).toBe('leave')
  })

  test('is none while the row waits for its alert, or for its stop', () => {
    const claimed = aRow('NEW', { writtenAt: secondsBefore(3600), leaseUntil: 0 })
    for (const present of [RUNNING, GONE]) {
      expect(turn({ row: claimed, present }).kind).toBe('leave')
      const waiting = aRow('DEFERRED', { stopAt: '2026-11-24T08:10:00Z' })
      expect(turn({ row: waiting, present }).kind).toBe('leave')
      expect(needsInspection(waiting, NOW)).toBe(false)
    }
  })

  test('resolves a promise that was not kept for a day, if there is nothing left to stop', () => {
    const forgotten = aRow('DEFERRED', { stopAt: '2026-11-20T08:15:00Z' })
    expect(turn({ row: forgotten, present: GONE }).kind).toBe('resolve')
    expect(turn({ row: forgotten, findings: [aFinding({ status: 'PASSED' })] }).kind).toBe('resolve')
    expect(turn({ row: forgotten, present: { kind: 'unread' } }).kind).toBe('leave')
  })

  test.each([
    ['it still fails', [aFinding()]],
    ['its rule is off', []],
    ['nobody knows', [aFinding({ status: 'UNKNOWN' })]],
  ])('alerts that a promise was lost if the instance runs on, and %s', (_, findings) => {
    const forgotten = aRow('DEFERRED', { stopAt: '2026-11-20T08:15:00Z' })
    const lost = { kind: 'resolve', to: 'FAILED', because: { code: 'PROMISE_LOST' }, quiet: false }
    expect(turn({ row: forgotten, findings })).toEqual(lost)
  })

  test('says of a lost promise whether virtguard or somebody else stopped the instance', () => {
    const stopAt = '2026-11-20T08:15:00Z'
    const outcomeOf = (state: string, more: Partial<Row> = {}) =>
      turn({ row: aRow('DEFERRED', { stopAt, ...more }), present: { kind: 'there', state } })
    const others = (state: string) => ({ because: { code: 'STOPPED_BY_SOMEBODY_ELSE', args: { state } } })
    for (const state of ['stopped', 'stopping']) expect(outcomeOf(state)).toMatchObject(others(state))
    expect(outcomeOf('stopped')).not.toHaveProperty('to')
    const asked = { stopRequestedAt: '2026-11-20T08:16:00Z' }
    expect(outcomeOf('stopped', asked)).toMatchObject({ to: 'STOPPED', because: { code: 'STOPPED_BY_VIRTGUARD' } })
    expect(outcomeOf('stopping', asked)).toMatchObject({ to: 'FAILED', because: { code: 'PROMISE_LOST' } })
  })

  test('is never a resolution if the verdict is UNKNOWN by now', () => {
    for (const state of STATES)
      expect(turn({ row: aRow(state), findings: [aFinding({ status: 'UNKNOWN' })] }).kind).not.toBe('resolve')
  })

  test('alerts a pending outcome only if nobody else can be at it', () => {
    const settledAt = (secondsAgo: number, more: Partial<Row> = {}) =>
      aRow('RESOLVED', {
        untold: 'RESOLVED',
        changedAt: toEpochSeconds(NOW) - secondsAgo,
        leaseUntil: toEpochSeconds(NOW) - secondsAgo + 150,
        ...more,
      })
    expect(turn({ row: settledAt(600) }).kind).toBe('leave')
    expect(turn({ row: settledAt(4000) }).kind).toBe('tell')
    expect(turn({ row: settledAt(10, { claimant: 'sweep' }) }).kind).toBe('tell')
  })

  test('does not ask EC2 again about what was deleted', () => {
    const gone = aRow('RESOLVED', { history: [createPast('RESOLVED', NOW, { code: 'TERMINATED' })] })
    expect(needsInspection(gone, NOW)).toBe(false)
    for (const code of ['DELETED', 'IMAGE_DELETED'] as const)
      expect(needsInspection(aRow('RESOLVED', { history: [createPast('RESOLVED', NOW, { code })] }), NOW)).toBe(false)
    expect(needsInspection(aRow('RESOLVED'), NOW)).toBe(true)
    expect(needsInspection(aRow('RESOLVED', { history: [] }), NOW)).toBe(true)
  })

  test('extends a row that is still true from 45 days before it expires', () => {
    const days = (count: number) => aRow('ALERTED', { expiresAt: toEpochSeconds(NOW) + count * 86_400 })
    expect(turn({ row: days(44) }).kind).toBe('renew')
    expect(turn({ row: days(45) }).kind).toBe('leave')
    expect(turn({ row: { ...days(44), state: 'RESOLVED' } }).kind).toBe('leave')
  })

  test('marks a row as recurred only if it fails, and was started since', () => {
    const row = aRow('RESOLVED')
    const since: Present = { kind: 'there', state: 'running', launchTime: '2026-11-23T08:00:00Z' }
    expect(turn({ row, present: since })).toMatchObject({
      kind: 'back',
      finding: { event: { time: '2026-11-23T08:00:00Z' } },
    })
    expect(turn({ row, present: since, findings: [aFinding({ status: 'PASSED' })] }).kind).toBe('leave')
    expect(turn({ row, present: since, findings: [aFinding({ status: 'UNKNOWN' })] }).kind).toBe('leave')
    expect(turn({ row, present: { ...since, state: 'stopped' } }).kind).toBe('leave')
    const changed = aRow('RESOLVED', { changedAt: toEpochSeconds(new Date('2026-11-23T08:00:00Z')) })
    expect(turn({ row: changed, present: since }).kind).toBe('leave')
  })

  test('follows the verdict of its own rule', () => {
    const others = [aFinding({ rule: 'xen-hypervisor', status: 'PASSED' }), aFinding()]
    expect(turn({ row: aRow('ALERTED'), findings: others }).kind).not.toBe('resolve')
    expect(turn({ row: aRow('ALERTED'), findings: others.slice(0, 1) }).kind).toBe('leave')
  })

  test('alerts that a promise which was not kept is resolved, and not what was exempt', () => {
    const passes = [aFinding({ status: 'PASSED' })]
    const forgotten = aRow('DEFERRED', { stopAt: '2026-11-20T08:15:00Z' })
    expect(turn({ row: forgotten, findings: passes })).toMatchObject({ quiet: false })
    expect(turn({ row: aRow('SUPPRESSED'), findings: passes })).toMatchObject({ kind: 'resolve', quiet: true })
  })

  test('counts a promise as lost when its message can be neither in the queue nor in work, and not before', () => {
    const due = (stopAt: string, more: Partial<Row> = {}) => needsInspection(aRow('DEFERRED', { stopAt, ...more }), NOW)
    expect(due('2026-11-23T06:59:59Z')).toBe(true)
    expect(due('2026-11-23T07:00:00Z')).toBe(false)
    expect(due('2026-11-20T08:15:00Z', { stopRequestedAt: '2026-11-23T07:00:00Z' })).toBe(false)
  })
})

describe('the action of a sweep on a row that was alerted', () => {
  const passes = [aFinding({ status: 'PASSED' })]
  const exempt = aFinding({ workflow: 'SUPPRESSED', exemption: EXEMPTION })

  test.each(['terminated', 'shutting-down'])('is none if it is %s', state => {
    const resolved = { kind: 'resolve', because: { code: 'TERMINATED' }, quiet: false }
    expect(turn({ row: aRow('ALERTED'), present: { kind: 'there', state } })).toEqual(resolved)
  })

  test('is an alerted resolution if its rule passes', () => {
    const resolved = { kind: 'resolve', because: { code: 'RULE_PASSES' }, quiet: false }
    for (const state of ['ALERTED', 'REFUSED', 'FAILED'] as const)
      expect(turn({ row: aRow(state), findings: passes })).toEqual(resolved)
  })

  test('is none if its rule is off', () => {
    for (const row of [aRow('ALERTED'), aRow('SUPPRESSED'), aRow('STOPPED', { changedAt: 0 })])
      expect(turn({ row, findings: [] }).kind).toBe('leave')
  })

  test('writes it as exempt if it is exempt by now, once', () => {
    expect(turn({ row: aRow('ALERTED'), findings: [exempt] })).toEqual({ kind: 'exempt', finding: exempt })
    expect(turn({ row: aRow('SUPPRESSED'), findings: [exempt] }).kind).toBe('leave')
  })

  test('alerts it if its exemption has ended, or if it is known by now that it fails', () => {
    const finding = aFinding()
    expect(turn({ row: aRow('SUPPRESSED') })).toEqual({ kind: 'claim', finding })
    const unknown = aRow('ALERTED', { status: 'UNKNOWN' })
    expect(turn({ row: unknown })).toEqual({ kind: 'claim', finding })
    expect(turn({ row: unknown, findings: [aFinding({ status: 'UNKNOWN' })] }).kind).toBe('leave')
  })

  test('alerts it as recurred if a stop of it failed and it was started since', () => {
    const present: Present = { kind: 'there', state: 'running', launchTime: '2026-11-23T08:00:00Z' }
    expect(turn({ row: aRow('FAILED'), present }).kind).toBe('back')
  })

  test('is none while somebody else may be alerting its outcome, whatever is the case by now', () => {
    const row = aRow('REFUSED', { untold: 'REFUSED', changedAt: toEpochSeconds(NOW) - 10 })
    expect(turn({ row, findings: passes }).kind).toBe('leave')
    expect(turn({ row, present: GONE }).kind).toBe('leave')
  })
})

describe('a claim of the same message that is not known to be alerted', () => {
  const claimed = (more: Partial<Row> = {}) => aRow('NEW', { claimant: 'sweep', writtenAt: secondsBefore(0), ...more })
  const promise = aFinding({ action: deferredTo('2026-11-24T08:15:00Z') })
  const promised = claimed({ stopAt: '2026-11-24T08:10:00Z' })

  test('is made again, as the finding is now', () => {
    expect(turn({ row: claimed() })).toEqual({ kind: 'claim', finding: aFinding() })
    expect(needsInspection(claimed({ claimant: '' }), NOW)).toBe(false)
  })

  test('is no outcome to alert', () => {
    expect(turn({ row: claimed({ untold: 'RESOLVED' }) }).kind).toBe('leave')
  })

  test.each<[string, readonly ReturnType<typeof aFinding>[]]>([
    ['its rule is off', []],
    ['it passes', [aFinding({ status: 'PASSED' })]],
    ['it is exempt', [aFinding({ workflow: 'SUPPRESSED', exemption: EXEMPTION })]],
  ])('is left if %s by now', (_, findings) => {
    expect(turn({ row: claimed(), findings }).kind).toBe('leave')
  })

  test('is promised a stop only if it was before, it runs, and nothing speaks against it', () => {
    const findings = [promise]
    expect(turn({ row: promised, findings })).toEqual({ kind: 'promise', finding: promise })
    expect(turn({ row: claimed(), findings }).kind).toBe('claim')
    expect(turn({ row: promised }).kind).toBe('claim')
    for (const present of [{ kind: 'there', state: 'stopped' }, GONE] as const)
      expect(turn({ row: promised, findings, present }).kind).toBe('claim')
  })
})

describe('a claim that nobody alerts any more', () => {
  const present = toEpochSeconds(NOW)
  const left = (more: Partial<Row> = {}) =>
    aRow('NEW', { claimant: 'another', writtenAt: secondsBefore(3601), leaseUntil: present - 3601, ...more })
  const before = [createPast('REFUSED', WRITTEN, { code: 'RULE_OFF' }), ...left().history]

  test.each<[string, Partial<Row>]>([
    ['was alerted before', { history: before }],
    ['was never alerted', {}],
    ['is of our own message', { claimant: 'sweep' }],
  ])('is alerted as resolved if its instance is terminated, where the finding %s', (_, more) => {
    const resolved = { kind: 'resolve', because: { code: 'TERMINATED' }, quiet: false }
    expect(needsInspection(left(more), NOW)).toBe(true)
    for (const state of ['terminated', 'shutting-down'])
      expect(turn({ row: left(more), present: { kind: 'there', state }, findings: [] })).toEqual(resolved)
  })

  test('is alerted as resolved if its instance is deleted, or its rule passes', () => {
    expect(turn({ row: left(), present: GONE })).toMatchObject({ kind: 'resolve', because: { code: 'DELETED' } })
    const passes = [aFinding({ status: 'PASSED' })]
    expect(turn({ row: left(), findings: passes })).toMatchObject({ kind: 'resolve', because: { code: 'RULE_PASSES' } })
  })

  test('is left to the sweep of the region if it fails, and if EC2 could not be read', () => {
    expect(turn({ row: left() }).kind).toBe('leave')
    expect(turn({ row: left(), findings: [] }).kind).toBe('leave')
    expect(turn({ row: left(), present: { kind: 'unread' }, findings: [] }).kind).toBe('leave')
  })

  test('is left for an hour after its lease, and after it was given back', () => {
    for (const more of [{ leaseUntil: present - 3600 }, { writtenAt: secondsBefore(3600), leaseUntil: 0 }]) {
      expect(needsInspection(left(more), NOW)).toBe(false)
      expect(turn({ row: left(more), present: GONE }).kind).toBe('leave')
    }
  })
})

describe('an instance that was alerted and left running', () => {
  const promise = aFinding({ action: deferredTo('2026-11-24T08:15:00Z') })
  const because = { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 600 } } as const
  const refused = aRow('REFUSED', { history: [createPast('REFUSED', WRITTEN, because)] })
  const BY_HAND: Promising = { byHand: true, refused: [] }
  const EXISTING: Promising = { existing: true, refused: ['RULE_OBSERVES'] }
  const since: Present = { kind: 'there', state: 'running', launchTime: '2026-11-23T08:00:00Z' }
  const promised = (row: Row, promising?: Promising, more: Partial<OpenQuestion> = {}): boolean =>
    turn({ row, findings: [promise], ...(promising && { promising }), ...more }).kind === 'promise'

  test('is promised a stop if an operator chose it, or the policy says so of its reason', () => {
    expect(promised(aRow('ALERTED'), BY_HAND)).toBe(true)
    expect(promised(refused, { refused: OVER_BUDGET })).toBe(true)
    expect(promised(refused, { refused: ['STOPS_DISABLED'] })).toBe(false)
    expect(promised(refused)).toBe(false)
  })

  test('is promised none if it does not run, or would not be stopped', () => {
    for (const present of [{ kind: 'there', state: 'stopped' }, { kind: 'there' }] as const)
      expect(promised(aRow('ALERTED'), BY_HAND, { present })).toBe(false)
    const refuse = aFinding({ action: anAction('refuse') })
    expect(promised(aRow('ALERTED'), BY_HAND, { findings: [refuse] })).toBe(false)
  })

  test('is left to the sweep of the region if it was only alerted', () => {
    expect(promised(aRow('ALERTED'), EXISTING)).toBe(false)
    expect(promised(aRow('ALERTED'), { refused: EXISTING.refused })).toBe(true)
  })

  test('for a refusal is promised a stop if it was started since, and sweeps promise stops', () => {
    expect(promised(refused, EXISTING, { present: since })).toBe(true)
    expect(promised(refused, EXISTING)).toBe(false)
    expect(promised(refused, { refused: [] }, { present: since })).toBe(false)
  })

  test('is promised none if a service owns it that would replace it', () => {
    const finding = JSON.stringify(
      aFinding({ actor: { via: 'batch.amazonaws.com' }, action: anAction('would-stop', { code: 'RULE_OFF' }) }),
    )
    expect(promised({ ...refused, finding }, EXISTING, { present: since })).toBe(false)
    expect(promised(aRow('ALERTED', { finding }), EXISTING, { present: since })).toBe(false)
    expect(promised(aRow('ALERTED', { finding }), BY_HAND)).toBe(false)
  })
})

describe('an outcome that another delivery of the same message has claimed', () => {
  const mine = 'sweep/a'
  const theirs = (state: State, lease: number, more: Partial<Row> = {}) =>
    aRow(state, {
      claimant: 'sweep/b',
      leaseUntil: toEpochSeconds(NOW) + lease,
      changedAt: toEpochSeconds(NOW),
      ...more,
    })
  const kindOf = (row: Row) => turn({ row, claimant: mine }).kind

  test('is waited for as long as its lease lasts, and then alerted', () => {
    expect(kindOf(theirs('NEW', 0))).toBe('wait')
    expect(kindOf(theirs('NEW', -1))).toBe('claim')
    expect(kindOf(theirs('RESOLVED', 0, { untold: 'RESOLVED' }))).toBe('wait')
    expect(kindOf(theirs('RESOLVED', -1, { untold: 'RESOLVED' }))).toBe('tell')
  })

  test('is not waited for if it was alerted, or belongs to another message', () => {
    expect(kindOf(theirs('ALERTED', 100))).not.toBe('wait')
    expect(kindOf(theirs('NEW', 100, { claimant: 'other/b' }))).toBe('leave')
    expect(kindOf(theirs('RESOLVED', -1, { claimant: 'other/b', untold: 'RESOLVED' }))).toBe('leave')
  })
})
