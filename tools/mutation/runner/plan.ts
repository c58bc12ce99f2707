// The tests that can kill each mutant, and the order in which they try.

/** The results of one run of a test file without a mutant. */
export interface FilePlan {
  readonly file: string
  readonly tests: Readonly<Record<string, TestPlan>>
  /** Mutants that need the file loaded again: reached while it loads, before all tests, or the first time only. */
  readonly fresh: readonly string[]
}

interface TestPlan {
  readonly milliseconds: number
  /** How often the test reaches each mutant. */
  readonly reached: Readonly<Record<string, number>>
}

export interface Step {
  readonly file: string
  readonly tests: ReadonlySet<string>
  readonly fresh: boolean
  readonly milliseconds: number
  /** The number of times that the tests may reach the mutant before it counts as endless. */
  readonly hitLimit: number
}

/** Loading a file again takes about this long. */
export const LOADING_MS = 150

/** Every step that can kill a mutant, by mutant. */
export function planSteps(files: readonly FilePlan[]): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, Step[]>()
  const add = (mutant: string, step: Step): void => {
    const known = steps.get(mutant)
    if (known) known.push(step)
    else steps.set(mutant, [step])
  }
  for (const { file, tests, fresh } of files) {
    const whole = new Set(Object.keys(tests))
    const milliseconds = sum(Object.values(tests)) + LOADING_MS
    const byMutant = invert(tests)
    for (const mutant of fresh) {
      const hitLimit = computeLimit(mutant, byMutant.get(mutant)?.values() ?? [])
      add(mutant, { file, tests: whole, fresh: true, milliseconds, hitLimit })
    }
    const loadsAnew = new Set(fresh)
    for (const [mutant, reaching] of byMutant) {
      if (loadsAnew.has(mutant)) continue
      const reachedBy = [...reaching.values()]
      const hitLimit = computeLimit(mutant, reachedBy)
      add(mutant, { file, tests: new Set(reaching.keys()), fresh: false, milliseconds: sum(reachedBy), hitLimit })
    }
  }
  return steps
}

/** The likeliest and cheapest first: whose tests killed most of the same source so far, for its time. */
export function orderSteps(steps: readonly Step[], kills: ReadonlyMap<string, number>): readonly Step[] {
  const price = ({ file, milliseconds }: Step): number => (milliseconds + 5) / (1 + (kills.get(file) ?? 0))
  return steps.toSorted((one, other) => price(one) - price(other))
}

function invert(tests: Readonly<Record<string, TestPlan>>): ReadonlyMap<string, ReadonlyMap<string, TestPlan>> {
  const byMutant = new Map<string, Map<string, TestPlan>>()
  for (const [id, test] of Object.entries(tests))
    for (const mutant of Object.keys(test.reached))
      byMutant.set(mutant, (byMutant.get(mutant) ?? new Map()).set(id, test))
  return byMutant
}

const sum = (tests: readonly TestPlan[]): number => tests.reduce((total, { milliseconds }) => total + milliseconds, 0)

const computeLimit = (mutant: string, tests: Iterable<TestPlan>): number =>
  10_000 + 10 * [...tests].reduce((total, { reached }) => total + (reached[mutant] ?? 0), 0)
