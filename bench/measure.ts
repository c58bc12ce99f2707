import { type Command, type Invoked, startFunction } from './process.ts'
import type { Kind } from './records.ts'
import { computeMedian } from './statistics.ts'
import { type Call, countConnections, countRoundTrips, createCalls, getWaitedMs } from './stub/calls.ts'
import type { Stub } from './stub/client.ts'

/** The AWS calls of one event. */
export type Calls = { readonly actions: readonly string[]; readonly roundTrips: number; readonly connections: number }

/** The time of one event, in ms. */
export type Time = {
  readonly wall: number
  /** The wall time minus the waits for answers of AWS: the time of the function itself, on an idle machine. */
  readonly own: number
  readonly cpu: number
}

/** One fresh process that got events of one kind. */
export type Run = {
  readonly readyMs: number
  readonly readyCpuMs: number
  readonly first: Time
  /** The medians of the warm events. */
  readonly warmed: Time
  readonly cold: Calls
  readonly warm: Calls
  readonly peakMb: number | undefined
}

export type Runner = {
  readonly command: (client: string) => Command
  readonly event: (kind: Kind) => unknown
  /** Throws when this is not how the function says that all went well. */
  readonly check: (result: unknown) => void
  readonly warmEvents: Readonly<Record<Kind, number>>
}

let processes = 0
const waitForClient = (): string => {
  processes += 1
  return `AKIABENCH${processes.toString().padStart(7, '0')}`
}

/** The bare runtime: from its start until it is ready, in ms. */
export type Bare = { readonly ms: number; readonly cpuMs: number }

export async function measureBare(command: (client: string) => Command): Promise<Bare> {
  const bare = await startFunction(command(waitForClient()))
  await bare.end()
  return { ms: bare.readyMs, cpuMs: bare.readyCpuMs }
}

/** Runs a function in a fresh process: the first event, a second one whose calls are counted, then the warm ones. */
export async function runFunction(runner: Runner, kind: Kind, stub: Stub): Promise<Run> {
  const client = waitForClient()
  const started = await startFunction(runner.command(client))
  const invoke = async (count: number): Promise<{ times: readonly Time[]; calls: readonly Call[] }> => {
    const invoked = await started.invoke(Array.from({ length: count }, () => runner.event(kind)))
    invoked.results.forEach(runner.check)
    const calls = checkExpected(createCalls(await stub.take(), client))
    return { times: readTimes(invoked, calls), calls }
  }
  // Of a launch and its notification both are the first of their kind.
  const first = await invoke(kind === 'announced' ? 2 : 1)
  const second = await invoke(1)
  const warm = await invoke(runner.warmEvents[kind])
  const perEvent = warm.calls.length / warm.times.length
  if (perEvent !== second.calls.length)
    throw new Error(`a second ${kind} event made ${second.calls.length} calls, later ones ${perEvent}`)
  const peakMb = await started.end()
  return {
    readyMs: started.readyMs,
    readyCpuMs: started.readyCpuMs,
    first: computeMedians(first.times),
    warmed: computeMedians(warm.times),
    cold: summarizeRun(first.calls),
    warm: summarizeRun(second.calls),
    peakMb,
  }
}

/** Events are handled one after another, and each makes as many calls. */
export function readTimes({ ms, cpuMs }: Pick<Invoked, 'ms' | 'cpuMs'>, calls: readonly Call[]): readonly Time[] {
  const each = calls.length / ms.length
  return ms.map((wall, index) => {
    const own = wall - getWaitedMs(calls.slice(index * each, (index + 1) * each))
    return { wall, own, cpu: cpuMs[index] ?? Number.NaN }
  })
}

const computeMedians = (times: readonly Time[]): Time => ({
  wall: computeMedian(times.map(({ wall }) => wall)),
  own: computeMedian(times.map(({ own }) => own)),
  cpu: computeMedian(times.map(({ cpu }) => cpu)),
})

function checkExpected(calls: readonly Call[]): readonly Call[] {
  const wrong = calls.find(call => call.unexpected !== undefined)
  if (wrong !== undefined) throw new Error(`an unexpected ${wrong.action} call: ${wrong.unexpected}`)
  return calls
}

const summarizeRun = (calls: readonly Call[]): Calls => ({
  actions: calls.map(call => call.action),
  roundTrips: countRoundTrips(calls),
  connections: countConnections(calls),
})
