import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { Running } from '../../shared/facts/event.ts'
import type { Policy } from '../../shared/policy/policy.ts'

/** Of so many instances at most: some 2 MB. The oldest are forgotten first. */
const MOST = 10_000

/**
 * An instance that was launched this long ago cannot have been stopped, changed and started again, because a stop takes
 * longer. A later notification may be of another start, so that the instance is read.
 */
const FIRST_START_MS = 30_000

type Pass = { readonly policy: Policy; readonly launchedAt: number }

/** A launch whose instances passed every rule, and under which policy. */
export type PassedLaunch = {
  readonly place: AccountRegion
  readonly instanceIds: readonly string[]
  readonly policy: Policy
  /** ISO 8601, UTC. */
  readonly launchedAt: string
}

/** The instances that passed with their launch. An instance that is not remembered is read. */
export type PassedInstances = {
  readonly remember: (launch: PassedLaunch) => void
  /**
   * Says whether this notification is no news: the instance passed with its launch, under the present policy, and
   * starts for the first time. True once for each instance.
   */
  readonly isKnown: (running: Running, policy: Policy) => boolean
}

const getKey = ({ accountId, region }: AccountRegion, instanceId: string): string =>
  `${accountId}/${region}/${instanceId}`

/** Remembers in memory, for as long as the execution environment lives. */
export const createPassedInstances = (most = MOST): PassedInstances => {
  const passes = new Map<string, Pass>()
  return {
    remember: ({ place, instanceIds, policy, launchedAt }) => {
      for (const id of instanceIds) passes.set(getKey(place, id), { policy, launchedAt: Date.parse(launchedAt) })
      for (const key of passes.keys()) {
        if (passes.size <= most) break
        passes.delete(key)
      }
    },
    isKnown: (running, policy) => {
      const key = getKey(running, running.instanceId)
      const pass = passes.get(key)
      passes.delete(key)
      if (pass === undefined || pass.policy !== policy) return false
      return Math.abs(Date.parse(running.event.time) - pass.launchedAt) <= FIRST_START_MS
    },
  }
}
