import { spawn, spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { ROOT } from '../local/root.ts'
import { type Command, readMemory, track } from './process.ts'

/** A process that ran to its end. */
export type Ended = {
  readonly seconds: number
  /** The most memory that it ever had, in MB. Undefined if the system does not report it. */
  readonly peakMb: number | undefined
  /** Its memory in MB, every tenth of a second. */
  readonly samples: readonly number[]
  /** Its standard output, if that was to be kept. */
  readonly out: string
}

type Expected = { readonly codes: readonly number[]; readonly keepOut?: boolean }

const SAMPLE_MS = 100

/** Runs a command to its end, and watches its memory. Throws when it ends with another code than those expected. */
export async function runWatched(
  { command, args, env }: Command,
  { codes, keepOut = false }: Expected,
): Promise<Ended> {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', keepOut ? 'pipe' : 'ignore', 'pipe'], env })
  track(child)
  const samples: number[] = []
  const out: Buffer[] = []
  let peakMb: number | undefined
  let errors = ''
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-2000)
  })
  const watch = setInterval(() => {
    samples.push(...[readMemory(child.pid, 'VmRSS') ?? []].flat())
    peakMb = readMemory(child.pid, 'VmHWM') ?? peakMb
  }, SAMPLE_MS)
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  clearInterval(watch)
  if (code === null || !codes.includes(code)) throw new Error(`${args.join(' ')} ended with ${code}: ${errors.trim()}`)
  return { seconds: (performance.now() - started) / 1000, peakMb, samples, out: Buffer.concat(out).toString('utf8') }
}

/** The command line as it is installed: built from these sources. */
export function buildCommand(): void {
  const build = ['cli/build.mjs', '--if-stale']
  const { status, stderr } = spawnSync(process.execPath, build, { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${build.join(' ')}: ${stderr}`)
}
