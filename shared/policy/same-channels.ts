import type { Policy } from './policy.ts'

const sortKeys = (object: object): readonly (readonly [string, unknown])[] =>
  Object.keys(object)
    .toSorted()
    .map(key => [key, Reflect.get(object, key)])

/** The channels of a policy as one text: the same for the same channels, in any order. */
export const serializeChannels = ({ channels = {} }: Policy): string =>
  JSON.stringify(sortKeys(channels).map(([name, channel]) => [name, sortKeys(Object(channel))]))

const OTHERS =
  'its channels are not those that are deployed; deploy the stack with it: channels change with a deployment only'

/**
 * The setting of operators. A policy with other channels than the deployed one is not valid, because no alert may be
 * sent to a channel that does not exist.
 */
export const requireDeployedChannels = <Live extends { readonly policy?: Policy; readonly problem?: string }>(
  live: Live,
  deployed: Policy,
): Live | (Omit<Live, 'policy'> & { readonly policy?: never; readonly problem: string }) => {
  const { policy, ...rest } = live
  return policy === undefined || serializeChannels(policy) === serializeChannels(deployed)
    ? live
    : { ...rest, problem: OTHERS }
}
