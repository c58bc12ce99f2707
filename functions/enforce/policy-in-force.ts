import { listDisabledAccounts } from '../../shared/policy/account-stops.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { requireDeployedChannels } from '../../shared/policy/same-channels.ts'
import { noticeUnannounced } from '../runtime/unannounced.ts'
import type { EnforcePorts } from './ports.ts'

/**
 * The policy and the switch at this moment. `problem`: the operators' setting cannot be used, so that nothing may be
 * stopped.
 */
export type InForce = {
  readonly policy: Policy
  readonly stops: 'on' | 'off'
  /** The accounts whose own switch is off. Absent if none is. */
  readonly disabledAccounts?: readonly string[]
  readonly problem?: string
}

/**
 * Reads the policy and the switch now. If the live policy is not valid, the deployed one is in force. That one may lack
 * recent exemptions: it may explain why nothing is stopped, but stops nothing. Throws if it cannot be read.
 */
export const readPolicyInForce = async (ports: EnforcePorts): Promise<InForce> => {
  const { live, deployed, count, log } = ports
  const read = await live()
  noticeUnannounced(read, ports)
  const { policy = deployed, stops, problem } = requireDeployedChannels(read, deployed)
  const disabledAccounts = listDisabledAccounts(read)
  if (problem === undefined) return { policy, stops, ...(disabledAccounts.length > 0 && { disabledAccounts }) }
  count('PolicyInvalid')
  log('error', `the live policy is not valid, so nothing is stopped: ${problem}`, {})
  return { policy, stops, problem }
}

/**
 * The policy whose routes the outcome of a stop takes. It is the one that was read for the message, or is read now,
 * unless there is no channel. Throws if it cannot be read.
 */
export const readPolicyForAlerts = async (ports: EnforcePorts, inForce: InForce | undefined): Promise<Policy> =>
  ports.deployed.channels === undefined ? ports.deployed : (inForce ?? (await readPolicyInForce(ports))).policy
