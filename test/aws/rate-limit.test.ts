import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { closeUntil, requestSlot } from '../../shared/aws/channels/rate-limit.ts'
import { inMemoryDynamo } from '../support/dynamodb.ts'

const aChannel = () => ({ client: inMemoryDynamo().client(), table: 'ledger', channel: 'ops' })

const gapMs = 1_000

type Waiting = { readonly at: number; readonly slot?: number }

/** Everybody asks until it is their turn, and comes back a little late. Gives the times of the turns. */
const played = async (starts: readonly number[], lateness: () => number): Promise<readonly number[]> => {
  const rows = aChannel()
  const sent: number[] = []
  const waiting: Waiting[] = starts.map(at => ({ at }))
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
    const starts = fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 25 })
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
    expect(await requestSlot(rows, { now: new Date(1_000), gapMs, slot: 1_000 })).toMatchObject({
      go: false,
      slot: 30_000,
    })
    expect(await requestSlot(rows, { now: new Date(29_999), gapMs: 0 })).toEqual({ go: false, at: new Date(30_000) })
    expect(await requestSlot(rows, { now: new Date(30_000), gapMs, slot: 30_000 })).toEqual({ go: true })
  })

  test('gives no slot to alerts that can be sent together if many wait already', async () => {
    const rows = aChannel()
    for (let nth = 0; nth < 8; nth += 1) await requestSlot(rows, { now: new Date(0), gapMs })
    const request = { now: new Date(0), gapMs, gatherAfterMs: 5_000 }
    expect(await requestSlot(rows, request)).toEqual({ go: false, at: new Date(8_000) })
    expect(await requestSlot(rows, request)).toEqual({ go: false, at: new Date(8_000) })
  })
})
