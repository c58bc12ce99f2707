import type { RowKey } from './row.ts'

/** What the ledger knows of an account of the organization. Times are ISO 8601, UTC. */
export type Spoke = {
  readonly accountId: string
  /** When Enforce last tried its role there. */
  readonly triedAt?: string
  /** When it last could use the role. Absent if the last try was refused. */
  readonly assumedAt?: string
}

/** How a try of the role ended. `unknown`: STS gave no answer that says anything of the role. */
export type RoleTry = 'assumed' | 'refused' | 'unknown'

/** One partition, so that one query reads all accounts. Nothing of an event is in its name. */
export const SPOKES = 'spokes#'

export const buildSpokeKey = (accountId: string): RowKey => ({ pk: SPOKES, sk: accountId })

const HOUR_MS = 3_600_000

/** After a day without a successful try nothing is promised any more. */
const KNOWN_MS = 24 * HOUR_MS

/** Clocks of AWS's services differ by less. */
const CLOCKS_MS = 60_000

/** Whether a stop may be promised in the account: the role for stops was there when it was last tried. */
export const isStopRoleKnown = ({ assumedAt = '' }: Spoke, now: Date): boolean => {
  const age = now.getTime() - Date.parse(assumedAt)
  return age > -CLOCKS_MS && age < KNOWN_MS
}

/** As many as STS answers within half of the time of the function. */
const MOST_TRIES = 200

/** A role that is there is tried twice a day, and one that is not there every hour. */
const isDue = ({ triedAt, assumedAt }: Spoke, now: Date): boolean => {
  const every = assumedAt === undefined ? HOUR_MS : 12 * HOUR_MS
  return triedAt === undefined || !(now.getTime() - Date.parse(triedAt) < every)
}

/** The accounts in which the role for stops is to be tried now. Those that were tried longest ago come first. */
export const chooseDueTries = (spokes: readonly Spoke[], now: Date): readonly string[] =>
  spokes
    .filter(spoke => isDue(spoke, now))
    .toSorted(({ triedAt: a = '' }, { triedAt: b = '' }) => (a < b ? -1 : Number(a > b)))
    .slice(0, MOST_TRIES)
    .map(({ accountId }) => accountId)
