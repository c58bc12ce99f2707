import { describe, expect, test } from '@jest/globals'
import { chooseDueTries, isStopRoleKnown, type Spoke } from '../../shared/ledger/spokes.ts'

const NOW = new Date('2026-12-01T12:00:00Z')
const hoursAgo = (hours: number): string => new Date(NOW.getTime() - hours * 3_600_000).toISOString()

describe('a stop may be promised in an account', () => {
  test.each([
    ['whose role was used a minute ago', { assumedAt: hoursAgo(1 / 60) }, true],
    ['whose role was used 23 hours ago', { assumedAt: hoursAgo(23) }, true],
    ['whose role was used a day ago', { assumedAt: hoursAgo(24) }, false],
    ['whose role was never tried', {}, false],
    ['whose role was refused', { triedAt: hoursAgo(0) }, false],
    ['whose role was used in a second, by another clock', { assumedAt: hoursAgo(-1 / 3600) }, true],
    ['whose role was used tomorrow', { assumedAt: hoursAgo(-24) }, false],
    ['with a time that is none', { assumedAt: 'soon' }, false],
  ])('%s: %j', (_what, spoke, known) =>
    expect(isStopRoleKnown({ accountId: '210987654321', ...spoke }, NOW)).toBe(known),
  )
})

describe('the role is tried', () => {
  const due = (...spokes: readonly Omit<Spoke, 'accountId'>[]) =>
    chooseDueTries(
      spokes.map((spoke, index) => ({ accountId: String(index), ...spoke })),
      NOW,
    )

  test('twice a day where it is there, and every hour where it is not', () =>
    expect(
      due(
        { triedAt: hoursAgo(11), assumedAt: hoursAgo(11) },
        { triedAt: hoursAgo(12), assumedAt: hoursAgo(12) },
        { triedAt: hoursAgo(0.5) },
        { triedAt: hoursAgo(1) },
      ),
    ).toEqual(['1', '3']))

  test('first where it was never tried, then where that is longest ago', () =>
    expect(due({ triedAt: hoursAgo(2) }, {}, { triedAt: hoursAgo(3) })).toEqual(['1', '2', '0']))

  test('in 200 accounts at once, and in the others the next time', () =>
    expect(due(...Array.from({ length: 1_000 }, () => ({})))).toHaveLength(200))

  test('where the time of the last try is none', () => expect(due({ triedAt: 'never' })).toEqual(['0']))
})
