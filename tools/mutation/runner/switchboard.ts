// The state that the instrumented code reads while it runs: the active mutant, and the callback for reached ones.

type Hits = Record<string, number>

interface Switchboard {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
  // Instrumented modules keep this object: its fields may be replaced, it may not.
  mutantCoverage: { static: Hits; perTest: Record<string, Hits> }
}

declare global {
  // The name that Stryker gives it.
  var __stryker__: Switchboard | undefined
}

const board: Switchboard = { mutantCoverage: { static: {}, perTest: {} } }
globalThis.__stryker__ = board

/** Code that runs from now on reaches its mutants for this test. */
export function attributeTo(testId: string): void {
  board.currentTestId = testId
}

/** The mutants that were reached since the last call, by test. */
export function takeCoverage(): Readonly<Record<string, Hits>> {
  const taken = board.mutantCoverage.perTest
  board.mutantCoverage.perTest = {}
  return taken
}

/** Plays with one mutant on, and says whether it was reached so often that it may never end. */
export async function runWithMutant<T>(
  mutant: string,
  hitLimit: number,
  play: () => Promise<T>,
): Promise<{ readonly played: T; readonly endless: boolean }> {
  board.activeMutant = mutant
  board.hitCount = 0
  board.hitLimit = hitLimit
  try {
    const played = await play()
    return { played, endless: board.hitCount > hitLimit }
  } finally {
    board.activeMutant = undefined
    board.hitCount = undefined
  }
}
