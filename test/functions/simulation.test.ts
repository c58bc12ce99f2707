import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import type { Row } from '../../shared/ledger/row.ts'
import { createSchedules, type Options, play, type Schedule } from '../support/simulation/drive.ts'
import { listBrokenInvariants } from '../support/simulation/invariants.ts'
import type { SimulatedWorld } from '../support/simulation/world.ts'
import { KNOWN_WORLDS } from './known-worlds.ts'

/**
 * The same worlds each time, so that what fails was broken by a change; with SIMULATION_RUNS=5000 as many others. A failure
 * prints the seed, the path, and the trace of the smallest world.
 */
const MORE = process.env['SIMULATION_RUNS']
const RUNS = MORE === undefined ? { numRuns: 60, seed: 20_261_124 } : { numRuns: Number(MORE) }
const LENGTH = 120

// Whoever lost a write waits a little, in real time; here the schedule gives the turns.
beforeAll(() => {
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(callback => setImmediate(callback) as never)
})
afterAll(() => {
  jest.restoreAllMocks()
})

const reached = new Set<string>()
const noteHistory = ({ history }: Row): void => {
  for (const [index, { state, why }] of history.entries()) {
    reached.add(`${history[index - 1]?.state ?? 'nothing'} to ${state}`)
    if (why.includes('budget is spent')) reached.add('a spent budget')
    if (why.includes('switched off')) reached.add('stops switched off')
  }
}
const note = (world: SimulatedWorld): void => {
  world.rows().forEach(noteHistory)
  for (const { alert } of world.published) {
    reached.add(`an alert of kind ${alert.kind}`)
    if (alert.launchId.startsWith('sweep-') && alert.stops !== undefined) reached.add('a stop promised by a sweep')
    for (const { previous } of alert.findings) if (previous !== undefined) reached.add(`back after ${previous.state}`)
  }
}

type Some = { readonly runs: number; readonly length: number }

const holdsFor = (options: Options, some?: Some) =>
  fc.assert(
    fc.asyncProperty(createSchedules(some?.length ?? LENGTH), async schedule => {
      const world = await play(schedule, options)
      note(world)
      const broken = listBrokenInvariants(world, options)
      expect({ broken, trace: broken.length > 0 ? world.trace : [] }).toEqual({ broken: [], trace: [] })
    }),
    some === undefined
      ? { ...RUNS, examples: KNOWN_WORLDS.map((schedule): [Schedule] => [[...schedule]]) }
      : // To shrink one takes longer than to read its trace.
        { ...RUNS, numRuns: some.runs, endOnFailure: true },
  )

describe('a finding is alerted once and stopped as promised, in whatever order and however often it is reported,', () => {
  test.each<[string, Options]>([
    ['if nothing fails', { faults: false, twice: false, people: false, exemptions: false }],
    [
      'if people start, stop, change, protect and switch',
      { faults: false, twice: false, people: true, exemptions: false },
    ],
    [
      'if messages are delivered twice, at the same moment',
      { faults: false, twice: true, people: false, exemptions: false },
    ],
    ['if calls fail and functions die at every await', { faults: true, twice: true, people: false, exemptions: false }],
    ['if all of that happens', { faults: true, twice: true, people: true, exemptions: false }],
    [
      'if all of that happens, and exemptions come and go',
      { faults: true, twice: true, people: true, exemptions: true },
    ],
    ['if sweeps come in between', { faults: false, twice: true, people: true, exemptions: false, sweeps: true }],
    [
      'if sweeps come in between, and fail',
      { faults: true, twice: true, people: true, exemptions: false, sweeps: true },
    ],
    [
      'if sweeps and exemptions come in between',
      { faults: true, twice: true, people: true, exemptions: true, sweeps: true },
    ],
    [
      'if sweeps promise stops, and an operator promises again what was left running',
      { faults: false, twice: true, people: true, exemptions: false, sweeps: true, late: true },
    ],
    [
      'if sweeps promise stops, and fail',
      { faults: true, twice: true, people: true, exemptions: false, sweeps: true, late: true },
    ],
  ])('%s', (_, options) => holdsFor(options), 1_800_000)

  // One of these takes as long as a hundred others.
  const LARGE = MORE === undefined ? [105] : [101, 105, 230, 1_000]
  test.each(LARGE)(
    'if it begins with a launch of %s instances, reported one after the other and in parts',
    large => {
      const options = { faults: true, twice: true, people: large < 200, exemptions: false, large }
      return holdsFor(options, { runs: Math.ceil(Number(MORE ?? 1) / (5 * large)), length: 20 })
    },
    3_600_000,
  )

  test('in worlds that together have shown every state and alert', () => {
    expect([...reached]).toEqual(
      expect.arrayContaining([
        'nothing to NEW',
        'NEW to NEW',
        'NEW to ALERTED',
        'NEW to DEFERRED',
        'DEFERRED to STOPPED',
        'DEFERRED to REFUSED',
        'DEFERRED to RESOLVED',
        'STOPPED to NEW',
        'a spent budget',
        'stops switched off',
        'an alert of kind finding',
        'an alert of kind outcome',
        'an alert of kind digest',
        'back after STOPPED',
        'ALERTED to RESOLVED',
        'ALERTED to SUPPRESSED',
        'SUPPRESSED to NEW',
        'SUPPRESSED to RESOLVED',
        'REFUSED to RESOLVED',
        'back after SUPPRESSED',
        'ALERTED to NEW',
        'REFUSED to NEW',
        'back after REFUSED',
        'a stop promised by a sweep',
      ]),
    )
  })
})
