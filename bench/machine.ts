import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'

/** The machine in one line, for a reader who compares the milliseconds. */
export function describeMachine(): string {
  const [first] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memory}, ${type()} ${release()} ${arch()}`
}

/** The number of processes that waited for a core in the last minute. 0 on Windows, which does not report it. */
export const load = (): number => loadavg()[0] ?? 0

/**
 * A warning in one line if others use the machine too: then times are long and ratios vary, and only counts are
 * reliable.
 */
export const warnIfBusy = (loadBefore: number): string | undefined =>
  loadBefore > cpus().length / 4
    ? `the machine is busy (load ${loadBefore.toFixed(1)} on ${cpus().length} cores): times will be too long; counts and bytes hold`
    : undefined
