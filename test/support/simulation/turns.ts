/**
 * Functions whose every call to AWS waits at a gate, so that a test decides the order, and who dies where. The calls of other
 * scenes (test/support/cloud/calls.ts) do not wait.
 */
import type { Gate } from '../cloud/calls.ts'
import { conflict, throttled } from '../cloud/dynamodb-errors.ts'

/**
 * The fate of one call: done; refused; refused for a passing reason (a conflict, a throttle), or its answer lost, so
 * that the caller sends it again; its answer lost for an unknown reason; or the function dies before or after it.
 */
export type Fate =
  | 'done'
  | 'refused'
  | 'conflict'
  | 'throttled'
  | 'answer lost'
  | 'hung up'
  | 'dies before'
  | 'dies after'

type Call = { readonly name: string; readonly proceed: (fate: Fate) => Promise<void> }

export type Invocation = {
  readonly label: string
  readonly startedAt: number
  /** Its place among all starts and ends. */
  readonly order: number
  /** The places of all deliveries of its message. */
  readonly deliveries: readonly number[]
  /** Into the trace of the world. */
  readonly write: (line: string) => void
  readonly calls: Call[]
  /** `failed`: it ended, and its message is to be delivered again. `died`: it was cut off. */
  end: 'none' | 'done' | 'failed' | 'died'
}

const lost = (name: string): Error => Object.assign(new Error(`${name}: no answer`), { name: 'TimeoutError' })

const hungUp = (name: string): Error => Object.assign(new Error(`${name}: socket hang up`), { name: 'Error' })

// No name that any function takes for an answer about an instance, and none that a write is sent again for.
const refused = (name: string): Error =>
  Object.assign(new Error(`${name}: throttled`), {
    name: 'TooManyRequestsException',
    $metadata: { httpStatusCode: 400 },
  })

/** Only writes to the table meet these. */
const passing = (fate: Fate, name: string): Error | undefined => {
  if (!/^(Update|Put|Delete|TransactWrite)/.test(name)) return undefined
  if (fate === 'conflict') return conflict(name)
  return fate === 'throttled' ? throttled(name) : undefined
}

/** Lets everything run until it waits at the gate. */
export const resolved = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) await new Promise<void>(resolve => setImmediate(resolve))
}

/** The effect of a call with its fate; its answer, or nothing if the function is dead. */
const meet = async <T>(
  fate: Fate,
  { name, effect, end }: { name: string; effect: () => T | Promise<T>; end: () => void },
) => {
  if (fate === 'dies before') return end()
  if (fate === 'refused') throw refused(name)
  const error = passing(fate, name)
  if (error !== undefined) throw error
  const result = await effect()
  if (fate === 'dies after') return end()
  if (fate === 'answer lost') throw lost(name)
  if (fate === 'hung up') throw hungUp(name)
  return { result }
}

/** Starts a function; `run` gets the gate through which its calls go, and says whether its message is done. */
export const invoke = (start: Omit<Invocation, 'calls' | 'end'>, run: (gate: Gate) => Promise<boolean>): Invocation => {
  const invocation: Invocation = { ...start, calls: [], end: 'none' }
  const gate: Gate = (name, effect) =>
    new Promise((resolve, reject) => {
      const proceed = async (fate: Fate): Promise<void> => {
        invocation.calls.splice(invocation.calls.indexOf(call), 1)
        start.write(`${start.label} ${name}: ${fate}`)
        try {
          const met = await meet(fate, { name, effect, end: () => die(invocation) })
          if (met !== undefined) resolve(met.result)
        } catch (error) {
          reject(error)
        }
      }
      const call: Call = { name, proceed }
      if (invocation.end === 'none') invocation.calls.push(call)
    })
  run(gate).then(
    isDone => {
      if (invocation.end === 'none') invocation.end = isDone ? 'done' : 'failed'
      start.write(`${start.label} ends: ${invocation.end}`)
    },
    error => {
      throw error
    },
  )
  return invocation
}

/** Cuts a function off: answers that it waits for never come. */
export const die = (invocation: Invocation): void => {
  invocation.end = 'died'
  invocation.calls.length = 0
}
