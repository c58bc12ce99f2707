import type { SweepPorts } from '../../functions/sweep/ports.ts'

/** A stack whose alerts have a subscriber. */
export const SUBSCRIBED: SweepPorts['subscriptions'] = {
  own: [],
  list: async () => [{ endpoint: 'user@example.com', confirmed: true }],
}
