import { assumeRole, createStsClient, isDenied } from '../../shared/aws/role-sessions.ts'
import { stopClient, stopInstance } from '../../shared/aws/stop.ts'
import { buildStopSessionPolicy, NOTHING_ALLOWED, type StopTarget } from '../../shared/aws/stop-session.ts'
import type { SpokeAccess, SpokePorts } from './ports.ts'
import { stopReader } from './stop-reader.ts'

export type Hub = {
  readonly partition: string
  /** STS is asked there and nowhere else. */
  readonly region: string
  /** The name of the role in every spoke. */
  readonly role: string
}

const SESSION_NAME = 'virtguard-enforce'

/** The shortest that STS gives. A message is handled within a minute. */
const SHORTEST_SECONDS = 900

/** Both become part of an ARN, in which other characters have a meaning of their own. */
const requirePlain = ({ accountId, region }: Omit<StopTarget, 'instanceId'>): void => {
  if (!/^\d{12}$/.test(accountId) || !/^[a-z0-9-]+$/.test(region))
    throw new Error(`no account and region: ${JSON.stringify({ accountId, region })}`)
}

/**
 * EC2 in the accounts of an organization, for stops. Each session is for one instance and one message, and is given to no other.
 * What STS refuses is an answer; every other error of STS is thrown.
 */
export const createSpokes = ({ partition, region, role }: Hub): Pick<SpokePorts, 'open' | 'try'> => {
  const sts = createStsClient(region)
  const assume = (accountId: string, policy: string) =>
    assumeRole(sts, {
      roleArn: `arn:${partition}:iam::${accountId}:role/${role}`,
      sessionName: SESSION_NAME,
      policy,
      seconds: SHORTEST_SECONDS,
    })
  const openSpoke = async (target: StopTarget): Promise<SpokeAccess> => {
    requirePlain(target)
    try {
      const credentials = await assume(target.accountId, buildStopSessionPolicy(target, partition))
      const client = stopClient({ region: target.region, credentials })
      return {
        kind: 'open',
        ec2: stopReader(client),
        stop: instanceId => stopInstance(client, instanceId),
        close: () => client.destroy(),
      }
    } catch (error) {
      if (!isDenied(error)) throw error
      return { kind: 'refused', error: error.name, message: error.message }
    }
  }
  const tryRole = async (accountId: string): Promise<'assumed' | 'refused'> => {
    requirePlain({ accountId, region })
    try {
      await assume(accountId, NOTHING_ALLOWED)
      return 'assumed'
    } catch (error) {
      if (!isDenied(error)) throw error
      return 'refused'
    }
  }
  return { open: openSpoke, try: tryRole }
}
