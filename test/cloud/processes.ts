import { readdirSync, readlinkSync } from 'node:fs'

/** The ids of the processes that work in this folder or below it. */
export function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && linkOf(`/proc/${pid}/cwd`).startsWith(folder))
}

/** Where a link of /proc points; empty where the process is gone by now, or somebody else's. */
export function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
