import { describe, expect, test } from '@jest/globals'
import { spreadOver } from '../../shared/engine/promising.ts'
import { aFinding, NOW } from '../support/findings.ts'

const PROMISE = {
  type: 'stop',
  decision: 'defer',
  code: 'STOP_SCHEDULED',
  args: { at: '' },
  reason: '',
  at: '',
} as const
const some = (count: number, rules: readonly string[] = ['paravirtual-instance']) =>
  Array.from({ length: count }, (_, index) =>
    rules.map(rule => aFinding({ on: `i-${String(index).padStart(17, '0')}`, rule, action: PROMISE })),
  ).flat()

const stop = { graceSeconds: 900, budget: { stops: 5, perSeconds: 600 } }
const spread = (count: number, more: { places?: number; stops?: number; rules?: readonly string[] } = {}) =>
  spreadOver(some(count, more.rules), {
    stop: { ...stop, budget: { ...stop.budget, stops: more.stops ?? 5 } },
    now: NOW,
    places: more.places ?? 0,
  })

const minutes = ({ promised }: ReturnType<typeof spread>): readonly number[] =>
  promised.map(({ action }) => Math.round((Date.parse(action.at ?? '') - NOW.getTime()) / 60_000))

describe('stops that are promised together', () => {
  test('come after the grace, and no more of them in one window than the budget has', () => {
    expect(minutes(spread(12))).toEqual([15, 15, 15, 15, 15, 28, 28, 28, 28, 28, 41, 41])
  })

  test('say the time in the action, as whoever is told reads it', () => {
    const [finding] = spread(1).promised
    expect(finding?.action).toEqual({
      type: 'stop',
      decision: 'defer',
      code: 'STOP_SCHEDULED',
      args: { at: '2026-11-24T08:15:30Z' },
      reason: expect.stringContaining('2026-11-24T08:15:30Z'),
      at: '2026-11-24T08:15:30Z',
    })
  })

  test('of one instance for two rules are one stop', () => {
    expect(minutes(spread(6, { rules: ['paravirtual-instance', 'instance-family'] }))).toEqual([
      15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 28, 28,
    ])
  })

  test('go on where the ones before them ended', () => {
    const first = spread(4)
    expect(first.places).toBe(4)
    expect(minutes(spread(2, { places: first.places }))).toEqual([15, 28])
  })

  test('are none further than a day ahead: the rest is left for another time', () => {
    const { promised, later } = spread(2_000)
    expect(promised.length + later.length).toBe(2_000)
    const last = Math.max(...minutes(spread(2_000)))
    expect(last).toBeLessThanOrEqual(24 * 60 + 15)
    expect(last).toBeGreaterThan(23 * 60)
  })

  test('are none at all where the budget has none', () => {
    expect(spread(3, { stops: 0 })).toMatchObject({ promised: [], places: 0 })
    expect(spread(3, { stops: 0 }).later).toHaveLength(3)
  })
})
