import { type Command, startFunction } from './process.ts'
import type { Kind } from './records.ts'
import { median } from './statistics.ts'
import { type Call, callsOf, connectionsOf, roundTrips } from './stub/calls.ts'
import type { Stub } from './stub/client.ts'

/** What one event cost in AWS calls. */
export type Calls = { readonly actions: readonly string[]; readonly roundTrips: number; readonly connections: number }

/** One fresh process that got events of one kind. */
export type Run = {
  readonly readyMs: number
  readonly firstMs: number
  /** The median of the warm events. */
  readonly warmMs: number
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
const nextClient = (): string => {
  processes += 1
  return `AKIABENCH${processes.toString().padStart(7, '0')}`
}

/** From the start of the bare runtime until it is ready, in ms. */
export async function bareMs(command: (client: string) => Command): Promise<number> {
  const bare = await startFunction(command(nextClient()))
  await bare.end()
  return bare.readyMs
}

/** Runs a function in a fresh process: the first event, a second one whose calls are counted, then the warm ones. */
export async function runFunction(runner: Runner, kind: Kind, stub: Stub): Promise<Run> {
  const client = nextClient()
  const started = await startFunction(runner.command(client))
  const invoke = async (count: number): Promise<{ ms: readonly number[]; calls: readonly Call[] }> => {
    const { ms, results } = await started.invoke(Array.from({ length: count }, () => runner.event(kind)))
    results.forEach(runner.check)
    return { ms, calls: expected(callsOf(await stub.take(), client)) }
  }
  // Of a launch and its notification both are the first of their kind.
  const first = await invoke(kind === 'announced' ? 2 : 1)
  const second = await invoke(1)
  const warm = await invoke(runner.warmEvents[kind])
  const perEvent = warm.calls.length / warm.ms.length
  if (perEvent !== second.calls.length)
    throw new Error(`a second ${kind} event made ${second.calls.length} calls, later ones ${perEvent}`)
  const peakMb = await started.end()
  return {
    readyMs: started.readyMs,
    firstMs: first.ms.at(0) ?? Number.NaN,
    warmMs: median(warm.ms),
    cold: summary(first.calls),
    warm: summary(second.calls),
    peakMb,
  }
}

function expected(calls: readonly Call[]): readonly Call[] {
  const wrong = calls.find(call => call.unexpected !== undefined)
  if (wrong !== undefined) throw new Error(`an unexpected ${wrong.action} call: ${wrong.unexpected}`)
  return calls
}

const summary = (calls: readonly Call[]): Calls => ({
  actions: calls.map(call => call.action),
  roundTrips: roundTrips(calls),
  connections: connectionsOf(calls),
})
