/** The calls of functions to AWS: counted, with the errors that a test has them meet, and the deaths of functions between them. */
import type { Fault } from './faults.ts'

/** How a call of that name has its effect, and returns its answer. */
export type Gate = <T>(name: string, effect: () => T | Promise<T>) => Promise<T>

type Command = { readonly constructor: { readonly name: string }; readonly input: Readonly<Record<string, unknown>> }

type Fates = {
  readonly faultAt?: (call: string, index: number) => Fault | undefined
  /** After which calls, counted from 0 over all functions, the one that made it dies. */
  readonly diesAfter?: readonly number[] | undefined
  /** Lets others go on in between. */
  readonly between?: () => Promise<void>
}

export const watchCalls = ({ faultAt = () => undefined, diesAfter = [], between }: Fates = {}) => {
  const calls: string[] = []
  const unexpected: string[] = []
  let dies: ReadonlySet<number> = new Set(diesAfter)

  /** A function starts. Dead, it makes no call and gets no answer. */
  const start = () => {
    let isDead = false
    const gate: Gate = async (name, effect) => {
      if (isDead) throw new Error('Death')
      const index = calls.length
      const fault = faultAt(name, index)
      calls.push(name)
      await between?.()
      if (fault !== undefined && !fault.done) throw fault.error
      const answer = await effect()
      if (fault !== undefined) throw fault.error
      isDead ||= dies.has(index)
      if (isDead) throw new Error('Death')
      return answer
    }
    return { gate, isDead: () => isDead }
  }

  /** Runs a function once. Throws if it died. */
  const run = async <T>(work: (gate: Gate) => Promise<T>): Promise<T> => {
    const { gate, isDead } = start()
    const answer = await work(gate)
    if (isDead()) throw new Error('Death')
    return answer
  }

  return {
    calls,
    unexpected,
    start,
    run,
    /** Refuses a call that nobody should make, and remembers it. */
    refuse: (name: string): never => {
      unexpected.push(name)
      throw new Error(`unexpected call: ${name}`)
    },
    /** From now on: after which calls, counted from here, the function dies. */
    dieAfter: (indexes: readonly number[]): void => {
      dies = new Set(indexes.map(index => calls.length + index))
    },
  }
}
export type Calls = ReturnType<typeof watchCalls>

/** A client of the SDK, as far as functions use it: what is not expected is refused. */
export const createClient = <T>(
  { gate, refuse }: { readonly gate: Gate; readonly refuse: Calls['refuse'] },
  answers: Readonly<Record<string, (input: Command['input']) => object>>,
): T =>
  ({
    send: async ({ constructor: { name }, input }: Command) => {
      const answer = answers[name]
      return answer === undefined ? refuse(name) : gate(name, () => answer(input))
    },
  }) as T
