import type { Writer } from '../facts/writers.ts'
import type { Match } from './policy.ts'

type MatchKey = {
  /** Who writes the fact that the key is compared with. */
  readonly writer: Writer
  /**
   * Who can have the key match: `aws` alone, whoever `launches`, by choosing it for the launch, or whoever `names` a
   * resource or tags it. AWS writes the tag of a group, and the creator of the group names it.
   */
  readonly claimedBy: 'aws' | 'launches' | 'names'
}

/** Of every key of a match: a new one has to say both. */
export const MATCH_KEYS: Readonly<Record<keyof Match, MatchKey>> = {
  accountId: { writer: 'aws', claimedBy: 'aws' },
  instanceId: { writer: 'aws', claimedBy: 'aws' },
  region: { writer: 'launcher', claimedBy: 'launches' },
  imageId: { writer: 'launcher', claimedBy: 'launches' },
  instanceType: { writer: 'launcher', claimedBy: 'launches' },
  autoScalingGroup: { writer: 'aws', claimedBy: 'names' },
  // Whoever writes a file chooses its addresses, and lint alone reads them.
  address: { writer: 'launcher', claimedBy: 'launches' },
  // One that begins with `aws:` is AWS's (facts/writers.ts).
  tags: { writer: 'tagger', claimedBy: 'names' },
}
