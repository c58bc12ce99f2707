import type { LivePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { listDisabledAccounts } from '../../shared/policy/account-stops.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { requireDeployedChannels } from '../../shared/policy/same-channels.ts'
import { noticeUnannounced } from './unannounced.ts'

/** The policy in force at this moment, and whether the stops of the stack are switched off. */
export type InForce = {
  readonly policy: Policy
  readonly stopsDisabled: boolean
  /** The accounts whose own switch is off. Absent if none is. */
  readonly disabledAccounts?: readonly string[]
}

/** Whether stops are switched off in an account, by its own switch or that of the stack. */
export const areStopsDisabled = (
  { stopsDisabled, disabledAccounts = [] }: Omit<InForce, 'policy'>,
  accountId: string,
): boolean => stopsDisabled || disabledAccounts.includes(accountId)

export type LiveSource = {
  /** Written beside the function at the deployment. In force if no other was applied. */
  readonly deployed: Policy
  readonly read: () => Promise<LivePolicy>
  readonly now: () => Date
  readonly log: (level: 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  readonly count: (metric: 'PolicyInvalid' | 'PolicyUnannounced') => void
}

/** Changes by operators apply within a minute: the policy is this old at most, and a batch takes less than the rest. */
const FRESH_MS = 45_000

const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

/** A policy that is not valid changes nothing, and is counted. The switch still applies. */
const acceptReading = (read: LivePolicy, before: InForce | undefined, source: LiveSource): InForce => {
  const { deployed, log, count } = source
  noticeUnannounced(read, source)
  const live = requireDeployedChannels(read, deployed)
  if (live.problem !== undefined) {
    count('PolicyInvalid')
    log('error', `the live policy is not valid; the last valid one stays in force: ${live.problem}`, {})
  }
  const lastGood = live.problem === undefined ? deployed : (before?.policy ?? deployed)
  const disabledAccounts = listDisabledAccounts(read)
  return {
    policy: live.policy ?? lastGood,
    stopsDisabled: live.stops === 'off',
    ...(disabledAccounts.length > 0 && { disabledAccounts }),
  }
}

/**
 * Returns the policy in force. Starts to read it at once, and again when it is older than 45 seconds. If it cannot be
 * read, the last one stays in force. Without one this throws what DynamoDB threw, because the routes are not known.
 */
export const createLivePolicy = (source: LiveSource): (() => Promise<InForce>) => {
  let inForce: InForce | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<InForce> | undefined
  const read = async (): Promise<InForce> => {
    const startedAt = source.now().getTime()
    try {
      inForce = acceptReading(await source.read(), inForce, source)
      readAt = startedAt
      return inForce
    } catch (error) {
      if (inForce === undefined) throw error
      source.log(
        'warn',
        `the live policy could not be read; the last one that was read stays in force: ${describeError(error)}`,
        {},
      )
      return inForce
    } finally {
      reading = undefined
    }
  }
  const refreshPolicy = (): Promise<InForce> => {
    reading ??= read()
    return reading
  }
  const getFresh = (): InForce | undefined => (source.now().getTime() - readAt < FRESH_MS ? inForce : undefined)
  // The first caller that asks gets the failure, and asks again.
  refreshPolicy().catch(() => undefined)
  return async () => {
    // One that began long ago, before the sandbox was frozen, may answer only now.
    if (reading !== undefined) await reading.catch(() => undefined)
    return getFresh() ?? refreshPolicy()
  }
}
