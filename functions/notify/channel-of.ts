import type { Channel, Policy } from '../../shared/policy/policy.ts'

/** The channel of that name in the policy that was deployed. */
export const findChannel = ({ channels = {} }: Policy, name: string): Channel => {
  const channel = Object.hasOwn(channels, name) ? channels[name] : undefined
  if (channel !== undefined) return channel
  throw new Error(`the policy that was deployed has no channel ${name}; deploy the stack again`)
}
