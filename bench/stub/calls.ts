/** One call that the stub answered. Times are in ms on the stub's own monotonic clock. */
export type Call = {
  /** The access key that signed it; the bench gives each process its own. */
  readonly client: string
  readonly action: string
  readonly connection: number
  readonly start: number
  readonly end: number
  readonly unexpected?: string
}

/** The calls that `client` made, by name, in the order in which they arrived. */
export const createCalls = (calls: readonly Call[], client: string): Call[] =>
  calls.filter(call => call.client === client).sort((a, b) => a.start - b.start)

/** How many connections these calls used. */
export const countConnections = (calls: readonly Call[]): number => new Set(calls.map(call => call.connection)).size

/**
 * The number of these calls that had to wait for one another: the longest chain in which each starts after the one
 * before it was answered. Calls that ran side by side count once.
 */
export function countRoundTrips(calls: readonly Call[]): number {
  const byEnd = [...calls].sort((a, b) => a.end - b.end)
  let trips = 0
  let free = Number.NEGATIVE_INFINITY
  for (const call of byEnd) {
    if (call.start < free) continue
    trips += 1
    free = call.end
  }
  return trips
}

/** The time in ms in which at least one of these calls had no answer yet: the wait of the caller. */
export function getWaitedMs(calls: readonly Call[]): number {
  let waited = 0
  let seen = Number.NEGATIVE_INFINITY
  for (const { start, end } of [...calls].sort((a, b) => a.start - b.start)) {
    waited += Math.max(0, end - Math.max(start, seen))
    seen = Math.max(seen, end)
  }
  return waited
}
