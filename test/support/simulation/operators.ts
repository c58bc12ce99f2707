/**
 * The settings of operators, and since when: Enforce reads them each time, Evaluate knows them as they were up to a
 * minute ago.
 */
import { AT_FIRST, type Switches } from './switches.ts'

type Clock = { readonly now: () => number; readonly write: (line: string) => void }

export const simulatedOperators = ({ now, write }: Clock) => {
  const switched: { readonly at: number; readonly to: Switches }[] = [{ at: 0, to: AT_FIRST }]
  const current = (): Switches => switched.at(-1)?.to ?? AT_FIRST
  return {
    switched,
    current,
    set: (to: Partial<Switches>): void => {
      switched.push({ at: now(), to: { ...current(), ...to } })
      write(`operators set ${JSON.stringify(to)}`)
    },
    /** The last that could be read, and the switch. */
    knownAt: (at: number): Switches => {
      const before = switched.filter(one => one.at <= at)
      const good = before.findLast(({ to }) => to.valid)?.to ?? AT_FIRST
      return { ...good, stops: before.at(-1)?.to.stops ?? good.stops }
    },
  }
}
