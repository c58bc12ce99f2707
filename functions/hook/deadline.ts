/** A time after which nothing is waited for any more. */
export type Deadline = {
  /** Rejects then with a TimeoutError. */
  readonly isUp: Promise<never>
  /** To be called when it is not needed any more. */
  readonly clear: () => void
}

const createTimeout = (): Error => Object.assign(new Error('the time for reads is up'), { name: 'TimeoutError' })

export const createDeadline = (milliseconds: number): Deadline => {
  let timer: NodeJS.Timeout | undefined
  const isUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(createTimeout()), milliseconds)
  })
  // Nobody may be waiting when it is up.
  isUp.catch(() => undefined)
  return { isUp, clear: () => clearTimeout(timer) }
}
