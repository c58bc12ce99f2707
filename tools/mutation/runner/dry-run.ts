// Runs every test file without a mutant, twice, to record what it reaches, how long it takes, and whether it can run
// again.
import type { FilePlan } from './plan.ts'
import { takeCoverage } from './switchboard.ts'
import { type Failure, HOOKS, LOADING, type TestFile } from './test-file.ts'

/** A slower test takes no part, because every test that reaches a survivor tries it. */
const SMALL_MS = 500

type Coverage = ReturnType<typeof takeCoverage>

export interface Rehearsal {
  /** Absent if the file reaches no mutant. */
  readonly plan: FilePlan | undefined
  readonly failure: Failure | undefined
}

/**
 * Loads a test file and runs it twice. Mutants that the second run does not reach any more are only reached by a fresh
 * copy.
 */
export async function rehearse(open: () => TestFile): Promise<Rehearsal> {
  takeCoverage()
  const file = open()
  const first = await file.run('all', 'at the end')
  const reached = takeCoverage()
  const loading = listMutants(reached, LOADING)
  if (first.failure || Object.keys(reached).length === 0) return { plan: undefined, failure: first.failure }
  const ids = [...first.durations].flatMap(([id, milliseconds]) => (milliseconds <= SMALL_MS ? [id] : []))
  const second = await file.run(new Set(ids), 'at the end')
  const again = takeCoverage()
  const once = second.failure
    ? Object.values(reached).flatMap(each => Object.keys(each))
    : ids.flatMap(id => listMissing(reached, again, id))
  const fresh = [...new Set([...loading, ...listMutants(reached, HOOKS), ...once])]
  const tests = ids.map(id => {
    const milliseconds = Math.min(first.durations.get(id) ?? 0, second.durations.get(id) ?? 0)
    return [id, { milliseconds, reached: reached[id] ?? {} }] as const
  })
  return { plan: { file: file.file, tests: Object.fromEntries(tests), fresh }, failure: undefined }
}

const listMutants = (coverage: Coverage, id: string): string[] => Object.keys(coverage[id] ?? {})

const listMissing = (before: Coverage, after: Coverage, id: string): readonly string[] =>
  listMutants(before, id).filter(mutant => after[id]?.[mutant] === undefined)

/** The answer for Stryker: each test with its time, and the mutants that it reaches. */
export function describeDryRun(rehearsals: readonly Rehearsal[]) {
  const tests = rehearsals.flatMap(({ plan, failure }) => [
    ...Object.entries(plan?.tests ?? {}).map(([id, { milliseconds }]) => ({
      id,
      name: id,
      fileName: plan?.file,
      timeSpentMs: milliseconds,
      status: 0,
    })),
    ...(failure
      ? [{ id: failure.testId, name: failure.testId, timeSpentMs: 0, status: 1, failureMessage: failure.message }]
      : []),
  ])
  return { status: 'complete', tests, mutantCoverage: describeCoverage(rehearsals) }
}

function describeCoverage(rehearsals: readonly Rehearsal[]) {
  const plans = rehearsals.flatMap(({ plan }) => plan ?? [])
  const perTest = plans.flatMap(({ tests }) => Object.entries(tests).map(([id, { reached }]) => [id, reached] as const))
  const byTests = new Set(perTest.flatMap(([, reached]) => Object.keys(reached)))
  const others = plans.flatMap(({ fresh }) => fresh.filter(mutant => !byTests.has(mutant)))
  return { static: Object.fromEntries(others.map(mutant => [mutant, 1])), perTest: Object.fromEntries(perTest) }
}
