/** Functions whose every call to AWS waits for its turn, so that a test decides the order, and who dies where. */

/** What becomes of one call: done; refused, or its answer lost; or the function dies before or after it. */
export type Fate = 'done' | 'refused' | 'answer lost' | 'dies before' | 'dies after'

type Call = { readonly name: string; readonly proceed: (fate: Fate) => Promise<void> }

export type Invocation = {
  readonly label: string
  readonly startedAt: number
  /** Its place among all starts and ends. */
  readonly order: number
  /** The place of the first delivery of its message. */
  readonly since: number
  readonly calls: Call[]
  /** `failed`: it ended, and its message is to be delivered again. `died`: it was cut off. */
  end: 'none' | 'done' | 'failed' | 'died'
}

export type Gate = <T>(name: string, effect: () => T | Promise<T>) => Promise<T>

const lost = (name: string): Error => Object.assign(new Error(`${name}: no answer`), { name: 'TimeoutError' })

/** Lets everything run until it waits for a turn. */
export const settled = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) await new Promise<void>(resolve => setImmediate(resolve))
}

/** Starts a function; `run` gets the gate through which its calls go, and says whether its message is done. */
export const invoke = (
  start: Pick<Invocation, 'label' | 'startedAt' | 'order' | 'since'>,
  run: (gate: Gate) => Promise<boolean>,
): Invocation => {
  const invocation: Invocation = { ...start, calls: [], end: 'none' }
  const gate: Gate = (name, effect) =>
    new Promise((resolve, reject) => {
      const proceed = async (fate: Fate): Promise<void> => {
        invocation.calls.splice(invocation.calls.indexOf(call), 1)
        if (fate === 'dies before') return die(invocation)
        if (fate === 'refused') return reject(lost(name))
        try {
          const result = await effect()
          if (fate === 'dies after') return die(invocation)
          if (fate === 'answer lost') return reject(lost(name))
          resolve(result)
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
    },
    error => {
      throw error
    },
  )
  return invocation
}

/** Cuts a function off: what it has asked for and not got never comes. */
export const die = (invocation: Invocation): void => {
  invocation.end = 'died'
  invocation.calls.length = 0
}
