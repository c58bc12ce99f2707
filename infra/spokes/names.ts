// The names that hub and spokes know of each other. No role of the hub has the name of a role of a spoke, so that the
// account of the hub can be a spoke, too.

/** The custom event bus of the hub. */
export const HUB_BUS = 'virtguard'

/** The roles of the functions in the account of the hub. Spokes trust them by these names. */
export const HUB_ROLES = {
  Evaluate: 'virtguard-evaluate',
  Sweep: 'virtguard-sweep',
  Enforce: 'virtguard-enforce',
} as const

/** The roles in each spoke. */
export const SPOKE_ROLES = { forward: 'virtguard-forward', read: 'virtguard-read', stop: 'virtguard-stop' } as const

/** What the names of a spoke's rules begin with. The forwarding role trusts no other rule. */
export const RULE_PREFIX = 'virtguard-'
