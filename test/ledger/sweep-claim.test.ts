import { describe, expect, test } from '@jest/globals'
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { resolveBySweep } from '../../shared/aws/ledger/sweep-ledger.ts'
import { STATES } from '../../shared/ledger/row.ts'
import { aFinding, deferredTo } from '../support/findings.ts'
import { aLedger, at, eventAt, inState, keyOf, STOP_AT } from '../support/stories.ts'

type World = ReturnType<typeof aLedger>

const sweeps = async (world: World, seconds: number, claimant = 'sweep') => {
  const claim = { claimant, launchId: `sweep-${claimant}`, now: at(seconds), sweep: true } as const
  return (await claimFindings([aFinding({ event: eventAt(seconds) })], world.ledger, claim)).ours
}

const PROMISE = deferredTo(STOP_AT)

const reported = (world: World, seconds: number, event = eventAt(0)) =>
  world.claim([aFinding({ event, action: PROMISE })], 'message-9', seconds)

describe('a claim by a sweep', () => {
  test.each(STATES)('is for a finding that exists, and not one that recurred, if the row is %s', async state => {
    const world = aLedger()
    await inState(world, state)
    const ours = await sweeps(world, 2_000)
    expect(ours).toHaveLength(state === 'SUPPRESSED' ? 1 : 0)
    expect((await world.row()).state).toBe(state === 'SUPPRESSED' ? 'NEW' : state)
  })

  test('leaves a claim for an hour, because that may have promised a stop', async () => {
    const world = aLedger()
    await reported(world, 0)
    expect(await sweeps(world, 3_600)).toEqual([])
    expect((await world.row()).stopAt).toBe(STOP_AT)
    expect(await sweeps(world, 3_601)).toHaveLength(1)
    expect(await world.row()).not.toHaveProperty('stopAt')
  })

  test('leaves a claim that was given back as long, because its message comes again', async () => {
    const world = aLedger()
    const { release } = await world.claiming([aFinding({ event: eventAt(0), action: PROMISE })], 'message-9', 0)
    await release()
    expect(await sweeps(world, 3_600)).toEqual([])
    expect(await reported(world, 3_600)).toHaveLength(1)
  })

  test('may claim its own rows at once', async () => {
    const world = aLedger()
    expect(await sweeps(world, 0)).toHaveLength(1)
    expect(await sweeps(world, 1, 'another')).toEqual([])
    expect(await sweeps(world, 1)).toHaveLength(1)
  })
})

describe('a launch that a sweep saw before its report', () => {
  const swept = async (confirmed: boolean) => {
    const world = aLedger()
    await sweeps(world, 0)
    if (confirmed) await markAlerted(world.ledger, [{ key: keyOf(aFinding()) }], { claimant: 'sweep', at: at(1) })
    return world
  }

  test.each([true, false])('is alerted again if its report promises a stop (confirmed: %s)', async confirmed => {
    const world = await swept(confirmed)
    expect(await reported(world, 30)).toHaveLength(1)
    expect(await world.row()).toMatchObject({ state: 'NEW', stopAt: STOP_AT })
    expect(await reported(world, 31)).toHaveLength(1)
  })

  test('is not alerted again if it promises none, or is of another time', async () => {
    const world = await swept(true)
    expect(await world.claim([aFinding({ event: eventAt(0) })], 'message-9', 30)).toEqual([])
    expect(await reported(world, 8_000, eventAt(-7_900))).toEqual([])
    expect((await world.row()).state).toBe('ALERTED')
  })

  test('is alerted again if it was seen within the hour of its report, and not after an hour', async () => {
    for (const [seconds, count] of [
      [-3_600, 0],
      [-3_599, 1],
    ] as const) {
      const world = aLedger()
      await sweeps(world, 0)
      // The row counts from its claim.
      expect(await reported(world, 30, eventAt(seconds))).toHaveLength(count)
    }
  })

  test('is not alerted again if it was resolved meanwhile', async () => {
    const world = await swept(true)
    await resolveBySweep(world.ledger, await world.row(), {
      because: { code: 'RULE_PASSES' },
      quiet: true,
      claimant: 'sweep',
      now: at(20),
    })
    expect(await reported(world, 30)).toEqual([])
    expect((await world.row()).state).toBe('RESOLVED')
  })

  test('is not alerted again by another sweep, unless that has read the row and may promise its stop', async () => {
    const world = await swept(true)
    const again = async (mayPromise: boolean) => {
      const claim = { claimant: 'sweep-2', launchId: 'sweep-2', now: at(60), sweep: true } as const
      const finding = aFinding({ event: eventAt(60), action: PROMISE })
      return (await claimFindings([finding], world.ledger, { ...claim, mayPromise: () => mayPromise })).ours
    }
    expect(await again(false)).toEqual([])
    expect(await again(true)).toHaveLength(1)
  })

  test('is not alerted again if a launch alerted it before', async () => {
    const world = aLedger()
    await inState(world, 'ALERTED')
    expect(await reported(world, 30)).toEqual([])
  })
})
