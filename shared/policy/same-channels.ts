import type { Policy } from './policy.ts'

const inOrder = (object: object): readonly (readonly [string, unknown])[] =>
  Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** The channels of a policy as one text: the same for the same channels, in whatever order they are written. */
export const channelsText = ({ channels = {} }: Policy): string =>
  JSON.stringify(inOrder(channels).map(([name, channel]) => [name, inOrder(Object(channel))]))

/** Why a live policy cannot be used with the channels that are deployed, in one line; nothing where it can. */
export const channelsProblem = (live: Policy, deployed: Policy): string | undefined =>
  channelsText(live) === channelsText(deployed)
    ? undefined
    : 'its channels are not those that are deployed; deploy the stack with it, channels change with a deployment only'
