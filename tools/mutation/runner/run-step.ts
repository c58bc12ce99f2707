// One test file tries to kill one mutant.
import type { Step } from './plan.ts'
import { runWithMutant } from './switchboard.ts'
import type { Failure, TestFile } from './test-file.ts'

export interface MutantRun {
  readonly activeMutant: { readonly id: string; readonly fileName: string }
}

export type Verdict =
  | { readonly status: 'survived'; readonly nrOfTests: number }
  | { readonly status: 'timeout'; readonly reason: string }
  | {
      readonly status: 'killed'
      readonly killedBy: readonly string[]
      readonly failureMessage: string
      readonly nrOfTests: number
    }

export interface TestFiles {
  /** Loads a file again. */
  readonly open: (file: string) => TestFile
  /** The file as it was loaded before, if it was. */
  readonly opening: (file: string) => TestFile
  readonly close: (file: string) => void
}

/** Runs the tests of a step with the mutant on. Undefined if none of them notices. */
export async function runStep(files: TestFiles, step: Step, run: MutantRun): Promise<Verdict | undefined> {
  const { played: failure, endless } = await runWithMutant(run.activeMutant.id, step.hitLimit, () =>
    tryStep(files, step),
  )
  if (endless || failure?.timedOut) {
    files.close(step.file)
    return { status: 'timeout', reason: failure?.testId ?? step.file }
  }
  if (!failure) return undefined
  if (!step.fresh && (await failsAnyway(files, step, failure))) {
    files.close(step.file)
    return runStep(files, { ...step, fresh: true }, run)
  }
  return { status: 'killed', killedBy: [failure.testId], failureMessage: failure.message, nrOfTests: step.tests.size }
}

async function tryStep(files: TestFiles, { file, tests, fresh }: Step): Promise<Failure | undefined> {
  try {
    return (await (fresh ? files.open : files.opening)(file).run(tests, 'at a failure')).failure
  } catch (error) {
    // Loading it failed.
    const [testId = file] = tests
    return { testId, message: String(error), timedOut: false }
  }
}

/** An earlier mutant may have left something behind, by which the test fails without a mutant too. */
async function failsAnyway(files: TestFiles, { file }: Step, { testId }: Failure): Promise<boolean> {
  const { failure } = await files.opening(file).run(new Set([testId]), 'at a failure')
  return failure !== undefined
}
