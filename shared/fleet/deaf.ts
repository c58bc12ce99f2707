import { type EventPath, HEARD_BY, type Hearing } from '../ledger/heard.ts'
import type { Policy } from '../policy/policy.ts'
import { listRulesWith } from '../policy/variants.ts'
import { RULES } from '../rules/registry.ts'

/** An instance that is there, and when it was last started. */
export type LaunchedInstance = { readonly instanceId: string; readonly launchTime: string }

/**
 * The paths on which a stack with this policy hears of launches: it subscribes to the events that some rule can decide.
 */
export const listEventPaths = (policy: Policy): readonly EventPath[] => {
  const ids = listRulesWith(policy, ({ mode }) => mode !== 'off')
  const on = RULES.filter(({ id }) => ids.includes(id))
  const ways: readonly EventPath[] = ['records', 'notifications']
  return ways.filter(way => on.some(({ events }) => events.includes(HEARD_BY[way])))
}

const HOUR_MS = 3_600_000

/** The number of instances that are checked more closely: EC2 takes 200 values in a filter. */
export const MOST_LAUNCHED = 200

/** Those that were started last, the last one first. */
export const findLastLaunch = (instances: readonly LaunchedInstance[]): readonly LaunchedInstance[] =>
  instances.toSorted((a, b) => Date.parse(b.launchTime) - Date.parse(a.launchTime)).slice(0, MOST_LAUNCHED)

/**
 * The instances that were started more than an hour after a path was last heard: an event of each should have arrived
 * by now. The ledger may be an hour behind, and a record of CloudTrail some minutes, so that a younger instance proves
 * nothing yet.
 */
export const listUnheard = (
  launched: readonly LaunchedInstance[],
  { way, hearing: { heard, since }, now }: { readonly way: EventPath; readonly hearing: Hearing; readonly now: Date },
): readonly LaunchedInstance[] => {
  const last = Math.max(Date.parse(since), Date.parse(heard[way] ?? since))
  return findLastLaunch(
    launched.filter(({ launchTime }) => {
      const at = Date.parse(launchTime)
      return at > last + HOUR_MS && at < now.getTime() - HOUR_MS
    }),
  )
}
