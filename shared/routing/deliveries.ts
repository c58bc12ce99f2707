import type { Alert, Delivery } from '../alert/alert.ts'
import type { Policy } from '../policy/policy.ts'
import { heldUntil } from './held.ts'
import { matchesPlace, matchesTrait, type Routed, traitsOf } from './matches.ts'

const AT_ONCE = Number.NEGATIVE_INFINITY

/**
 * Where an alert goes by the policy: each channel once, in the order of the policy, at the earliest time that a route which
 * matches gives it. CRITICAL alerts are never held. Without routes: to every channel, at once.
 */
export const deliveriesOf = (alert: Routed, policy: Policy, now: Date): readonly Delivery[] => {
  const { channels = {}, routes = [] } = policy
  const names = Object.keys(channels)
  if (routes.length === 0) return names.map(channel => ({ channel }))
  const traits = traitsOf(alert, policy)
  const times = new Map<string, number>()
  for (const route of routes) {
    const { match, to } = route
    if (!matchesPlace(match, alert) || !traits.some(trait => matchesTrait(match, trait))) continue
    const held = alert.severity === 'CRITICAL' ? undefined : heldUntil(route, now)
    const at = held?.getTime() ?? AT_ONCE
    for (const channel of to) times.set(channel, Math.min(at, times.get(channel) ?? at))
  }
  return names.flatMap(channel => {
    const at = times.get(channel)
    if (at === undefined) return []
    return [at === AT_ONCE ? { channel } : { channel, at: new Date(at).toISOString() }]
  })
}

/** The alert with where it goes; as it is where the policy has no channels. */
export const withDeliveries = (alert: Alert, policy: Policy, now: Date): Alert =>
  policy.channels === undefined ? alert : { ...alert, deliver: deliveriesOf(alert, policy, now) }
