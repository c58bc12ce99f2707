/** The time of a test. It passes when the test says so, or from one event to the next: hours are over at once. */

/** What happens by itself: a message becomes visible, a schedule is due, an instance has stopped. */
export type Source = {
  /** When, in milliseconds; Infinity if nothing is left to happen. */
  readonly next: () => number
  /** Does what is due by now. */
  readonly go: () => void | Promise<void>
}

/** The earliest of these times. Infinity if there is none. */
export const earliest = (times: readonly number[]): number =>
  times.reduce((least, time) => Math.min(least, time), Infinity)

export const createClock = (start: Date) => {
  let time = start.getTime()
  /** Goes to the next event by that time, and returns whether there was one. Sources go in their order. */
  const step = async (sources: readonly Source[], until = Infinity): Promise<boolean> => {
    const next = earliest(sources.map(source => source.next()))
    if (next === Infinity || next > until) return false
    time = Math.max(time, next)
    for (const source of sources) if (source.next() <= time) await source.go()
    return true
  }
  return {
    now: () => new Date(time),
    pass: (seconds: number): void => {
      time += seconds * 1000
    },
    step,
    /** Goes on until nothing is left to happen, or for so many minutes. */
    run: async (sources: readonly Source[], minutes = Infinity): Promise<void> => {
      const until = time + minutes * 60_000
      while (await step(sources, until));
    },
  }
}
