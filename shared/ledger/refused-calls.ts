import type { Finding } from '../engine/finding.ts'
import { identifyCaller } from '../facts/actor.ts'
import { limitMiddle } from '../facts/chosen-name.ts'
import { isRepeating } from '../facts/refusal.ts'
import type { RowKey } from './row.ts'

// A refused call costs nothing, and whoever makes it may make it without end, or a script that tries again may.

/** So many pairs that one caller is refused are alerted in a day. */
export const MOST_PAIRS = 20

const KEPT_SECONDS = 3 * 86_400

/** The keys under which a refusal is noted: one for its pair, two for its caller. */
export type RefusedCall = {
  readonly pair: RowKey
  readonly caller: RowKey
  /** What the caller is refused beyond the limit. */
  readonly rest: RowKey
  readonly eventId: string
  readonly expiresAt: number
}

/** `first` of its pair in this day; `repeated`; or the first beyond the `limit` of its caller. */
export type Admission = 'first' | 'repeated' | 'limit'

// A sort key of DynamoDB has at most 1,024 bytes, and a character at most three. The end of a pair is what differs in two of them.
const CALLER_LENGTH = 130
const PAIR_LENGTH = 160

/**
 * By whom, of what and in which day (UTC) EC2 refused it. Undefined for a service that asks again and again: its group or
 * template is in the id of the finding.
 */
export const findRefusedCall = ({ rule, resource, actor, event, reasons, facts }: Finding): RefusedCall | undefined => {
  if (rule !== 'incompatible-launch' || isRepeating(actor)) return undefined
  const pk = `${resource.accountId}#${resource.region}#refused`
  const day = event.time.slice(0, 10)
  const caller = limitMiddle(identifyCaller(actor) ?? actor.via ?? '', CALLER_LENGTH)
  // The id of a call is of this call alone.
  const of = resource.id.startsWith(event.id) ? '' : resource.id
  const pair = limitMiddle([of, reasons, facts.imageId, facts.instanceType].join(' '), PAIR_LENGTH)
  const buildKey = (name: string): RowKey => ({ pk, sk: `${day} ${caller} ${name}` })
  return {
    pair: buildKey(`pair-${pair}`),
    caller: buildKey('pairs'),
    rest: buildKey('rest'),
    eventId: event.id,
    expiresAt: Math.floor(Date.parse(event.time) / 1000) + KEPT_SECONDS,
  }
}
