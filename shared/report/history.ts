import type { Past, State } from '../ledger/row.ts'
import type { HistoryDay } from './pages.ts'

/** The history of a finding, from its row: its states, oldest first. */
export type Course = readonly Past[]

export type HistoryCount = {
  readonly add: (course: Course) => void
  /** A day for each since the first, in UTC, and at most so many. */
  readonly days: (most: number) => readonly HistoryDay[]
}

const DAY_MS = 86_400_000

// Stopped is not fixed, but it is resolved: nothing runs. Exempt is somebody's decision.
const CLOSED: readonly State[] = ['STOPPED', 'RESOLVED', 'SUPPRESSED']

const getDay = (at: string): string => at.slice(0, 10)

const addDay = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)

/**
 * Counts when findings were found and when they were closed. A row has its last fifty states, and expires some time
 * after its finding: old days have lower counts than they had.
 */
export const createHistoryCount = (now: Date): HistoryCount => {
  const found = new Map<string, number>()
  const closed = new Map<string, number>()
  const count = (counts: Map<string, number>, day: string): void => {
    counts.set(day, (counts.get(day) ?? 0) + 1)
  }
  return {
    add: course => {
      let isOpen = false
      for (const { state, at } of course) {
        const opens = !CLOSED.includes(state)
        if (opens && !isOpen) count(found, getDay(at))
        if (!opens && isOpen) count(closed, getDay(at))
        isOpen = opens
      }
    },
    days: most => {
      const [first] = [...found.keys(), ...closed.keys()].toSorted()
      const today = now.toISOString().slice(0, 10)
      const days: HistoryDay[] = []
      let open = 0
      for (let day = first ?? addDay(today); day <= today; day = addDay(day)) {
        const one = { found: found.get(day) ?? 0, closed: closed.get(day) ?? 0 }
        open += one.found - one.closed
        days.push({ day, ...one, open })
      }
      return days.slice(-most)
    },
  }
}
