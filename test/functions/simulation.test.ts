import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { type Options, play, tapes } from '../support/simulation/drive.ts'
import { brokenLaws } from '../support/simulation/laws.ts'

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 150)

// Whoever lost a write waits a little, in real time; here the tape gives the turns.
const realTimeout = globalThis.setTimeout
beforeAll(() => {
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(callback => setImmediate(callback) as never)
})
afterAll(() => {
  jest.restoreAllMocks()
  expect(globalThis.setTimeout).toBe(realTimeout)
})

const holdsFor = (options: Options, length: number) =>
  fc.assert(
    fc.asyncProperty(tapes(length), async tape => {
      const world = await play(tape, options)
      expect(brokenLaws(world, options)).toEqual([])
    }),
    { numRuns: RUNS, ...(process.env['SIMULATION_RUNS'] !== undefined && { endOnFailure: true }) },
  )

describe('whatever the order and however often events come, a finding is told once and stopped as promised', () => {
  test('where nothing fails', () => holdsFor({ faults: false, people: false, exemptions: false }, 150), 300_000)

  test(
    'where people start, stop, fix, protect, switch',
    () => holdsFor({ faults: false, people: true, exemptions: false }, 250),
    300_000,
  )

  test(
    'where calls fail and functions die at every await',
    () => holdsFor({ faults: true, people: false, exemptions: false }, 250),
    300_000,
  )

  test(
    'where all of that happens, and exemptions come and go',
    () => holdsFor({ faults: true, people: true, exemptions: true }, 300),
    300_000,
  )

  test(
    'where all of that happens without exemptions',
    () => holdsFor({ faults: true, people: true, exemptions: false }, 300),
    300_000,
  )
})
