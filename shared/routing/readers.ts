import type { Policy } from '../policy/policy.ts'
import { listVariants } from '../policy/variants.ts'
import { matchesTrait } from './matches.ts'

/** A subscription of a topic. One that nobody has confirmed gets nothing. */
export type Subscription = { readonly endpoint: string; readonly confirmed: boolean }

/**
 * The rules on enforce whose alerts have no reader but the subscribers of the topic: no channel gets them, or only
 * channels of the type email, which are subscribers too. Every other channel has a dead-letter queue for messages that
 * did not arrive.
 */
export const findReadBySubscribers = (policy: Policy): readonly string[] => {
  const { channels = {}, routes = [] } = policy
  const others = Object.entries(channels).flatMap(([name, { type }]) => (type === 'email' ? [] : [name]))
  const reachesOther = (to: readonly string[]): boolean => to.some(name => others.includes(name))
  const read = listVariants(policy).flatMap(([rule, { mode, severity }]) => {
    if (mode !== 'enforce') return []
    const taking = routes.filter(({ match }) => matchesTrait(match, { rule, severities: [severity], mode }))
    const everywhere = taking.filter(({ match }) => match.accountId === undefined && match.region === undefined)
    if (everywhere.some(({ to }) => reachesOther(to))) return []
    // An alert that no route matches goes to every channel, because it is about a stop.
    const isOnlyMailed = others.length === 0 || taking.some(({ to }) => !reachesOther(to))
    return isOnlyMailed ? [rule] : []
  })
  return [...new Set(read)]
}

const listConfirmed = (subscriptions: readonly Subscription[]): readonly string[] =>
  subscriptions.flatMap(({ endpoint, confirmed }) => (confirmed ? [endpoint] : []))

/** The number of subscribers of the topic, without the queues of the stack. */
export const countReaders = (subscriptions: readonly Subscription[], own: readonly string[]): number =>
  listConfirmed(subscriptions).filter(endpoint => !own.includes(endpoint)).length

/** The queues of the stack that do not get the messages of the topic. */
export const findUnsubscribed = (subscriptions: readonly Subscription[], own: readonly string[]): readonly string[] => {
  const confirmed = listConfirmed(subscriptions)
  return own.filter(endpoint => !confirmed.includes(endpoint))
}
