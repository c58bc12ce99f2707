/**
 * A clock for code that waits by itself: a wait of hours is over at once, and in order. The functions of test/support/cloud never
 * wait, so that its clock goes from event to event instead.
 */

type Waiting = { readonly at: number; readonly go: () => void }

const resolved = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

export const discreteTime = (start = 0) => {
  let now = start
  const waiting: Waiting[] = []
  const after = (milliseconds: number): Promise<void> =>
    new Promise(go => {
      waiting.push({ at: now + milliseconds, go })
    })
  /** Lets time pass until the work is done. Throws if the work waits for nothing. */
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false
    const end = work.finally(() => {
      isDone = true
    })
    end.catch(() => undefined)
    for (;;) {
      await resolved()
      if (isDone) return end
      const next = Math.min(...waiting.map(({ at }) => at))
      if (!Number.isFinite(next)) throw new Error('nothing is left to wait for')
      now = next
      for (const one of waiting.filter(({ at }) => at <= now)) {
        waiting.splice(waiting.indexOf(one), 1)
        one.go()
      }
    }
  }
  return { now: () => now, after, run }
}
