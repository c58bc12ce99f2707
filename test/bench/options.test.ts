import { describe, expect, test } from '@jest/globals'
import { readOptions } from '../../bench/options.ts'

describe('the options of the benchmark', () => {
  test('measure less with --quick', () => {
    expect(readOptions([])).toMatchObject({ rounds: 9, latencyMs: 25, replayBytes: 1e9, write: false })
    expect(readOptions(['--quick'])).toMatchObject({ rounds: 3, replayBytes: 100e6 })
    expect(readOptions(['--help'])).toBeUndefined()
  })

  test.each([
    [['--quik'], "Unknown option '--quik' (npm run bench -- --help)"],
    [['--rounds', '0'], '--rounds 0: a whole number of at least 1 is needed'],
    [['--latency', 'slow'], '--latency slow: a whole number of at least 0 is needed'],
    [['--only', 'sweeps'], '--only sweeps: there is launches, decisions, replay, lint, sweep, accounts, burst'],
    [['--write', '--only', 'replay'], '--write needs all parts: leave out --only'],
  ])('refuse %j in one line', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })
})
