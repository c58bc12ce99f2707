import type { Channel, Policy } from './policy.ts'
import type { RouteProblem } from './route-problems.ts'

/** What CloudFormation takes in a stack (AWS CloudFormation quotas). */
const RESOURCES_PER_STACK = 500
/** What SNS takes on a topic (Amazon SNS quotas, Filter policies per topic). */
const FILTERS_PER_TOPIC = 200
/** What DynamoDB takes in an item, less what lies in the row beside the policy. */
const BYTES_PER_ROW = 390_000

/** The resources of a stack without channels that enforces, those of a channel, and those of one that is a topic more. */
const WITHOUT_CHANNELS = 110
const OF_CHANNEL = 18
const OF_CHAT = 2
/** Each subscribes to the topic of alerts and to that of operations. */
const OF_EMAIL = 2

/** How many resources a stack has for a policy at most, some more than there are. `emails`: how many addresses the deployment names. */
export const resourcesOf = ({ channels = {} }: Policy, emails: number): number => {
  const all: readonly Channel[] = Object.values(channels)
  const addresses = addressesOf(all)
  return all.length === 0
    ? WITHOUT_CHANNELS + OF_EMAIL * emails
    : WITHOUT_CHANNELS + OF_EMAIL * emails + OF_CHANNEL * all.length + addresses + OF_CHAT * chatsOf(all)
}

/** How many filter policies the topic of alerts has. Where a channel has addresses, every subscription has one. */
export const filtersOf = ({ channels = {} }: Policy, emails: number): number => {
  const all: readonly Channel[] = Object.values(channels)
  const addresses = addressesOf(all)
  return all.length + addresses + (addresses > 0 ? emails + 1 : 0)
}

const addressesOf = (all: readonly Channel[]): number =>
  all.reduce((sum, channel) => sum + (channel.type === 'email' ? channel.addresses.length : 0), 0)

const chatsOf = (all: readonly Channel[]): number => all.filter(({ type }) => type === 'amazon-q').length

/** Why a policy cannot be deployed, with the number and the limit, in words `what is wrong; what to do`; the first that there is. */
export const tooMuchToDeploy = (policy: Policy, emails: number): string | undefined => {
  const channels = Object.values(policy.channels ?? {})
  const what = `${channels.length} channels, ${addressesOf(channels)} addresses in them and ${emails} of -c email`
  const filters = filtersOf(policy, emails)
  if (filters > FILTERS_PER_TOPIC)
    return `${what} need ${filters} filters on the topic of alerts, and SNS takes ${FILTERS_PER_TOPIC}; name fewer, or a mailing list in place of addresses`
  const resources = resourcesOf(policy, emails)
  if (resources > RESOURCES_PER_STACK)
    return `${what} need ${resources} resources, and CloudFormation takes ${RESOURCES_PER_STACK} in a stack; name fewer, or a mailing list in place of addresses`
  return undefined
}

/** What of a policy no stack or table takes. */
export const limitProblems = (policy: Policy): readonly RouteProblem[] => {
  const tooMuch = tooMuchToDeploy(policy, 0)
  const bytes = new TextEncoder().encode(JSON.stringify(policy)).length
  return [
    ...(tooMuch === undefined ? [] : [{ path: ['channels'], text: tooMuch }]),
    ...(bytes <= BYTES_PER_ROW
      ? []
      : [{ path: [], text: `has ${bytes} bytes as JSON, and a row of the ledger takes ${BYTES_PER_ROW}; shorten it` }]),
  ]
}
