import {
  countReaders,
  findReadBySubscribers,
  findUnsubscribed,
  type Subscription,
} from '../../shared/routing/readers.ts'
import { formatError } from '../runtime/one-line.ts'
import type { SweepPorts } from './ports.ts'

type Ports = Pick<SweepPorts, 'canStop' | 'count' | 'listens' | 'log' | 'policy' | 'subscriptions'>

const isUnread = (found: readonly Subscription[], { canStop, listens, log, policy, subscriptions }: Ports): boolean => {
  const rules = canStop(listens.region) ? findReadBySubscribers(policy) : []
  if (rules.length === 0 || countReaders(found, subscriptions.own) > 0) return false
  const pending = found.filter(({ confirmed }) => !confirmed).length
  log('error', 'nobody gets the alerts of rules on enforce: no reader of the topic of alerts is confirmed', {
    rules,
    pending,
  })
  return true
}

const isCutOff = (found: readonly Subscription[], { log, subscriptions }: Ports): boolean => {
  const queues = findUnsubscribed(found, subscriptions.own)
  if (queues.length === 0) return false
  log('error', 'queues of the stack are not subscribed to the topic of alerts', { queues })
  return true
}

const isMissing = async (ports: Ports): Promise<boolean> => {
  try {
    const found = await ports.subscriptions.list()
    const answers = [isUnread(found, ports), isCutOff(found, ports)]
    return answers.includes(true)
  } catch (error) {
    ports.log('error', `the subscriptions to the topic of alerts could not be read: ${formatError(error)}`, {})
    return true
  }
}

/**
 * Counts each day whether subscriptions to the topic of alerts are missing: stops would be announced to nobody, or a queue of the
 * stack gets no alerts. The alarm keeps its state in between, so that each change is said once. Never throws; what could not be
 * read counts as missing.
 */
export const checkSubscriptions = async (ports: Ports): Promise<void> =>
  ports.count('SubscriptionsMissing', (await isMissing(ports)) ? 1 : 0)
