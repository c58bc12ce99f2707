import { arch, cpus, release, totalmem, type } from 'node:os'

/** The machine in one line, for a reader who wants to know what the milliseconds are worth. */
export function machineText(): string {
  const [first] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memory}, ${type()} ${release()} ${arch()}`
}
