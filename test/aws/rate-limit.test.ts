import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { closeUntil, requestSlot } from '../../shared/aws/channels/rate-limit.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'

const aChannel = () => ({ client: inMemoryDynamo().client(), table: 'ledger', channel: 'ops' })

const gapMs = 1_000

type Waiting = { readonly at: number; readonly slot?: number; readonly hasStopAhead?: boolean }

/** Everybody asks until it is their turn, and comes back a little late. Gives the times of the turns. */
const played = async (starts: readonly Waiting[], lateness: () => number): Promise<readonly number[]> => {
  const rows = aChannel()
  const sent: number[] = []
  const waiting: Waiting[] = [...starts]
  for (let step = 0; step < 1_000; step += 1) {
    waiting.sort((a, b) => a.at - b.at)
    const next = waiting.shift()
    if (next === undefined) break
    const { at, ...slot } = next
    const turn = await requestSlot(rows, { now: new Date(at), gapMs, ...slot })
    if (turn.go) sent.push(at)
    else
      waiting.push({ ...slot, ...(turn.slot !== undefined && { slot: turn.slot }), at: turn.at.getTime() + lateness() })
  }
  return sent
}

describe('the rate limit of a channel', () => {
  test('gives one slot a second, and everybody gets one, whenever they come back', async () => {
    const start = fc.record({ at: fc.nat({ max: 5_000 }), hasStopAhead: fc.boolean() })
    const starts = fc.array(start, { minLength: 1, maxLength: 25 })
    const lates = fc.array(fc.nat({ max: 1_500 }), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(starts, lates, async (from, late) => {
        let count = 0
        const sent = await played(from, () => late[count++ % late.length] ?? 0)
        expect(sent).toHaveLength(from.length)
        const gaps = sent.slice(1).map((at, index) => at - (sent[index] ?? 0))
        expect(gaps.filter(gap => gap < gapMs)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test('gives one slot to only one of two copies that ask at the same moment', async () => {
    const rows = aChannel()
    const now = new Date(5_000)
    const turns = await Promise.all(Array.from({ length: 8 }, () => requestSlot(rows, { now, gapMs })))
    expect(turns.filter(({ go }) => go)).toHaveLength(1)
    const slots = turns.flatMap(turn => (turn.go ? [] : [turn.slot]))
    expect(new Set(slots).size).toBe(7)
  })

  test('stops all sends while the channel asks to wait, also those that have a slot', async () => {
    const rows = aChannel()
    await requestSlot(rows, { now: new Date(0), gapMs })
    const turn = await requestSlot(rows, { now: new Date(100), gapMs })
    expect(turn).toEqual({ go: false, at: new Date(1_000), slot: 1_000 })
    await closeUntil(rows, new Date(30_000))
    const closed = await requestSlot(rows, { now: new Date(1_000), gapMs, slot: 1_000 })
    expect(closed).toEqual({ go: false, at: new Date(30_000), slot: 1_000 })
    expect(await requestSlot(rows, { now: new Date(29_999), gapMs: 0 })).toEqual({ go: false, at: new Date(30_000) })
    expect(await requestSlot(rows, { now: new Date(30_000), gapMs, slot: 1_000 })).toEqual({ go: true })
  })

  test('gives no slot to alerts that can be sent together if many wait already', async () => {
    const rows = aChannel()
    for (let nth = 0; nth < 8; nth += 1) await requestSlot(rows, { now: new Date(0), gapMs })
    const request = { now: new Date(0), gapMs, gatherAfterMs: 5_000 }
    expect(await requestSlot(rows, request)).toEqual({ go: false, at: new Date(8_000) })
    expect(await requestSlot(rows, request)).toEqual({ go: false, at: new Date(8_000) })
  })

  /** So many who have a slot each, of whom the first has gone at 0. */
  const crowded = async (count: number) => {
    const rows = aChannel()
    for (let nth = 0; nth < count; nth += 1) await requestSlot(rows, { now: new Date(0), gapMs })
    return { rows, ask: (at: number, more: object = {}) => requestSlot(rows, { now: new Date(at), gapMs, ...more }) }
  }
  const hasStopAhead = true

  test('lets an alert with a stop ahead go at the next free moment, whoever has a slot', async () => {
    const { ask } = await crowded(500)
    expect(await ask(400, { hasStopAhead })).toEqual({ go: false, at: new Date(1_000) })
    // Whose slot is due yields, as the queue brings the alert back at a whole second.
    expect(await ask(1_000, { slot: 1_000 })).toEqual({ go: false, at: new Date(2_000), slot: 1_000 })
    expect(await ask(1_400, { hasStopAhead })).toEqual({ go: true })
    expect(await ask(1_500, { hasStopAhead })).toEqual({ go: false, at: new Date(2_400) })
  })

  test('lets the others go on a second later if that alert does not come back', async () => {
    const { ask } = await crowded(2)
    await ask(400, { hasStopAhead })
    expect(await ask(1_999, { slot: 1_000 })).toMatchObject({ go: false })
    expect(await ask(2_000, { slot: 1_000 })).toEqual({ go: true })
  })

  test('keeps the place of who misses a slot by milliseconds, and lets all behind come later', async () => {
    const { ask } = await crowded(500)
    expect(await ask(1_010, { slot: 1_000 })).toEqual({ go: true })
    expect(await ask(2_000, { slot: 2_000 })).toEqual({ go: false, at: new Date(2_010), slot: 2_000 })
    expect(await ask(2_900, { slot: 2_000 })).toEqual({ go: true })
    expect(await ask(3_000, { slot: 3_000 })).toEqual({ go: false, at: new Date(3_900), slot: 3_000 })
    expect(await ask(3_000, { slot: 4_000 })).toEqual({ go: false, at: new Date(4_900), slot: 4_000 })
    expect(await ask(3_000)).toMatchObject({ at: new Date(500_900) })
  })

  test('is not slowed for long by one that comes back minutes after its slot', async () => {
    const { ask } = await crowded(500)
    expect(await ask(300_000, { slot: 1_000 })).toEqual({ go: true })
    expect(await ask(300_000, { slot: 400_000 })).toEqual({ go: false, at: new Date(401_000), slot: 400_000 })
  })

  test('keeps the order of all that wait when the channel asks to wait', async () => {
    const { rows, ask } = await crowded(500)
    await closeUntil(rows, new Date(31_000))
    await closeUntil(rows, new Date(20_000))
    for (const slot of [1_000, 2_000, 3_000])
      expect(await ask(1_000, { slot })).toEqual({ go: false, at: new Date(slot + 30_000), slot })
    expect(await ask(1_000, { hasStopAhead })).toEqual({ go: false, at: new Date(31_000) })
  })

  test('starts again at now once nobody waits', async () => {
    const { rows, ask } = await crowded(2)
    await closeUntil(rows, new Date(31_000))
    expect(await ask(40_000)).toEqual({ go: true })
    expect(await ask(40_500)).toEqual({ go: false, at: new Date(41_000), slot: 41_000 })
  })
})
