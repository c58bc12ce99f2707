/** The claimant of each row, and since when: the invariants compare a repeated alert with it. */
import type { inMemoryDynamo } from '../cloud/dynamodb.ts'

type Held = {
  readonly claimant: string
  readonly at: number
  /** Its place among all starts and ends. */
  readonly order: number
}

type Clock = { readonly now: () => number; readonly turn: () => number }

export const watchedClaims = ({ items }: ReturnType<typeof inMemoryDynamo>, { now, turn }: Clock) => {
  const held = new Map<string, Held[]>()
  return {
    held,
    /** To be called after each write. */
    watch: (): void => {
      for (const { pk, sk, claimant } of items.values()) {
        if (claimant?.S === undefined) continue
        const name = `${pk?.S} ${sk?.S}`
        const before = held.get(name) ?? []
        if (before.at(-1)?.claimant !== claimant.S)
          held.set(name, [...before, { claimant: claimant.S, at: now(), order: turn() }])
      }
    },
  }
}
