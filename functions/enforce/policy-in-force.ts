import type { Policy } from '../../shared/policy/policy.ts'
import { requireDeployedChannels } from '../../shared/policy/same-channels.ts'
import { noticeUnannounced } from '../runtime/unannounced.ts'
import type { EnforcePorts } from './ports.ts'

/** What counts at this moment. `problem`: what operators have set cannot be used, so that nothing may be stopped on it. */
export type InForce = { readonly policy: Policy; readonly stops: 'on' | 'off'; readonly problem?: string }

/**
 * Reads the policy and the switch now. A live policy that is not valid leaves the deployed one, which may lack what was
 * exempted since: it is good enough to say why nothing is stopped, and not to stop. Throws if it cannot be read.
 */
export const readPolicyInForce = async (ports: EnforcePorts): Promise<InForce> => {
  const { live, deployed, count, log } = ports
  const read = await live()
  noticeUnannounced(read, ports)
  const { policy = deployed, stops, problem } = requireDeployedChannels(read, deployed)
  if (problem === undefined) return { policy, stops }
  count('PolicyInvalid')
  log('error', `the live policy is not valid, so nothing is stopped: ${problem}`, {})
  return { policy, stops, problem }
}

/**
 * The policy by whose routes is told what became of a stop: the one that was read for the message already, else read now,
 * unless there is no channel to send to. Throws if it cannot be read.
 */
export const readPolicyForAlerts = async (ports: EnforcePorts, inForce: InForce | undefined): Promise<Policy> =>
  ports.deployed.channels === undefined ? ports.deployed : (inForce ?? (await readPolicyInForce(ports))).policy
