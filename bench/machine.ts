import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'

/** The machine in one line, for a reader who wants to know what the milliseconds are worth. */
export function describeMachine(): string {
  const [first] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memory}, ${type()} ${release()} ${arch()}`
}

/** How many processes have been waiting for a core in the last minute. 0 on Windows, which does not tell. */
export const load = (): number => loadavg()[0] ?? 0

/** A line of warning where others use the machine too: then times are long and ratios wander, and only counts hold. */
export const warnIfBusy = (loadBefore: number): string | undefined =>
  loadBefore > cpus().length / 4
    ? `the machine is busy (load ${loadBefore.toFixed(1)} on ${cpus().length} cores): times will be too long; counts and bytes hold`
    : undefined
