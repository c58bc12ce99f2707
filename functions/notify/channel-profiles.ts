import type { Channel } from '../../shared/policy/policy.ts'
import type { ChannelProfile } from './ports.ts'

// Slack and Teams count a second by their own clock (Slack API, rate limits), and messages are not all as long on the way.
const A_SECOND = 1_250

const PEOPLE: ChannelProfile = { gapMs: A_SECOND, digests: true, stopsPerDigest: 20, threads: false }
// Who reads by machine wants each alert, and takes many; it says so itself when it is too much.
const MACHINES: ChannelProfile = { gapMs: 0, digests: false, stopsPerDigest: 500, threads: false }

/** How each type of channel is treated. */
export const MANNERS: Readonly<Record<Channel['type'], ChannelProfile>> = {
  slack: { ...PEOPLE, threads: true },
  'slack-webhook': PEOPLE,
  teams: PEOPLE,
  'amazon-q': { ...PEOPLE, stopsPerDigest: 12 },
  webhook: MACHINES,
  'security-hub': MACHINES,
  'event-bus': MACHINES,
  // Its alerts waited for a scheduled delivery: they come one digest at a time.
  email: { gapMs: 0, digests: true, stopsPerDigest: 100, threads: false },
}
