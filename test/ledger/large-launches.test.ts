import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { aFinding, DEFERRED, instanceIds } from '../support/findings.ts'
import { aLedger, at, eventAt, keyOf } from '../support/stories.ts'

const launchOf = (count: number): readonly Finding[] => instanceIds(count).map(on => aFinding({ on, action: DEFERRED }))

const aLaunch = () => {
  const world = aLedger()
  /** What Confirm does when the alert is out. */
  const confirm = async (findings: readonly Finding[], claimant: string): Promise<void> => {
    const marks = findings.map(finding => ({ key: keyOf(finding), stopAt: DEFERRED.at ?? '' }))
    for (let start = 0; start < marks.length; start += 100)
      await markAlerted(world.ledger, marks.slice(start, start + 100), { claimant, at: at(3) })
  }
  return { ...world, confirm }
}

describe('two reports of a launch of more than a hundred instances', () => {
  const all = launchOf(250)

  test('that know the same cost the second one call, and it leaves the launch to the first, alerted or not', async () => {
    const world = aLaunch()
    const [first] = [await world.claim(all, 'record/a', 0)]
    expect(first).toEqual(all)
    const before = world.calls()
    expect(await world.claiming(all.toReversed(), 'notice/a', 1)).toMatchObject({ ours: [], beingAlerted: false })
    expect(world.calls() - before).toBe(1)
    await world.confirm(all, 'record/a')
    expect(await world.claiming(all, 'notice/b', 2)).toMatchObject({ ours: [], beingAlerted: false })
    // Three transactions of Confirm's, and one.
    expect(world.calls() - before).toBe(5)
  })

  test('of which the first knew one instance less have that one alerted, and promised its stop', async () => {
    const world = aLaunch()
    await world.confirm(await world.claim(all.slice(0, 249), 'notice/a', 0), 'notice/a')
    const ours = await world.claim(all, 'record/a', 2)
    expect(ours).toEqual(all.slice(249))
    await world.confirm(ours, 'record/a')
    const states = [...world.items.values()].map(({ state }) => state?.S)
    expect(states).toEqual(Array(250).fill('DEFERRED'))
  })

  test('of which the first knew a hundred, in one transaction, have the others alerted', async () => {
    const world = aLaunch()
    await world.confirm(await world.claim(all.slice(0, 100), 'notice/a', 0), 'notice/a')
    expect(await world.claim(all.slice(0, 101), 'record/a', 2)).toEqual(all.slice(100, 101))
  })

  test('of which the first may still be writing make the second come again, which claims nothing', async () => {
    const world = aLaunch()
    await world.claim(all.slice(0, 200), 'notice/a', 0)
    expect(await world.claiming(all, 'record/a', 1)).toMatchObject({ ours: [], beingAlerted: true })
    await world.confirm(all.slice(0, 200), 'notice/a')
    expect(await world.claiming(all, 'record/b', 181)).toMatchObject({ ours: all.slice(200), beingAlerted: false })
  })

  test('of which the first died have all of it alerted by the second when the lease is over', async () => {
    const world = aLaunch()
    await world.claim(all.slice(0, 200), 'notice/a', 0)
    expect(await world.claiming(all, 'record/b', 181)).toMatchObject({ ours: all, beingAlerted: false })
  })

  test('of which the first gave its claim back do not make the second wait', async () => {
    const world = aLaunch()
    const { release } = await world.claiming(all.slice(0, 200), 'notice/a', 0)
    await release()
    expect(await world.claiming(all, 'record/a', 1)).toMatchObject({ ours: all, beingAlerted: false })
  })
})

describe('a launch of more than a hundred instances that was left running, and that is started a day later', () => {
  const DAY = 86_400
  const left = instanceIds(150).map(on => aFinding({ on, actor: {} }))
  /** Nothing refuses the stop of those from `first` on any more. */
  const promisedFrom = (first: number): readonly Finding[] =>
    left.map((finding, index) => ({ ...finding, event: eventAt(DAY), ...(index >= first && { action: DEFERRED }) }))

  const aLaterStart = async () => {
    const world = aLedger()
    const marks = (await world.claim(left, 'notice-1/a', 0)).map(finding => ({ key: keyOf(finding) }))
    for (const some of [marks.slice(0, 100), marks.slice(100)])
      await markAlerted(world.ledger, some, { claimant: 'notice-1/a', at: at(3) })
    const start = (findings: readonly Finding[], claimant: string, seconds: number) => {
      const claim = { claimant, launchId: 'r-1', now: at(DAY + seconds), startedAt: at(DAY).toISOString() }
      return claimFindings(findings, world.ledger, claim)
    }
    return { ...world, start }
  }

  test('has those promised a stop that may be, though none of the first hundred may', async () => {
    const { start } = await aLaterStart()
    const now = promisedFrom(100)
    expect((await start(now, 'notice-2/a', 10)).ours.map(({ id }) => id)).toEqual(now.slice(100).map(({ id }) => id))
    expect(await start(now, 'notice-3/a', 11)).toMatchObject({ ours: [], beingAlerted: false })
  })

  test('costs a second report of that start one call if the first one claimed some of the first hundred', async () => {
    const { start, calls } = await aLaterStart()
    const now = promisedFrom(99)
    expect((await start(now, 'notice-2/a', 10)).ours).toHaveLength(51)
    const before = calls()
    expect(await start(now, 'notice-3/a', 11)).toMatchObject({ ours: [], beingAlerted: false })
    expect(calls() - before).toBe(1)
  })
})

type Report = { readonly from: number; readonly to: number; readonly isConfirmedLate: boolean }

const reports = (count: number): fc.Arbitrary<readonly Report[]> =>
  fc.array(fc.record({ from: fc.nat(count - 1), to: fc.nat(count), isConfirmedLate: fc.boolean() }), {
    minLength: 2,
    maxLength: 6,
  })

test('a launch of a thousand instances has each alerted once, in whatever order and however partially it is reported', () =>
  fc.assert(
    fc.asyncProperty(reports(1_000), async parts => {
      const world = aLaunch()
      const all = launchOf(1_000)
      const alerted: string[] = []
      const late: (() => Promise<void>)[] = []
      let waiting = [...parts, { from: 0, to: 1_000, isConfirmedLate: false }].map((part, index) => ({ part, index }))
      for (let round = 0; waiting.length > 0; round += 1) {
        expect(round).toBeLessThan(10)
        const again: typeof waiting = []
        for (const { part, index } of waiting) {
          const claimant = `message-${index}/${round}`
          const known = all.slice(part.from, Math.max(part.from + 1, part.to))
          const { ours, beingAlerted } = await world.claiming(known, claimant, round * 180 + index)
          alerted.push(...ours.map(({ resource }) => resource.id))
          if (part.isConfirmedLate) late.push(() => world.confirm(ours, claimant))
          else await world.confirm(ours, claimant)
          if (beingAlerted) again.push({ part, index })
        }
        for (const confirm of late.splice(0)) await confirm()
        waiting = again
      }
      expect(alerted.toSorted()).toEqual([...instanceIds(1_000)])
    }),
    { numRuns: 4, seed: 20_261_130 },
  ))
