// A test runner for StrykerJS. Its own one for jest loads every related test file again for each mutant, which takes
// seconds here. This one loads each file once, switches the mutant on, and lets the likeliest tests try first.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { listCoreTests } from './core-tests.ts'
import { describeDryRun, type Rehearsal, rehearse } from './dry-run.ts'
import { createModuleLoader } from './modules.ts'
import { type FilePlan, LOADING_MS, orderSteps, planSteps, type Step } from './plan.ts'
import { type MutantRun, runStep, type TestFiles, type Verdict } from './run-step.ts'
import { openTestFile } from './test-file.ts'

// Stryker starts this process again after a mutant that never ends. The results of the first run are kept for then.
const PLAN = '.mutation-plan.json'

/** How much longer a mutant is tried that no test has noticed. */
const SECOND_LOOK_MS = 1500

/** How long a test may take with a mutant on, for the processor time that it takes without, on a busy machine. */
const allow = (milliseconds: number): number => 5000 + 50 * milliseconds

function createRunner() {
  const files = createTestFiles(process.cwd())
  // The successes of each test file, by mutated file.
  const kills = new Map<string, Map<string, number>>()
  let steps = planSteps(files.plans())
  // Properties draw the same examples every time, so that a mutant does not live or die by chance.
  fc.configureGlobal({ seed: 1, endOnFailure: true })
  return {
    capabilities: () => ({ reloadEnvironment: true }),
    init: async () => undefined,
    dispose: async () => undefined,
    dryRun: async ({ files: mutated }: { readonly files?: readonly string[] }) => {
      const rehearsals: Rehearsal[] = []
      for (const file of listCoreTests(process.cwd(), mutated ?? []))
        rehearsals.push(await rehearse(() => files.opening(file)))
      files.keep(rehearsals.flatMap(({ plan }) => plan ?? []))
      steps = planSteps(files.plans())
      return describeDryRun(rehearsals)
    },
    mutantRun: async (run: MutantRun): Promise<Verdict> => {
      const killers = kills.get(run.activeMutant.fileName) ?? new Map<string, number>()
      kills.set(run.activeMutant.fileName, killers)
      const order = orderSteps(steps.get(run.activeMutant.id) ?? [], killers)
      for (const step of [...order, ...planSecondLook(order)]) {
        const verdict = await runStep(files, step, run)
        if (!verdict) continue
        killers.set(step.file, (killers.get(step.file) ?? 0) + 1)
        return verdict
      }
      return { status: 'survived', nrOfTests: order.reduce((total, { tests }) => total + tests.size, 0) }
    },
  }
}

/**
 * Objects that are made once and kept, such as a client, were made before the mutant was on: some files are loaded
 * again with it.
 */
function planSecondLook(order: readonly Step[]): readonly Step[] {
  const again: Step[] = []
  let milliseconds = 0
  for (const step of order.filter(({ fresh }) => !fresh)) {
    milliseconds += step.milliseconds + LOADING_MS
    if (milliseconds > SECOND_LOOK_MS) break
    again.push({ ...step, fresh: true })
  }
  return again
}

function createTestFiles(
  root: string,
): TestFiles & { readonly plans: () => readonly FilePlan[]; readonly keep: (plans: readonly FilePlan[]) => void } {
  const loaderFor = createModuleLoader(root)
  const opened = new Map<string, ReturnType<typeof openTestFile>>()
  let plans: readonly FilePlan[] = existsSync(PLAN) ? JSON.parse(readFileSync(PLAN, 'utf8')) : []
  let usual = computeUsualDurations(plans)
  const open: TestFiles['open'] = file =>
    openTestFile(root, file, loaderFor, id => {
      const milliseconds = usual.get(id)
      return milliseconds === undefined ? undefined : allow(milliseconds)
    })
  return {
    open,
    opening: file => {
      const made = opened.get(file) ?? open(file)
      opened.set(file, made)
      return made
    },
    close: file => {
      opened.delete(file)
    },
    plans: () => plans,
    keep: found => {
      plans = found
      usual = computeUsualDurations(found)
      writeFileSync(PLAN, JSON.stringify(found))
      const needed = new Set(found.map(({ file }) => file))
      for (const file of opened.keys()) if (!needed.has(file)) opened.delete(file)
    },
  }
}

const computeUsualDurations = (plans: readonly FilePlan[]): ReadonlyMap<string, number> =>
  new Map(
    plans.flatMap(({ tests }) => Object.entries(tests).map(([id, { milliseconds }]) => [id, milliseconds] as const)),
  )

export const strykerPlugins = [{ kind: 'TestRunner', name: 'core', factory: createRunner }]
