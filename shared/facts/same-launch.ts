import type { Launch, Start } from './event.ts'
import type { Actor, InstanceFacts } from './facts.ts'

/**
 * EC2 keeps a client token for at least a day (EC2 API reference, Ensuring idempotency): among instances with the same
 * token, those of another call were made that much earlier or later. A caller without an answer repeats its call for
 * minutes.
 */
const SAME_CALL_MS = 15 * 60_000

const countMsBetween = (one: string, other: string): number => Math.abs(Date.parse(one) - Date.parse(other))

/** Clocks of AWS's services differ by less. */
const CLOCKS_MS = 60_000

/** Whether something of that moment, in milliseconds, was there before a call was made. */
export const isBeforeCall = (ms: number, time: string): boolean => ms < Date.parse(time) - CLOCKS_MS

/** CloudTrail dates a call, and EC2 the launch that it made, within a second or two of each other. */
const SAME_MOMENT_MS = 5_000

/**
 * Who made a call, without the caller if its instances (with the moments of their launches, in milliseconds) may be of an earlier
 * one. Whoever repeats a call of somebody else within the minute that clocks may differ would be taken for the launcher. A service
 * stays named: nobody can have one repeat the call of another, and whether it replaces its instance decides on a stop.
 */
export const nameCaller = (actor: Actor, launched: readonly number[], time: string): Actor => {
  const { arn: _arn, ...others } = actor
  const isProven = launched.every(ms => ms >= Date.parse(time) - SAME_MOMENT_MS)
  return isProven || actor.via !== undefined ? actor : others
}

/** Whether an instance lies in the account of an event. EC2 describes no others; if it did, they would not be ours. */
export const isInAccount = ({ ownerId }: InstanceFacts, accountId: string): boolean =>
  ownerId === undefined || ownerId === accountId

/**
 * Whether EC2's description of an instance proves that this launch made it. The launcher chooses the token and sees
 * those of others, so that the token alone proves nothing: the instance must have been made when the call was. If EC2
 * does not say when that was, its last start counts. An instance that was started again later is then left to a sweep.
 */
export const isOfLaunch = (instance: InstanceFacts, { accountId, event, unlisted }: Launch): boolean => {
  const { clientToken, createdAt, launchTime } = instance
  const madeAt = createdAt ?? launchTime
  return (
    isInAccount(instance, accountId) &&
    clientToken !== undefined &&
    clientToken === unlisted?.clientToken &&
    madeAt !== undefined &&
    countMsBetween(madeAt, event.time) <= SAME_CALL_MS
  )
}

/**
 * Whether a launch that names an instance made it, by the time at which EC2 made it, or else last started it. Undefined
 * if EC2 says neither. A call that repeats a client token names instances of the first call.
 */
export const wasMadeBy = ({ createdAt, launchTime }: InstanceFacts, { event }: Launch): boolean | undefined => {
  const madeAt = createdAt ?? launchTime
  return madeAt === undefined ? undefined : !isBeforeCall(Date.parse(madeAt), event.time)
}

/**
 * Whether an instance runs since this start, or a later one. A start of an instance that runs succeeds too: if the
 * record does not say in which state it was, only the time of its last start decides.
 */
export const isOfStart = (instance: InstanceFacts, { accountId, event, unproven }: Start): boolean => {
  if (!isInAccount(instance, accountId)) return false
  if (!unproven?.includes(instance.instanceId ?? '')) return true
  return instance.launchTime !== undefined && !isBeforeCall(Date.parse(instance.launchTime), event.time)
}
