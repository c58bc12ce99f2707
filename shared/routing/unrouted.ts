import type { Policy } from '../policy/policy.ts'
import { listRulesWith, listVariants } from '../policy/variants.ts'
import { matchesTrait } from './matches.ts'

/** Rules that are on, whose alerts reach no channel, or reach one in some accounts or regions only. */
export type Unrouted = {
  readonly rule: string
  readonly severity: string
  readonly reach: 'nowhere' | 'in some places'
}

/** The alerts that no route matches, by rule. None without routes, because every alert then goes to every channel. */
export const findUnrouted = (policy: Policy): readonly Unrouted[] => {
  const { routes = [] } = policy
  return listVariants(policy).flatMap(([rule, { mode, severity }]): readonly Unrouted[] => {
    if (mode === 'off' || routes.length === 0) return []
    const channels = routes.filter(({ match }) => matchesTrait(match, { rule, severities: [severity], mode }))
    if (channels.length === 0) return [{ rule, severity, reach: 'nowhere' }]
    const isEverywhere = channels.some(({ match }) => match.accountId === undefined && match.region === undefined)
    return isEverywhere ? [] : [{ rule, severity, reach: 'in some places' }]
  })
}

/** The rules on enforce whose alerts no channel gets: without another reader, instances would be stopped unseen. */
export const findUnseenStops = (policy: Policy): readonly string[] => {
  const lost = findUnrouted(policy).filter(({ reach }) => reach === 'nowhere')
  const hasChannels = Object.keys(policy.channels ?? {}).length > 0
  return listRulesWith(policy, ({ mode }) => mode === 'enforce').filter(
    id => !hasChannels || lost.some(({ rule }) => rule === id),
  )
}
