import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { Readable, Writable } from 'node:stream'

/** A function in a fresh process under one of the drivers (drivers/runtime.*). */
export type FunctionProcess = {
  /** From the start of the process until the function is loaded, in ms. */
  readonly readyMs: number
  /** The processor time of it. */
  readonly readyCpuMs: number
  /** Hands over the events one after another, and answers how long each took in ms, on the clock and of processors. */
  readonly invoke: (events: readonly unknown[]) => Promise<Invoked>
  /**
   * Ends the process, and returns the most memory that it ever had in MB, or undefined if the system does not report
   * it.
   */
  readonly end: () => Promise<number | undefined>
}

export type Invoked = {
  readonly ms: readonly number[]
  readonly cpuMs: readonly number[]
  readonly results: readonly unknown[]
}

export type Command = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** The processes that run now, for `endAll`. */
const running = new Set<ChildProcess>()

/** Makes a process one of those that `endAll` ends. */
export function track(child: ChildProcess): void {
  running.add(child)
  child.once('close', () => running.delete(child))
}

/** Ends all running processes: for a benchmark that is interrupted. */
export const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts a driver and waits until its function is loaded. Throws its stderr if it ends before. */
export async function startFunction({ command, args, env }: Command): Promise<FunctionProcess> {
  const started = performance.now()
  // The logs of functions go to the cheapest destination. The answers come on a descriptor of their own.
  const child = spawn(command, args, { env, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] })
  track(child)
  const lines = readLines(child)
  const ready = await lines.next()
  const readyMs = performance.now() - started
  return {
    readyMs,
    readyCpuMs: readCpuTime(ready),
    invoke: async events => {
      openWritable(child).write(`${JSON.stringify(events)}\n`)
      return parseInvoked(await lines.next())
    },
    end: async () => {
      const peak = readPeakMemory(child.pid)
      const ended = new Promise(resolve => child.once('close', resolve))
      openWritable(child).end()
      await ended
      return peak
    },
  }
}

type Lines = { readonly next: () => Promise<string> }

function readLines(child: ChildProcess): Lines {
  let text = ''
  let errors = ''
  let ended: string | undefined
  let wakeProcess = () => {}
  const answers = child.stdio[3] as Readable
  answers.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    wakeProcess()
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-4000)
  })
  child.once('error', error => {
    ended = error.message
    wakeProcess()
  })
  child.once('close', code => {
    ended ??= `it ended with ${code}: ${openReadable(errors)}`
    wakeProcess()
  })
  const readNext = async () => {
    while (!text.includes('\n')) {
      if (ended !== undefined) throw new Error(`${child.spawnargs.join(' ')}: ${ended}`)
      await new Promise<void>(resolve => {
        wakeProcess = resolve
      })
    }
    const end = text.indexOf('\n')
    const line = text.slice(0, end)
    text = text.slice(end + 1)
    return line
  }
  return { next: readNext }
}

/** Without the lines of minified code that Node quotes. */
const openReadable = (errors: string): string =>
  errors
    .split('\n')
    .filter(line => line.trim() !== '' && line.length < 300)
    .join('\n')

const openWritable = (child: ChildProcess): Writable => {
  if (child.stdin === null) throw new Error('a driver without stdin')
  return child.stdin
}

function readCpuTime(line: string): number {
  const answer: unknown = JSON.parse(line)
  if (typeof answer !== 'object' || answer === null || !('cpu' in answer)) throw new Error(line)
  return Number(answer.cpu)
}

function parseInvoked(line: string): Invoked {
  const answer: unknown = JSON.parse(line)
  if (typeof answer !== 'object' || answer === null || !('ms' in answer) || !('results' in answer))
    throw new Error(line)
  if (!('cpu' in answer) || !Array.isArray(answer.cpu)) throw new Error(line)
  if (!Array.isArray(answer.ms) || !Array.isArray(answer.results)) throw new Error(line)
  return { ms: answer.ms.map(Number), cpuMs: answer.cpu.map(Number), results: answer.results }
}

/**
 * Linux keeps the peak of the process's own memory there. `getrusage` would not do: a child inherits its parent's peak
 * through fork, so a small child of a large bench looks large.
 */
const readPeakMemory = (pid: number | undefined): number | undefined => readMemory(pid, 'VmHWM')

/** A memory figure of a process in MB: `VmRSS` now, `VmHWM` at most so far. Undefined if there is no such file. */
export function readMemory(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): number | undefined {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match === null ? undefined : Number(match[1]) / 1024
  } catch {
    return undefined
  }
}
