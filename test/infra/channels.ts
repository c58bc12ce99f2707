import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Channel, Policy } from '../../shared/policy/policy.ts'

const secret = (name: string) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}-AbCdEf`

/** One of each type, and one with a name of two words whose secret has a key of its own. */
export const CHANNELS: Readonly<Record<string, Channel>> = {
  ops: { type: 'slack', secret: secret('slack'), channel: 'C0123ABCD' },
  hook: { type: 'slack-webhook', secret: secret('hook') },
  teams: { type: 'teams', secret: secret('teams') },
  'night-shift': {
    type: 'webhook',
    secret: secret('night'),
    key: 'arn:aws:kms:eu-central-1:123456789012:key/0123-4567',
    format: 'ocsf',
  },
  chat: { type: 'amazon-q' },
  hub: { type: 'security-hub' },
  bus: { type: 'event-bus', bus: 'default' },
  mail: { type: 'email', addresses: ['ops@example.com', 'user@example.com'] },
}

/** Every alert to every channel. */
export const WITH_CHANNELS: Policy = { ...DEFAULT_POLICY, channels: CHANNELS }

/** Two of them, one held at night, one told daily. */
export const WITH_HOLDING: Policy = {
  ...WITH_CHANNELS,
  routes: [
    { match: {}, to: Object.keys(CHANNELS).filter(name => name !== 'mail' && name !== 'night-shift') },
    { match: {}, to: ['night-shift'], quiet: { from: '22:00', to: '07:00', zone: 'Europe/Berlin' } },
    { match: {}, to: ['mail'], daily: { at: '08:00', zone: 'Europe/Berlin' } },
  ],
}
