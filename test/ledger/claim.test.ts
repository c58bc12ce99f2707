import { describe, expect, test } from '@jest/globals'
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { claimPendingNotification, resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { STATES } from '../../shared/ledger/row.ts'
import { aFinding, deferredTo } from '../support/findings.ts'
import { aLedger, asked, at, deferred, ended, eventAt, inState, keyOf, STOP_AT } from '../support/stories.ts'

const EXEMPTION = { reason: 'moves', owner: 'a@example.com', expires: '2027-01-31' }
const suppressed = aFinding({ workflow: 'SUPPRESSED', exemption: EXEMPTION, event: eventAt(2_000) })

describe('the claim of a finding', () => {
  test('costs one call if the finding is new', async () => {
    const world = aLedger()
    const ours = await world.claim([aFinding(), aFinding({ rule: 'xen-hypervisor' })], 'message-1', 0)
    expect(ours.map(({ rule }) => rule)).toEqual(['paravirtual-instance', 'xen-hypervisor'])
    expect(world.calls()).toBe(1)
    expect(await world.row()).toMatchObject({
      state: 'NEW',
      accountId: '123456789012',
      writtenAt: at(0).toISOString(),
      history: [{ state: 'NEW', at: at(0).toISOString(), why: aFinding().message }],
    })
  })

  test('fails while another claim has its lease', async () => {
    const world = aLedger()
    await world.claim([aFinding()], 'message-1', 0)
    expect(await world.claim([aFinding()], 'message-2', 150)).toEqual([])
    expect(await world.claim([aFinding()], 'message-1', 150)).toHaveLength(1)
    expect(await world.claim([aFinding()], 'message-2', 301)).toHaveLength(1)
    expect((await world.row()).history.map(({ state }) => state)).toEqual(['NEW', 'NEW', 'NEW'])
  })

  test('succeeds for a finding that turned from UNKNOWN to FAILED, and not the other way round', async () => {
    const world = aLedger()
    await world.claim([aFinding({ status: 'UNKNOWN' })], 'message-1', 0)
    expect(await world.claim([aFinding()], 'message-2', 1)).toHaveLength(1)
    await markAlerted(world.ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-2', at: at(2) })
    expect(await world.claim([aFinding({ status: 'UNKNOWN' })], 'message-3', 3)).toEqual([])
    expect(await world.row()).toMatchObject({ state: 'ALERTED', status: 'FAILED' })
  })

  test('that FAILED is left to its message for an hour by others for which the finding is UNKNOWN', async () => {
    const world = aLedger()
    await world.claim([aFinding()], 'message-1/a', 0)
    const unknown = aFinding({ status: 'UNKNOWN' })
    expect(await world.claim([unknown], 'message-2/a', 301)).toEqual([])
    expect(await world.claim([unknown], 'message-2/a', 3_600)).toEqual([])
    expect(await world.claim([unknown], 'message-2/a', 3_601)).toHaveLength(1)
  })

  test('that is UNKNOWN passes to another message with UNKNOWN as soon as the lease is over', async () => {
    const world = aLedger()
    const unknown = aFinding({ status: 'UNKNOWN' })
    await world.claim([unknown], 'message-1/a', 0)
    expect(await world.claim([unknown], 'message-2/a', 151)).toHaveLength(1)
  })

  test('fails for a finding that was alerted as UNKNOWN and still is', async () => {
    const world = aLedger()
    const unknown = aFinding({ status: 'UNKNOWN' })
    await world.claim([unknown], 'message-1', 0)
    await markAlerted(world.ledger, [{ key: keyOf(unknown) }], { claimant: 'message-1', at: at(2) })
    expect(await world.claim([unknown], 'message-2', 5_000)).toEqual([])
  })

  test('records an exempt finding with who answers for it, and promises nothing', async () => {
    const world = aLedger()
    await world.claim([{ ...suppressed, action: deferredTo(STOP_AT) }], 'message-1', 0)
    const row = await world.row()
    const args = { reason: 'moves', owner: 'a@example.com' }
    expect(row.history).toEqual([expect.objectContaining({ state: 'SUPPRESSED', code: 'EXEMPT', args })])
    expect(row).not.toHaveProperty('stopAt')
  })

  test('writes an exempt finding once, and not over what was alerted', async () => {
    const world = aLedger()
    for (const message of ['message-1', 'message-2']) await world.claim([suppressed], message, 5_000)
    expect((await world.row()).history).toHaveLength(1)
    const alerted = aLedger()
    const unknown = aFinding({ status: 'UNKNOWN' })
    await alerted.claim([unknown], 'message-1', 0)
    await markAlerted(alerted.ledger, [{ key: keyOf(unknown) }], { claimant: 'message-1', at: at(2) })
    await alerted.claim([suppressed], 'message-2', 5_000)
    expect(await alerted.row()).toMatchObject({ state: 'ALERTED' })
  })

  test('that FAILED is alerted by its own message, even if the finding is UNKNOWN for it by now', async () => {
    const world = aLedger()
    await world.claim([aFinding()], 'message-1/a', 0)
    expect(await world.claim([aFinding({ status: 'UNKNOWN' })], 'message-1/b', 301)).toHaveLength(1)
  })

  test('of a deleted resource alerts it if nobody has, and does not call it recurred if it was resolved', async () => {
    const claim = { claimant: 'message-2', launchId: 'r-1', now: at(2_100), deleted: [aFinding().resource.id] }
    const finding = aFinding({ event: eventAt(2_000) })
    expect((await claimFindings([finding], aLedger().ledger, claim)).ours).toHaveLength(1)
    const world = aLedger()
    await inState(world, 'RESOLVED')
    expect((await claimFindings([finding], world.ledger, claim)).ours).toEqual([])
    expect((await claimFindings([finding], world.ledger, { ...claim, deleted: [] })).ours).toHaveLength(1)
  })

  test('succeeds if the exemption of the finding has ended', async () => {
    const world = aLedger()
    await inState(world, 'SUPPRESSED')
    const [again] = await world.claim([aFinding({ event: eventAt(50) })], 'message-2', 60)
    expect(again?.previous?.state).toBe('SUPPRESSED')
    expect(await world.row()).toMatchObject({ state: 'NEW' })
  })
})

describe('two deliveries of one message', () => {
  const one = 'message-1/a'
  const other = 'message-1/b'

  test('at the same moment alert once, and the second learns that the first is alerting', async () => {
    const world = aLedger()
    expect(await world.claiming([aFinding()], one, 0)).toMatchObject({ ours: [aFinding()], beingAlerted: false })
    expect(await world.claiming([aFinding()], other, 1)).toMatchObject({ ours: [], beingAlerted: true })
    await markAlerted(world.ledger, [{ key: keyOf(aFinding()) }], { claimant: one, at: at(2) })
    expect(await world.claiming([aFinding()], other, 3)).toMatchObject({ ours: [], beingAlerted: false })
  })

  test('of which the first died alert when the lease is over, or the claim was given back', async () => {
    const world = aLedger()
    const { release } = await world.claiming([aFinding()], one, 0)
    expect(await world.claiming([aFinding()], other, 150)).toMatchObject({ ours: [], beingAlerted: true })
    await release()
    expect(await world.claiming([aFinding()], other, 151)).toMatchObject({ ours: [aFinding()], beingAlerted: false })
    await release()
    expect(await world.claiming([aFinding()], one, 152)).toMatchObject({ ours: [], beingAlerted: true })
    expect(await world.claiming([aFinding()], one, 302)).toMatchObject({ ours: [aFinding()] })
  })

  test('do not alert a launch of many transactions in two halves', async () => {
    const world = aLedger()
    const many = Array.from({ length: 150 }, (_, index) => aFinding({ on: `i-${String(index).padStart(17, '0')}` }))
    await world.claiming(many.slice(0, 100), one, 0)
    expect(await world.claiming(many, other, 1)).toMatchObject({ ours: [], beingAlerted: true })
    for (const finding of many.slice(0, 100))
      await markAlerted(world.ledger, [{ key: keyOf(finding) }], { claimant: one, at: at(2) })
    expect((await world.claiming(many, other, 3)).ours).toEqual(many.slice(100))
  })
})

describe('a finding that is reported for a later time', () => {
  test.each(STATES)('counts as recurred, or not, if its row is %s', async state => {
    const world = aLedger()
    await inState(world, state)
    const ours = await world.claim([aFinding({ event: eventAt(2_000) })], 'message-9', 2_010)
    // NEW: its lease is over.
    const isNews = ['NEW', 'SUPPRESSED', 'STOPPED', 'RESOLVED', 'FAILED'].includes(state)
    expect(ours).toHaveLength(isNews ? 1 : 0)
    expect((await world.row()).state).toBe(isNews ? 'NEW' : state)
  })

  test.each(['STOPPED', 'RESOLVED', 'FAILED'] as const)('has its previous state in the claim: %s', async state => {
    const world = aLedger()
    const before = await ended(world, state)
    const [back] = await world.claim([aFinding({ event: eventAt(2_000) })], 'message-9', 2_010)
    const since = before.history.at(-1)?.at
    expect(back).toEqual({ ...aFinding({ event: eventAt(2_000) }), previous: { state, at: since } })
    expect(before.history).toHaveLength(3)
    expect((await world.row()).history.map(one => one.state)).toEqual(['NEW', 'DEFERRED', state, 'NEW'])
  })

  test('begins a new row: nothing of the earlier promise is left', async () => {
    const world = aLedger()
    await ended(world, 'STOPPED')
    await world.claim([aFinding({ event: eventAt(2_000) })], 'message-9', 2_010)
    const row = await world.row()
    for (const left of ['stopAt', 'stopRequestedAt', 'untold', 'inDigest', 'alertedAt'])
      expect(row).not.toHaveProperty(left)
    expect(await claimPendingNotification(world.ledger, row, { claimant: 'message-2', now: at(2_011) })).toEqual({
      kind: 'told',
    })
  })

  test('is still called recurred if it is alerted in a second try', async () => {
    const world = aLedger()
    await ended(world, 'STOPPED')
    const back = aFinding({ event: eventAt(2_000) })
    const [first] = await world.claim([back], 'message-9', 2_010)
    expect(first?.previous?.state).toBe('STOPPED')
    expect(await world.claim([back], 'message-9', 2_190)).toEqual([first])
    expect(await world.claim([back], 'message-10', 2_600)).toEqual([first])
  })

  test('counts as recurred once', async () => {
    const world = aLedger()
    await ended(world, 'STOPPED')
    const back = aFinding({ event: eventAt(2_000) })
    expect(await world.claim([back], 'message-9', 2_010)).toHaveLength(1)
    expect(await world.claim([back], 'message-10', 2_011)).toEqual([])
  })

  test('counts as recurred while EC2 has only been asked to stop it, because it must have stopped in between', async () => {
    const world = aLedger()
    await asked(world)
    expect(await world.claim([aFinding({ event: eventAt(905) })], 'message-9', 910)).toEqual([])
    const [back] = await world.claim([aFinding({ event: eventAt(930) })], 'message-10', 940)
    expect(back?.previous).toEqual({ state: 'STOPPED', at: at(900).toISOString() })
    expect((await world.row()).history.map(({ state }) => state)).toEqual(['NEW', 'DEFERRED', 'STOPPED', 'NEW'])
  })

  test('counts as recurred even if its stop is resolved between the read of its row and the write', async () => {
    const world = aLedger()
    const row = await asked(world)
    let looks = 0
    const client = world.client(async call => {
      try {
        return call()
      } finally {
        looks += 1
        if (looks === 1)
          await resolveRow(world.ledger, row, {
            to: 'STOPPED',
            because: { code: 'STOPPED_BY_VIRTGUARD' },
            claimant: 'message-2',
            now: at(960),
          })
      }
    })
    const claim = { claimant: 'message-9', launchId: 'r-1', now: at(2_010) }
    const { ours } = await claimFindings([aFinding({ event: eventAt(2_000) })], { client, table: 'ledger' }, claim)
    expect(ours).toEqual([expect.objectContaining({ previous: expect.objectContaining({ state: 'STOPPED' }) })])
    expect(looks).toBe(3)
    expect((await world.row()).history.map(({ state }) => state)).toEqual(['NEW', 'DEFERRED', 'STOPPED', 'NEW'])
  })

  test('does not count as recurred if its stop was refused though EC2 had been asked, because it runs on, and that was alerted', async () => {
    const world = aLedger()
    await ended(world, 'REFUSED', true)
    expect(await world.claim([aFinding({ event: eventAt(2_000) })], 'message-9', 2_010)).toEqual([])
  })

  test('counts as recurred an hour after a stop that did not happen, because that promise was lost', async () => {
    const world = aLedger()
    await deferred(world)
    const due = 900
    expect(await world.claim([aFinding({ event: eventAt(due + 3_600) })], 'message-9', due + 3_610)).toEqual([])
    const [back] = await world.claim([aFinding({ event: eventAt(due + 3_601) })], 'message-9', due + 3_610)
    expect(back?.previous).toEqual({ state: 'FAILED', at: STOP_AT })
    const row = await world.row()
    expect(row.history.map(({ state }) => state)).toEqual(['NEW', 'DEFERRED', 'FAILED', 'NEW'])
    expect(row).not.toHaveProperty('stopAt')
  })

  test('is recorded as exempt if it is exempt now, and not alerted', async () => {
    const world = aLedger()
    await ended(world, 'STOPPED')
    expect(await world.claim([suppressed], 'message-9', 2_010)).toEqual([])
    expect(await world.row()).toMatchObject({ state: 'SUPPRESSED', history: expect.arrayContaining([]) })
    expect(await world.row()).not.toHaveProperty('stopAt')
  })
})

describe('a finding that is reported for an earlier time', () => {
  test.each(['STOPPED', 'RESOLVED', 'FAILED'] as const)(
    'does not count as recurred if it is %s by now',
    async state => {
      const world = aLedger()
      await ended(world, state, true)
      for (const seconds of [0, 800, 900, 905])
        expect(await world.claim([aFinding({ event: eventAt(seconds) })], `late-${seconds}`, 5_000)).toEqual([])
    },
  )

  test('does not undo a promise', async () => {
    const world = aLedger()
    await deferred(world)
    for (const finding of [aFinding(), suppressed]) expect(await world.claim([finding], 'message-9', 5_000)).toEqual([])
    expect(await world.row()).toMatchObject({ state: 'DEFERRED', stopAt: STOP_AT })
  })
})

test('the last promise of a stop is the one that counts', async () => {
  const world = aLedger()
  const promising = (stopAt: string) => aFinding({ action: deferredTo(stopAt) })
  await world.claim([promising(STOP_AT)], 'message-1', 0)
  await world.claim([promising('2026-11-24T08:18:30Z')], 'message-1', 180)
  const confirm = (stopAt: string) =>
    markAlerted(world.ledger, [{ key: keyOf(aFinding()), stopAt }], { claimant: 'message-1', at: at(182) })
  await confirm(STOP_AT)
  expect(await world.row()).toMatchObject({ state: 'NEW' })
  await confirm('2026-11-24T08:18:30Z')
  expect(await world.row()).toMatchObject({ state: 'DEFERRED', stopAt: '2026-11-24T08:18:30Z' })
})

test('the history of a row keeps the last 50 states', async () => {
  const world = aLedger()
  for (let index = 0; index < 60; index += 1) await world.claim([aFinding()], 'message-1', index)
  const { history } = await world.row()
  expect(history).toHaveLength(50)
  expect(history.at(-1)?.at).toBe(at(59).toISOString())
  expect(history.at(0)?.at).toBe(at(10).toISOString())
})
