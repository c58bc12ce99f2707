import type { SweepPorts } from '../../functions/sweep/ports.ts'

/** A stack whose alerts somebody gets. */
export const SUBSCRIBED: SweepPorts['subscriptions'] = {
  own: [],
  list: async () => [{ endpoint: 'user@example.com', confirmed: true }],
}
