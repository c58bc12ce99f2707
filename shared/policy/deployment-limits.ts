import { MACHINES } from './channel-words.ts'
import type { Channel, Policy } from './policy.ts'
import type { RouteProblem } from './route-problems.ts'

/** The limit of CloudFormation for a stack (AWS CloudFormation quotas). */
const RESOURCES_PER_STACK = 500
/** The limit of SNS for a topic (Amazon SNS quotas, Filter policies per topic). */
const FILTERS_PER_TOPIC = 200
/** The limit of DynamoDB for an item, less the other attributes of the row. */
const BYTES_PER_ROW = 390_000

// The resources of a stack, some more than there are, so that the next alarm changes nothing here.
const OBSERVING = 82
const ENFORCING = 106
const OF_CHANNEL = 15
/** Of a channel with scheduled deliveries: a role with its policy. */
const OF_HELD = 2
/** Of one that is a topic. */
const OF_CHAT = 2
/** Each subscribes to the topic of alerts and to that of operations. */
const OF_EMAIL = 2

/** The setting of a deployment beside its policy: the number of addresses. */
export type Deployment = { readonly emails: number }

const isEnforcing = ({ rules }: Policy): boolean => Object.values(rules).some(({ mode }) => mode === 'enforce')

/** How many resources a stack has for a policy: at most so many, and hardly less. */
export const describeAlertResources = (policy: Policy, { emails }: Deployment): number => {
  const all: readonly Channel[] = Object.values(policy.channels ?? {})
  const scheduled = all.filter(({ type }) => !MACHINES.includes(type)).length
  return (
    (isEnforcing(policy) ? ENFORCING : OBSERVING) +
    OF_EMAIL * emails +
    OF_CHANNEL * all.length +
    OF_HELD * scheduled +
    OF_CHAT * all.filter(({ type }) => type === 'amazon-q').length +
    countAddresses(all)
  )
}

/** The number of filter policies of the topic of alerts. If a channel has addresses, every subscription has one. */
export const countFilters = ({ channels = {} }: Policy, { emails }: Deployment): number => {
  const all: readonly Channel[] = Object.values(channels)
  const addresses = countAddresses(all)
  return all.length + addresses + (addresses > 0 ? emails + 1 : 0)
}

const countAddresses = (all: readonly Channel[]): number =>
  all.reduce((sum, channel) => sum + (channel.type === 'email' ? channel.addresses.length : 0), 0)

/**
 * Why a policy cannot be deployed, with the number and the limit, in words `what is wrong; what to do`. Only the first
 * reason.
 */
export const describeExcess = (policy: Policy, deployment: Deployment): string | undefined => {
  const channels = Object.values(policy.channels ?? {})
  const what = `${channels.length} channels, ${countAddresses(channels)} addresses in them and ${deployment.emails} of -c email`
  const filters = countFilters(policy, deployment)
  if (filters > FILTERS_PER_TOPIC)
    return `${what} need ${filters} filters on the topic of alerts, and SNS takes ${FILTERS_PER_TOPIC}; name fewer, or a mailing list in place of addresses`
  const resources = describeAlertResources(policy, deployment)
  if (resources > RESOURCES_PER_STACK)
    return `${what} need ${resources} resources, and CloudFormation takes ${RESOURCES_PER_STACK} in a stack; name fewer, or a mailing list in place of addresses`
  return undefined
}

/** The limits of a stack or table that a policy exceeds. */
export const findLimitProblems = (policy: Policy): readonly RouteProblem[] => {
  const tooMuch = describeExcess(policy, { emails: 0 })
  const bytes = new TextEncoder().encode(JSON.stringify(policy)).length
  return [
    ...(tooMuch === undefined ? [] : [{ path: ['channels'], text: tooMuch }]),
    ...(bytes <= BYTES_PER_ROW
      ? []
      : [{ path: [], text: `has ${bytes} bytes as JSON, and a row of the ledger takes ${BYTES_PER_ROW}; shorten it` }]),
  ]
}
