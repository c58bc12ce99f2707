import { isStopRoleKnown, type Spoke } from '../../shared/ledger/spokes.ts'

export type StopRolesSource = {
  /** The accounts that the ledger knows. */
  readonly list: () => Promise<readonly Spoke[]>
  /** Writes that an event of the account has come. */
  readonly note: (accountId: string, now: Date) => Promise<void>
  readonly now: () => Date
  readonly log: (level: 'warn', message: string, context: Readonly<Record<string, unknown>>) => void
}

export type StopRoles = {
  /** Reads again what is older than 45 seconds. Never throws: what was read last counts. */
  readonly refresh: () => Promise<void>
  readonly isKnown: (accountId: string) => boolean
  /** Has Enforce try the role of an account of which nothing is written yet. Throws what DynamoDB throws. */
  readonly hear: (accountId: string) => Promise<void>
}

/** As the live policy: a mark that was taken away counts for a minute at most. */
const FRESH_MS = 45_000

/** In which accounts of the organization the role for stops is known to be there, by the ledger. */
export const createStopRoles = ({ list, note, now, log }: StopRolesSource): StopRoles => {
  let known = new Map<string, Spoke>()
  let readAt = Number.NEGATIVE_INFINITY
  const refreshSpokes = async (): Promise<void> => {
    if (now().getTime() - readAt < FRESH_MS) return
    readAt = now().getTime()
    try {
      known = new Map((await list()).map(spoke => [spoke.accountId, spoke]))
    } catch (error) {
      log('warn', 'the roles for stops could not be read; those that were read last count', { why: String(error) })
    }
  }
  return {
    refresh: refreshSpokes,
    isKnown: accountId => isStopRoleKnown(known.get(accountId) ?? { accountId }, now()),
    hear: async accountId => {
      if (known.has(accountId)) return
      await note(accountId, now())
      known.set(accountId, { accountId })
    },
  }
}
