import { describe, expect, test } from '@jest/globals'
import { formatFolders, formatSurvivors, readReport, scoreFolders } from '../../tools/mutation/results.ts'
import { orderSteps, planSteps } from '../../tools/mutation/runner/plan.ts'

const SOURCE = 'const late = (now, due) =>\n  now > due\n'

const mutant = (status: string, replacement = 'now >= due') => ({
  id: '1',
  mutatorName: 'EqualityOperator',
  replacement,
  status,
  location: { start: { line: 2, column: 3 }, end: { line: 2, column: 12 } },
})

const report = (...statuses: readonly string[]) =>
  readReport(
    JSON.stringify({ files: { 'shared/a/due.ts': { source: SOURCE, mutants: statuses.map(each => mutant(each)) } } }),
  )

describe('the result of a mutation run', () => {
  test('counts for the folder of the file, and not for one whose name begins alike', () => {
    const scores = scoreFolders(report('Killed', 'Survived'), ['shared/a', 'shared/a/due.ts', 'shared/a/d'])
    expect(scores.map(({ killed, survived }) => [killed, survived])).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ])
  })

  test('has a score of what was noticed: an equivalent mutant does not count, an unreached one does', () => {
    const [folder] = scoreFolders(report('Killed', 'Timeout', 'NoCoverage', 'Survived', 'Ignored'), ['shared/a'])
    expect(folder).toEqual({ folder: 'shared/a', killed: 1, timedOut: 1, survived: 1, uncovered: 1, score: 50 })
  })

  test('names each survivor with its position and the change', () => {
    expect(formatSurvivors(report('Killed', 'Survived', 'NoCoverage'))).toEqual([
      'shared/a/due.ts:2 EqualityOperator',
      '  - now > due',
      '  + now >= due',
      'shared/a/due.ts:2 EqualityOperator, no test runs it',
      '  - now > due',
      '  + now >= due',
    ])
  })

  test('says which folder has too little', () => {
    const lines = formatFolders(scoreFolders(report('Killed', 'Survived'), ['shared/a', 'shared/b']), 90)
    expect(lines[1]).toMatch(/shared\/a .* 50\.0 % {2}below 90 %$/)
    expect(lines[2]).toMatch(/shared\/b .* 100\.0 %$/)
  })
})

describe('the tests that try to kill a mutant', () => {
  const plans = [
    { file: 'slow.test.ts', tests: { slow: { milliseconds: 400, reached: { 1: 1 } } }, fresh: [] },
    {
      file: 'quick.test.ts',
      tests: { one: { milliseconds: 1, reached: { 1: 1 } }, two: { milliseconds: 2, reached: { 2: 1 } } },
      fresh: ['2'],
    },
  ]

  test('are those that reach it, or the whole file if it needs loading', () => {
    const steps = planSteps(plans)
    expect(steps.get('1')?.map(({ file, fresh, tests }) => [file, fresh, [...tests]])).toEqual([
      ['slow.test.ts', false, ['slow']],
      ['quick.test.ts', false, ['one']],
    ])
    expect(steps.get('2')?.map(({ fresh, tests }) => [fresh, [...tests]])).toEqual([[true, ['one', 'two']]])
  })

  test('run in the order of their cost: the quick ones first, and earlier those that have killed', () => {
    const steps = planSteps(plans).get('1') ?? []
    const order = (kills: ReadonlyMap<string, number>) => orderSteps(steps, kills).map(({ file }) => file)
    expect(order(new Map())).toEqual(['quick.test.ts', 'slow.test.ts'])
    expect(order(new Map([['slow.test.ts', 200]]))).toEqual(['slow.test.ts', 'quick.test.ts'])
  })
})
