import { describe, expect, test } from '@jest/globals'
import { listUnmarked, markAlerted, markOutcomesAlerted } from '../../shared/aws/ledger/confirm.ts'
import { forgetRefusals, listPendingRefusals, reserveDigestTime } from '../../shared/aws/ledger/digest.ts'
import { type Item, readRow } from '../../shared/aws/ledger/items.ts'
import { releaseClaim } from '../../shared/aws/ledger/release.ts'
import { claimPendingNotification, recordStopIntent, resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { listItems, queryRows } from '../../shared/aws/ledger/rows.ts'
import { resolveBySweep } from '../../shared/aws/ledger/sweep-ledger.ts'
import type { Row } from '../../shared/ledger/row.ts'
import { aFinding, deferredTo, PLACE } from '../support/findings.ts'
import { aLedger, asked, at, deferred, ended, eventAt, keyOf, STOP_AT } from '../support/stories.ts'

const FIXED = { to: 'RESOLVED', because: { code: 'RULE_PASSES' }, claimant: 'message-2', now: at(960) } as const
const HELD = {
  to: 'REFUSED',
  because: { code: 'STOPS_DISABLED', args: { graceSeconds: 900 } },
  inDigest: 'yes',
  claimant: 'message-2',
  now: at(960),
} as const

describe('the outcome of a row', () => {
  test('is written with its reason, and is pending', async () => {
    const world = aLedger()
    const row = await deferred(world)
    expect(await resolveRow(world.ledger, row, FIXED)).toBe('ours')
    expect(await listPendingRefusals(world.ledger, PLACE)).toEqual([])
    expect(await world.row()).toMatchObject({
      state: 'RESOLVED',
      untold: 'RESOLVED',
      claimant: 'message-2',
      history: [
        { state: 'NEW' },
        { state: 'DEFERRED' },
        { state: 'RESOLVED', at: at(960).toISOString(), why: 'it was fixed: the rule passes now', code: 'RULE_PASSES' },
      ],
    })
  })

  test('is alerted by the delivery that wrote it as long as it is pending, and by no other', async () => {
    const world = aLedger()
    const row = await deferred(world)
    await resolveRow(world.ledger, row, FIXED)
    expect(await resolveRow(world.ledger, row, FIXED)).toBe('ours')
    expect(await resolveRow(world.ledger, row, { ...FIXED, claimant: 'message-3' })).toBe('not ours')
    await markOutcomesAlerted(world.ledger, [{ key: row }], { claimant: 'message-2', at: at(970) })
    expect(await resolveRow(world.ledger, row, FIXED)).toBe('not ours')
    expect(await world.row()).not.toHaveProperty('untold')
  })

  test('is known to be in the hands of another delivery of the same message, until it is alerted', async () => {
    const world = aLedger()
    const row = await deferred(world)
    await resolveRow(world.ledger, row, { ...FIXED, claimant: 'message-2/a' })
    expect(await resolveRow(world.ledger, row, { ...FIXED, claimant: 'message-2/b' })).toBe('sibling')
    await markOutcomesAlerted(world.ledger, [{ key: row }], { claimant: 'message-2/a', at: at(970) })
    expect(await resolveRow(world.ledger, row, { ...FIXED, claimant: 'message-2/b' })).toBe('not ours')
  })

  test('is given back if it could not be alerted, and only then', async () => {
    const world = aLedger()
    const row = await deferred(world)
    await resolveRow(world.ledger, row, FIXED)
    const take = () => claimPendingNotification(world.ledger, row, { claimant: 'message-3', now: at(961) })
    await releaseClaim(world.ledger, [row], 'message-3')
    expect(await take()).toEqual({ kind: 'elsewhere' })
    await releaseClaim(world.ledger, [row], FIXED.claimant)
    expect(await take()).toMatchObject({ kind: 'mine', row: { untold: 'RESOLVED', claimant: 'message-3' } })
    await markOutcomesAlerted(world.ledger, [{ key: row }], { claimant: 'message-3', at: at(962) })
    await releaseClaim(world.ledger, [row], 'message-3')
    expect((await world.row()).leaseUntil).toBeGreaterThan(0)
    world.items.clear()
    await expect(releaseClaim(world.ledger, [row], 'message-3')).resolves.toBeUndefined()
    expect(world.items.size).toBe(0)
  })

  test('is written once, and not over another outcome', async () => {
    const world = aLedger()
    const row = await deferred(world)
    await resolveRow(world.ledger, row, FIXED)
    expect(await resolveRow(world.ledger, row, { ...FIXED, to: 'SUPPRESSED' })).toBe('not ours')
    expect((await world.row()).history).toHaveLength(3)
  })

  test('may still become STOPPED if that took longer than we waited, and nothing else', async () => {
    const world = aLedger()
    const row = await ended(world, 'FAILED', true)
    expect(await resolveRow(world.ledger, row, { ...FIXED, claimant: 'message-3' })).toBe('not ours')
    expect(await resolveRow(world.ledger, row, { ...FIXED, to: 'STOPPED', claimant: 'message-3' })).toBe('ours')
  })

  test('is not written over a row that was claimed again', async () => {
    const world = aLedger()
    const row = await asked(world)
    await world.claim([aFinding({ event: eventAt(930) })], 'message-9', 940)
    expect(await resolveRow(world.ledger, row, { ...FIXED, to: 'STOPPED' })).toBe('not ours')
    expect(await world.row()).toMatchObject({ state: 'NEW', claimant: 'message-9' })
  })

  test('is not written over a promise that was made again', async () => {
    const world = aLedger()
    const row = await asked(world)
    const again = '2026-11-24T09:00:00Z'
    const finding = aFinding({ event: eventAt(930), action: deferredTo(again) })
    await world.claim([finding], 'message-9', 940)
    await markAlerted(world.ledger, [{ key: row, stopAt: again }], { claimant: 'message-9', at: at(942) })
    expect(await resolveRow(world.ledger, row, FIXED)).toBe('not ours')
    expect(await recordStopIntent(world.ledger, [row], at(950))).toBe(false)
    expect(await world.row()).toMatchObject({ state: 'DEFERRED', stopAt: again })
  })

  test('is claimed by nobody if the row was deleted', async () => {
    const world = aLedger()
    const row = await deferred(world)
    world.items.clear()
    expect(await resolveRow(world.ledger, row, FIXED)).toBe('not ours')
    expect(await resolveRow(world.ledger, row, HELD)).toBe('not ours')
    expect(world.items.size).toBe(0)
  })

  test('is taken over if its delivery does not alert it any more', async () => {
    const world = aLedger()
    const row = await ended(world, 'RESOLVED')
    const take = (claimant: string, seconds: number) =>
      claimPendingNotification(world.ledger, row, { claimant, now: at(seconds) })
    expect(await take('message-3', 961)).toEqual({ kind: 'elsewhere' })
    expect(await take('message-2', 961)).toMatchObject({ kind: 'mine', row: { untold: 'RESOLVED' } })
    expect(await take('message-2/b', 961)).toEqual({ kind: 'sibling' })
    expect(await take('message-3', 1_262)).toMatchObject({ kind: 'mine', row: { claimant: 'message-3' } })
    await markOutcomesAlerted(world.ledger, [{ key: row }], { claimant: 'message-2', at: at(1_263) })
    expect(await world.row()).toHaveProperty('untold')
    await markOutcomesAlerted(world.ledger, [{ key: row }], { claimant: 'message-3', at: at(1_264) })
    expect(await take('message-3', 1_265)).toEqual({ kind: 'told' })
  })
})

test('an outcome of a row without a reason is claimed by nobody', async () => {
  const world = aLedger()
  const { pk, sk } = await ended(world, 'RESOLVED')
  const item = world.items.get(`${pk} | ${sk}`) ?? {}
  world.items.set(`${pk} | ${sk}`, { ...item, history: { L: [] } })
  const taking = { claimant: 'message-2', now: at(961) }
  expect(await claimPendingNotification(world.ledger, { pk, sk }, taking)).toEqual({ kind: 'told' })
  world.items.clear()
  expect(await claimPendingNotification(world.ledger, { pk, sk }, taking)).toEqual({ kind: 'told' })
})

describe('the rows that an alert has left unmarked', () => {
  test('are those that its own message claimed, or has to alert, and no others', async () => {
    const world = aLedger()
    const rules = ['paravirtual-instance', 'xen-hypervisor', 'ena-disabled', 'incompatible-image'] as const
    for (const rule of rules) await world.claim([aFinding({ rule })], 'message-1', 0)
    const marks = rules.map(rule => ({ key: keyOf(aFinding({ rule })) }))
    const [first, second, third, fourth] = marks
    if (!first || !second || !third || !fourth) throw new Error('four marks')
    expect(await listUnmarked(world.ledger, marks, 'message-1')).toEqual(marks)
    expect(await listUnmarked(world.ledger, [third, first], 'message-1')).toEqual([third, first])
    expect(await listUnmarked(world.ledger, marks, 'message-2')).toEqual([])
    await markAlerted(world.ledger, [first], { claimant: 'message-1', at: at(2) })
    await resolveBySweep(world.ledger, await world.row(rules[1]), {
      because: { code: 'DELETED' },
      quiet: false,
      claimant: 'message-1',
      now: at(3),
    })
    world.items.delete(`${fourth.key.pk} | ${fourth.key.sk}`)
    expect(await listUnmarked(world.ledger, marks, 'message-1')).toEqual([second, third])
  })
})

test('a row says since when it is alerted, and until when it was promised a stop', async () => {
  const alerted = aLedger()
  await alerted.claim([aFinding()], 'message-1', 0)
  await markAlerted(alerted.ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-1', at: at(2) })
  const row = await alerted.row()
  expect(row.alertedAt).toBe(at(2).toISOString())
  expect(row.history.at(-1)).toMatchObject({ state: 'ALERTED', code: 'ALERTED' })
  expect(row.history.at(-1)).not.toHaveProperty('args')
  const promised = await deferred(aLedger())
  expect(promised.history.at(-1)).toMatchObject({ state: 'DEFERRED', code: 'ALERTED', args: { stopAt: STOP_AT } })
})

describe('the intent to stop', () => {
  const OTHER = aFinding({ rule: 'xen-hypervisor' })

  test('is written into every row of the instance', async () => {
    const world = aLedger()
    const rows = [await deferred(world), await deferred(world, OTHER)]
    expect(await recordStopIntent(world.ledger, rows, at(900))).toBe(true)
    for (const row of await queryRows(world.ledger, world.where))
      expect(row.stopRequestedAt).toBe(at(900).toISOString())
  })

  test.each<[string, (world: ReturnType<typeof aLedger>, row: Row) => Promise<unknown>]>([
    ['ended', (world, row) => resolveRow(world.ledger, row, FIXED)],
    ['been deleted', async (world, row) => world.items.delete(`${row.pk} | ${row.sk}`)],
  ])('is written into no row if one row has %s', async (_, change) => {
    const world = aLedger()
    const rows = [await deferred(world), await deferred(world, OTHER)]
    await change(world, rows[0] as Row)
    expect(await recordStopIntent(world.ledger, rows, at(900))).toBe(false)
    expect(await world.row('xen-hypervisor')).not.toHaveProperty('stopRequestedAt')
  })
})

describe('refusals that are alerted together', () => {
  test('wait for the digest that finds them, and belong to the digest that claims them', async () => {
    const world = aLedger()
    const row = await deferred(world)
    expect(await resolveRow(world.ledger, row, HELD)).toBe('ours')
    expect(await listPendingRefusals(world.ledger, PLACE)).toEqual([
      { row: { pk: row.pk, sk: row.sk }, settledBy: 'message-2' },
    ])
    const take = (claimant: string) =>
      claimPendingNotification(world.ledger, row, { claimant, now: at(1_000), inDigest: 'yes' })
    // Only a digest tells what waits for one.
    expect(await claimPendingNotification(world.ledger, row, { claimant: 'message-3', now: at(2_000) })).toEqual({
      kind: 'told',
    })
    expect(await take('digest-1')).toMatchObject({ kind: 'mine', row: { state: 'REFUSED', inDigest: 'yes' } })
    expect(await take('digest-2')).toEqual({ kind: 'elsewhere' })
  })

  test('belong to the delivery that claimed them for its digest, and to no other', async () => {
    const world = aLedger()
    const row = await deferred(world)
    const refuse = (claimant: string) => resolveRow(world.ledger, row, { ...HELD, claimant })
    expect(await refuse('message-2/a')).toBe('ours')
    expect(await refuse('message-2/a')).toBe('ours')
    expect(await refuse('message-2/b')).toBe('sibling')
    expect(await refuse('message-3/a')).toBe('not ours')
    expect(await listPendingRefusals(world.ledger, PLACE)).toMatchObject([{ settledBy: 'message-2/a' }])
  })

  test('are deleted once they are alerted, except those that were refused again', async () => {
    const world = aLedger()
    await resolveRow(world.ledger, await deferred(world), HELD)
    const [refusal] = await listPendingRefusals(world.ledger, PLACE)
    if (refusal === undefined) throw new Error('no refusal')
    await forgetRefusals(world.ledger, [{ ...refusal, settledBy: 'message-1' }])
    expect(await listPendingRefusals(world.ledger, PLACE)).toHaveLength(1)
    await forgetRefusals(world.ledger, [refusal])
    expect(await listPendingRefusals(world.ledger, PLACE)).toEqual([])
  })

  test('do not include those of another region', async () => {
    const world = aLedger()
    await resolveRow(world.ledger, await deferred(world), HELD)
    expect(await listPendingRefusals(world.ledger, { ...PLACE, region: 'eu-west-1' })).toEqual([])
  })

  test('share a digest that is still to come', async () => {
    const world = aLedger()
    const due = (seconds: number) => reserveDigestTime(world.ledger, PLACE, at(seconds))
    expect(await due(0)).toEqual(at(120))
    expect(await due(100)).toEqual(at(120))
    expect(await due(115)).toEqual(at(235))
    expect(await due(116)).toEqual(at(235))
    expect(await listPendingRefusals(world.ledger, PLACE)).toEqual([])
  })
})

test('the rows of an account are listed by the time of their claim, the newest first', async () => {
  const world = aLedger()
  await world.claim([aFinding()], 'message-1', 0)
  await world.claim([aFinding({ on: 'i-0123456789abcdef1' })], 'message-2', 60)
  await resolveRow(world.ledger, await world.row(), FIXED)
  const listed = async (since: number) => {
    const items: Item[] = []
    for await (const page of listItems(world.ledger, { accountId: PLACE.accountId, since: at(since) }))
      items.push(...page)
    return items.map(item => readRow(item).pk.split('#').at(-1))
  }
  expect(await listed(0)).toEqual(['i-0123456789abcdef1', 'i-0123456789abcdef0'])
  expect(await listed(1)).toEqual(['i-0123456789abcdef1'])
})
