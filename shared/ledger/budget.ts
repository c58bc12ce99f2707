import type { Policy } from '../policy/policy.ts'
import { toEpochSeconds } from './row.ts'

/** One reservation in the budget: for what, and when (epoch seconds). */
export type Reservation = { readonly id: string; readonly at: number }

/** `until`: when the next one is free, as far as is known now. Absent if the budget is 0. */
export type ReservationResult = { readonly taken: true } | { readonly taken: false; readonly until?: Date }

export type Budget = Policy['stop']['budget']

/** In place of an account: the budget of all of them together. */
export const ORGANIZATION = 'organization'

export type CountedIn = { readonly accountId: string; readonly budget: Budget; readonly of?: 'organization' }

/**
 * The budgets in which a stop is counted, in this order: what is over the budget of its account takes nothing from the others. What
 * is over that of the organization has taken one of its own account.
 */
export const listBudgets = (accountId: string, { budget, organization }: Policy['stop']): readonly CountedIn[] => [
  { accountId, budget },
  ...(organization === undefined ? [] : [{ accountId: ORGANIZATION, budget: organization, of: ORGANIZATION } as const]),
]

/**
 * How long an invocation may last, so how long after a reservation EC2 is asked at the latest. A stop counts for that much
 * longer than the window, so that no window of the real calls has more than the budget.
 */
export const CALL_SECONDS = 60

export type BudgetState = {
  readonly reservations: readonly Reservation[]
  readonly taken: boolean
  readonly until?: Date
}

/**
 * Reserves one stop. A reservation that exists already is kept and gets the present time, because the call is repeated now.
 * Reservations out of the window are dropped. Pure.
 */
export const reserve = (
  reservations: readonly Reservation[],
  { id, budget, now }: { readonly id: string; readonly budget: Budget; readonly now: Date },
): BudgetState => {
  const present = toEpochSeconds(now)
  const lasts = budget.perSeconds + CALL_SECONDS
  const others = reservations.filter(one => one.id !== id && one.at > present - lasts)
  if (others.length < budget.stops) return { reservations: [...others, { id, at: present }], taken: true }
  const blocking = budget.stops === 0 ? undefined : others.toSorted((a, b) => a.at - b.at).at(-budget.stops)
  const until = blocking === undefined ? undefined : new Date((blocking.at + lasts) * 1000)
  return { reservations, taken: false, ...(until !== undefined && { until }) }
}
