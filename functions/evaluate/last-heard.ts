import type { Ec2Event } from '../../shared/facts/event.ts'
import { HEARD_BY, HEARD_EVERY_MS, type Heard, WAYS } from '../../shared/ledger/heard.ts'

/** AWS has fewer regions. If more accounts send events here, the time is written more often. */
const MOST = 1000

/** What an event proves: that launches in its region arrive on one of the two paths. */
export const readHeard = (event: Ec2Event, now: Date): Heard | undefined => {
  const way = WAYS.find(each => HEARD_BY[each] === event.kind)
  if (event.kind === 'ignored' || way === undefined) return undefined
  const { accountId, region } = event
  const at = new Date(Math.min(Date.parse(event.event.time), now.getTime())).toISOString()
  return { accountId, region, way, at }
}

/**
 * Writes when a region was heard, for each region and path once an hour at most. Throws what `write` throws. The next
 * event tries again.
 */
export const truncateToHour = (write: (heard: Heard) => Promise<void>): ((heard: Heard) => Promise<void>) => {
  const written = new Map<string, number>()
  return async heard => {
    const key = `${heard.accountId}/${heard.region}/${heard.way}`
    const at = Date.parse(heard.at)
    if (at - (written.get(key) ?? Number.NEGATIVE_INFINITY) < HEARD_EVERY_MS) return
    if (written.size >= MOST) written.clear()
    // Before it is written: of many at the same moment one will do.
    written.set(key, at)
    try {
      await write(heard)
    } catch (error) {
      written.delete(key)
      throw error
    }
  }
}
