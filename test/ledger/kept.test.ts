import { describe, expect, test } from '@jest/globals'
import { markOutcomesAlerted } from '../../shared/aws/ledger/confirm.ts'
import { resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { beginSweep, claimNotice, exemptRow, renewRow, resolveBySweep } from '../../shared/aws/ledger/sweep-ledger.ts'
import { chunkIntoTransactions } from '../../shared/ledger/claim.ts'
import { noticeRow } from '../../shared/ledger/notice.ts'
import { isOverdue } from '../../shared/ledger/overdue.ts'
import { toEpochSeconds } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { OPEN } from '../../shared/ledger/transitions.ts'
import { aFinding, PLACE } from '../support/findings.ts'
import { aLedger, asked, at, deferred, ended, eventAt, inState } from '../support/stories.ts'

const DAYS_90 = 90 * 86_400

describe('a row is kept', () => {
  test('for 90 days from its claim, in which somebody may ask what became of it', async () => {
    const world = aLedger()
    await world.claim([aFinding()], 'message-1', 0)
    expect(await world.row()).toMatchObject({
      expiresAt: toEpochSeconds(at(0)) + DAYS_90,
      leaseUntil: toEpochSeconds(at(0)) + 150,
      writtenAt: at(0).toISOString(),
    })
  })

  test('for 90 days more from each sweep that still sees its finding', async () => {
    const world = aLedger()
    const row = await inState(world, 'ALERTED')
    expect(await renewRow(world.ledger, row, at(86_400))).toBe(true)
    expect((await world.row()).expiresAt).toBe(toEpochSeconds(at(86_400)) + DAYS_90)
  })
})

describe('a promise is overdue', () => {
  const stopAt = at(900).toISOString()
  const promised = { state: 'DEFERRED', stopAt } as const

  test('an hour after its stop was due, or was asked for, and not before', () => {
    expect(isOverdue(promised, at(900 + 3_600))).toBe(false)
    expect(isOverdue(promised, at(900 + 3_601))).toBe(true)
    expect(isOverdue({ ...promised, stopRequestedAt: at(1_900).toISOString() }, at(1_900 + 3_600))).toBe(false)
    expect(isOverdue({ ...promised, stopRequestedAt: at(1_900).toISOString() }, at(1_900 + 3_601))).toBe(true)
  })

  test('only if it was not refused and has no other outcome, because that was alerted', () => {
    for (const state of ['REFUSED', 'STOPPED', 'ALERTED'] as const)
      expect(isOverdue({ state, stopAt }, at(86_400))).toBe(false)
  })

  test('only if it was made', () => {
    expect(isOverdue({ state: 'DEFERRED' }, at(86_400))).toBe(false)
  })
})

test('a refused finding is not alerted again an hour later, because nothing was promised any more', async () => {
  const world = aLedger()
  await ended(world, 'REFUSED')
  expect(await world.claim([aFinding({ event: eventAt(9_000) })], 'message-9', 9_000)).toEqual([])
})

test('a sweep inspects again what was refused, and what did not stop in time', () => {
  expect(OPEN).toEqual(expect.arrayContaining(['REFUSED', 'FAILED', 'ALERTED', 'SUPPRESSED']))
  expect(OPEN).not.toContain('RESOLVED')
})

describe('the names of schedules', () => {
  test('differ for digests of two regions, accounts or times', () => {
    const due = at(900)
    const message = { kind: 'digest', ...PLACE, due: due.toISOString() } as const
    const names = [
      scheduleName(message, due),
      scheduleName({ ...message, region: 'eu-west-1' }, due),
      scheduleName({ ...message, accountId: '210987654321' }, due),
      scheduleName(message, at(1_800)),
    ]
    expect(new Set(names).size).toBe(4)
    expect(scheduleName(message, due)).toBe(names[0])
  })

  test('of a check have its instance, its time and its try, and its alert if it has one', () => {
    const message = { kind: 'stop', ...PLACE, instanceId: 'i-1', due: at(900).toISOString(), attempt: 2 } as const
    const name = `stop-i-1-${toEpochSeconds(at(900))}-2`
    expect(scheduleName(message, at(900))).toBe(name)
    expect(scheduleName({ ...message, alert: 'a1' }, at(900))).toBe(`${name}-a1`)
  })
})

describe('two claims of one launch', () => {
  const key = (pk: string, sk: string) => ({ pk, sk })

  test('meet in the first transaction, in whatever order each of them saw the rows', () => {
    const rows = Array.from({ length: 150 }, (_, nth) => key(`i-${String(nth).padStart(3, '0')}`, 'rule'))
    const [first, second] = chunkIntoTransactions(rows)
    expect([first?.length, second?.length]).toEqual([100, 50])
    expect(chunkIntoTransactions(rows.toReversed())).toEqual([first, second])
  })

  test('have the rules of one instance in one order', () => {
    const rows = [key('i-1', 'b'), key('i-1', 'a'), key('i-0', 'c')]
    expect(chunkIntoTransactions(rows)).toEqual([[key('i-0', 'c'), key('i-1', 'a'), key('i-1', 'b')]])
  })
})

describe('the end of a promise', () => {
  test('without a stop dates from as late as EC2 answers: a start within five seconds before it came after', async () => {
    const world = aLedger()
    const row = await deferred(world)
    await resolveRow(world.ledger, row, {
      to: 'RESOLVED',
      because: { code: 'RULE_PASSES' },
      claimant: 'message-2',
      now: at(960),
    })
    expect((await world.row()).changedAt).toBe(toEpochSeconds(at(955)))
  })

  test('that EC2 was asked for counts from when it was asked', async () => {
    const world = aLedger()
    const row = await asked(world)
    await resolveRow(world.ledger, row, {
      to: 'STOPPED',
      because: { code: 'STOPPED_BY_VIRTGUARD' },
      claimant: 'message-2',
      now: at(960),
    })
    expect((await world.row()).changedAt).toBe(row.changedAt)
    expect(row.changedAt).toBe(toEpochSeconds(at(905)))
  })

  test('that EC2 did not accept is no request any more', async () => {
    const world = aLedger()
    const row = await asked(world)
    const refusal = {
      to: 'REFUSED',
      because: { code: 'DEADLINE_PASSED' },
      claimant: 'message-2',
      now: at(960),
    } as const
    await resolveRow(world.ledger, row, { ...refusal, notTaken: true })
    expect(await world.row()).not.toHaveProperty('stopRequestedAt')
  })

  test('is dated by when it happened, if that is known', async () => {
    const world = aLedger()
    const row = await asked(world)
    const stopped = {
      to: 'STOPPED',
      because: { code: 'STOPPED_BY_VIRTGUARD' },
      claimant: 'message-2',
      now: at(960),
    } as const
    await resolveRow(world.ledger, row, { ...stopped, at: at(931) })
    expect((await world.row()).history.at(-1)?.at).toBe(at(931).toISOString())
  })
})

describe('a sweep of a region', () => {
  const begin = (world: ReturnType<typeof aLedger>, more: object = {}) =>
    beginSweep(world.ledger, { ...PLACE, claimant: 'message-1', now: at(0), ...more })
  const launchedUntil = at(-120).toISOString()

  test('counts for that region and account alone', async () => {
    const world = aLedger()
    await begin(world)
    expect(await begin(world, { claimant: 'message-2', launchedUntil })).toBe(false)
    expect(await begin(world, { claimant: 'message-2', launchedUntil, region: 'eu-west-1' })).toBe(true)
    expect(await begin(world, { claimant: 'message-2', launchedUntil, accountId: '210987654321' })).toBe(true)
  })

  test('is omitted only if one began that saw the launch, because EC2 may not know an instance for a minute', async () => {
    const world = aLedger()
    await begin(world)
    const beginAt = (seconds: number) =>
      begin(world, { claimant: 'message-2', now: at(seconds), launchedUntil: at(seconds - 60).toISOString() })
    expect(await beginAt(0)).toBe(false)
    expect(await beginAt(1)).toBe(true)
  })

  test('is recorded with when it began, and by which message', async () => {
    const world = aLedger()
    await begin(world)
    expect([...world.items]).toEqual([
      [
        '123456789012#us-east-1#sweep | begun',
        expect.objectContaining({ at: { S: at(0).toISOString() }, by: { S: 'message-1' } }),
      ],
    ])
  })

  test('may be begun again by its own message, and by any request without a launch', async () => {
    const world = aLedger()
    await begin(world)
    expect(await begin(world, { launchedUntil })).toBe(true)
    expect(await begin(world, { claimant: 'message-2' })).toBe(true)
  })
})

describe('the end of an exemption', () => {
  const notice = { ...PLACE, key: 'k', expires: '2026-12-01' }
  const take = (world: ReturnType<typeof aLedger>, claimant: string, seconds: number) =>
    claimNotice(world.ledger, { ...notice, claimant, now: at(seconds) })

  test('is announced by one delivery, and by another only if the first has not been heard of', async () => {
    const world = aLedger()
    expect(await take(world, 'message-1/1', 0)).toBe('ours')
    expect(await take(world, 'message-1/1', 1)).toBe('ours')
    expect(await take(world, 'message-1/2', 1)).toBe('sibling')
    expect(await take(world, 'message-2/1', 2)).toBe('not ours')
    expect(await take(world, 'message-2/1', 152)).toBe('ours')
    const [item] = world.items.values()
    expect(item?.['expiresAt']?.N).toBe(String(Date.parse('2026-12-01') / 1000 + DAYS_90))
    expect(['state', 'status', 'untold'].map(name => item?.[name]?.S)).toEqual(['SUPPRESSED', 'FAILED', 'SUPPRESSED'])
  })

  test('is announced by nobody once it was, and no other delivery of the message waits for it', async () => {
    const world = aLedger()
    await take(world, 'message-1/1', 0)
    const mark = { key: noticeRow(PLACE, notice.key) }
    await markOutcomesAlerted(world.ledger, [mark], { claimant: 'message-1/1', at: at(1) })
    expect(await take(world, 'message-1/2', 2)).toBe('not ours')
    expect(await take(world, 'message-2/1', 1_000)).toBe('not ours')
  })
})

describe('a finding that a sweep sees to be exempt', () => {
  const exemption = { reason: 'moves', owner: 'a@example.com', expires: '2027-01-31' }
  const finding = aFinding({ workflow: 'SUPPRESSED', exemption })
  const by = { finding, claimant: 'message-2', now: at(960) }

  test('is written as exempt, with who answers for it, and not alerted', async () => {
    const world = aLedger()
    const row = await inState(world, 'ALERTED')
    expect(await exemptRow(world.ledger, row, by)).toBe(true)
    const exempt = await world.row()
    expect(exempt).toMatchObject({
      state: 'SUPPRESSED',
      claimant: 'message-2',
      changedAt: toEpochSeconds(at(960)),
      leaseUntil: 0,
      finding: JSON.stringify(finding),
      launchId: row.launchId,
    })
    expect(exempt.history.at(-1)).toMatchObject({ state: 'SUPPRESSED', at: at(960).toISOString(), code: 'EXEMPT' })
    expect(exempt).not.toHaveProperty('untold')
  })

  test('is left if it changed since it was read', async () => {
    const world = aLedger()
    const row = await inState(world, 'ALERTED')
    await exemptRow(world.ledger, row, by)
    const before = await world.row()
    expect(await exemptRow(world.ledger, row, by)).toBe(false)
    expect(await renewRow(world.ledger, row, at(86_400))).toBe(false)
    expect(await world.row()).toEqual(before)
  })
})

describe('a finding whose resource a sweep sees to be deleted', () => {
  const found = { because: { code: 'TERMINATED' }, claimant: 'message-2/1', now: at(960) } as const

  test('is alerted by the delivery that saw it, with a lease', async () => {
    const world = aLedger()
    const row = await inState(world, 'ALERTED')
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: false })).toBe('ours')
    expect(await world.row()).toMatchObject({
      state: 'RESOLVED',
      untold: 'RESOLVED',
      leaseUntil: toEpochSeconds(at(960)) + 150,
      changedAt: toEpochSeconds(at(960)),
    })
    // The answer was lost, and the SDK sent it again.
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: false })).toBe('ours')
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: false, claimant: 'message-2/2' })).toBe('sibling')
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: false, claimant: 'message-3/1' })).toBe(
      'not ours',
    )
    expect((await world.row()).history.at(-1)).toMatchObject({ state: 'RESOLVED', code: 'TERMINATED' })
    await markOutcomesAlerted(world.ledger, [{ key: row }], { claimant: found.claimant, at: at(970) })
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: false })).toBe('not ours')
  })

  test('is left if its row was deleted', async () => {
    const world = aLedger()
    const row = await inState(world, 'ALERTED')
    world.items.clear()
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: false })).toBe('not ours')
    expect(world.items.size).toBe(0)
  })

  test('is only written if nothing is to be alerted', async () => {
    const world = aLedger()
    const row = await inState(world, 'ALERTED')
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: true })).toBe('ours')
    expect(await world.row()).not.toHaveProperty('untold')
    expect((await world.row()).leaseUntil).toBe(0)
    expect(await resolveBySweep(world.ledger, row, { ...found, quiet: true })).toBe('not ours')
  })
})
