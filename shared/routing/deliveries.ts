import type { Alert, Delivery } from '../alert/alert.ts'
import type { Policy } from '../policy/policy.ts'
import { isAboutStops, mayWaitUntil } from './before-stops.ts'
import { listTraits, matchesPlace, matchesTrait, type Routed } from './matches.ts'
import { findScheduledTime } from './scheduled-delivery.ts'

const AT_ONCE = Number.NEGATIVE_INFINITY

/** When each channel gets an alert by the routes that match it: the earliest time that one of them gives. */
const readTimes = (alert: Routed, policy: Policy, now: Date): ReadonlyMap<string, number> => {
  const traits = listTraits(alert, policy)
  const times = new Map<string, number>()
  for (const route of policy.routes ?? []) {
    const { match, to } = route
    if (!matchesPlace(match, alert) || !traits.some(trait => matchesTrait(match, trait))) continue
    const scheduled = alert.severity === 'CRITICAL' ? undefined : findScheduledTime(route, now)
    const at = scheduled !== undefined && mayWaitUntil(alert, scheduled) ? scheduled.getTime() : AT_ONCE
    for (const channel of to) times.set(channel, Math.min(at, times.get(channel) ?? at))
  }
  return times
}

/**
 * The deliveries of an alert by the policy: each channel once, in the order of the policy, at the earliest time of a
 * matching route. CRITICAL alerts never wait, and one that announces a stop waits only as long as somebody could still
 * act. Without routes, and for an alert about stops that no route matches: to every channel, at once.
 */
export const planDeliveries = (alert: Routed, policy: Policy, now: Date): readonly Delivery[] => {
  const { channels = {}, routes = [] } = policy
  const names = Object.keys(channels)
  const times = readTimes(alert, policy, now)
  if (routes.length === 0 || (times.size === 0 && isAboutStops(alert))) return names.map(channel => ({ channel }))
  return names.flatMap(channel => {
    const at = times.get(channel)
    if (at === undefined) return []
    return [at === AT_ONCE ? { channel } : { channel, at: new Date(at).toISOString() }]
  })
}

/** The alert with its deliveries. Unchanged if the policy has no channels. */
export const addDeliveries = (alert: Alert, policy: Policy, now: Date): Alert =>
  policy.channels === undefined ? alert : { ...alert, deliver: planDeliveries(alert, policy, now) }
