import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { createEc2Reader } from './ec2-reader.ts'
import type { Ec2Reader } from './ports.ts'

// No account but those of an organization needs STS.
const loadSts = () => import('../../shared/aws/role-sessions.ts')

type Sessions = ReturnType<Awaited<ReturnType<typeof loadSts>>['keepSessions']>

/** Each has an EC2 client, and images that it remembers. What is left out is made again. */
const MOST_READERS = 200

export type Spokes = {
  readonly partition: string
  /** Of the hub: STS is asked there and nowhere else. */
  readonly region: string
  /** The name of the role in every spoke. */
  readonly role: string
  /** Called for each read that an account or its organization refuses. */
  readonly onDenied: (place: AccountRegion, why: string) => void
}

const createSessions = async ({ partition, region, role }: Spokes): Promise<Sessions> => {
  const { assumeRole, createStsClient, keepSessions } = await loadSts()
  const sts = createStsClient(region)
  const assume = (accountId: string) =>
    assumeRole(sts, { roleArn: `arn:${partition}:iam::${accountId}:role/${role}`, sessionName: 'virtguard-evaluate' })
  return keepSessions(assume, Date.now)
}

/**
 * Reads EC2 in the accounts and regions of an organization, by a role in each account. A session is assumed at the first
 * read of an account, and kept.
 */
export const createSpokeReaders = (spokes: Spokes): ((place: AccountRegion) => Ec2Reader) => {
  let sessions: Promise<Sessions> | undefined
  const readers = new Map<string, Ec2Reader>()
  const open = (place: AccountRegion): Ec2Reader => {
    const credentials = async () => {
      sessions ??= createSessions(spokes)
      return (await sessions)(place.accountId)
    }
    const onDenied = (why: string) => spokes.onDenied(place, why)
    return { ...createEc2Reader({ region: place.region, credentials }, onDenied), isSpoke: true }
  }
  return place => {
    const key = `${place.accountId}/${place.region}`
    const reader = readers.get(key) ?? open(place)
    // The one that was used last is the last in a map.
    readers.delete(key)
    readers.set(key, reader)
    const [oldest] = readers.keys()
    if (readers.size > MOST_READERS && oldest !== undefined) readers.delete(oldest)
    return reader
  }
}
