import type { RateLimitRequest } from '../../shared/aws/channels/rate-limit.ts'
import type { Job, Sent } from '../../shared/channels/sending.ts'
import {
  type ClaimedAlert,
  type Done,
  deadLetter,
  formatShortError,
  nextStopOf,
  recordFailure,
  wait,
} from './delivery.ts'
import type { NotifyPorts } from './ports.ts'
import { countSecondsUntil } from './take-alert.ts'

/** One message to a channel, and the claimed alerts that it ends. */
export type OutgoingMessage = {
  readonly claims: readonly [ClaimedAlert, ...ClaimedAlert[]]
  readonly job: Job
  /** Records that it was sent. `ref` is what later messages reply to. */
  readonly arrived: (ref: string | undefined) => Promise<void>
}

/** An alert that waits longer than this is sent in a digest with the others that wait. */
const GATHER_MS = 5_000

const createRequest = ({ claims }: OutgoingMessage, { now, profile }: NotifyPorts): RateLimitRequest => {
  const slots = claims.flatMap(({ row: { slot } }) => slot ?? [])
  const isPatient = profile.digests && claims.every(({ open, row }) => open.length === 0 && row.waits === 0)
  return {
    now: now(),
    gapMs: profile.gapMs,
    ...(slots.length > 0 && { slot: Math.min(...slots) }),
    ...(isPatient && { gatherAfterMs: GATHER_MS }),
    ...(claims.some(claimed => nextStopOf(claimed, now()) !== undefined) && { hasStopAhead: true }),
  }
}

/** Asks for a rate limit slot. A message that has to wait comes back at its slot. */
const mayGo = async (outgoing: OutgoingMessage, ports: NotifyPorts): Promise<boolean> => {
  const answer = await ports.rows.requestSlot(createRequest(outgoing, ports))
  if (answer.go) return true
  const seconds = countSecondsUntil(answer.at, ports.now())
  const slot = answer.slot === undefined ? {} : { slot: answer.slot }
  await settleEach(outgoing.claims, claimed => {
    const waits = Math.max(1, claimed.row.waits)
    return wait(
      claimed,
      { seconds, why: 'it waited for its turn under the rate limit of the channel', ...slot, waits },
      ports,
    )
  })
  return false
}

const settleEach = async (
  claims: OutgoingMessage['claims'],
  settle: (claimed: ClaimedAlert) => Promise<Done>,
): Promise<readonly Done[]> => {
  const done: Done[] = []
  for (const claimed of claims) done.push(await settle(claimed))
  return done
}

const finishAll = async (
  { claims, arrived }: OutgoingMessage,
  sent: Sent,
  ports: NotifyPorts,
): Promise<readonly Done[]> => {
  switch (sent.kind) {
    case 'sent':
      await arrived(sent.ref)
      ports.log('info', `sent: ${sent.says}`, { alerts: claims.map(({ row }) => row.sk) })
      return claims.map(() => true)
    case 'later': {
      const { seconds, why } = sent
      await ports.rows.closeUntil(new Date(ports.now().getTime() + seconds * 1000))
      ports.log('warn', `the channel asks to wait ${seconds} s: ${why}`, { alerts: claims.map(({ row }) => row.sk) })
      return settleEach(claims, claimed => wait(claimed, { seconds, why }, ports))
    }
    case 'refused':
      if (sent.ofMessage && claims.length > 1)
        return settleEach(claims, claimed => wait(claimed, { seconds: 1, why: sent.why, alone: 1 }, ports))
      return settleEach(claims, claimed => deadLetter(claimed, sent.why, ports))
    // Stryker disable next-line ConditionalExpression: the compiler knows that there is no other kind
    default:
      return sent satisfies never
  }
}

const attemptSend = async (
  job: Job,
  { send }: NotifyPorts,
): Promise<Sent | { readonly kind: 'failed'; why: string }> => {
  try {
    return await send(job)
  } catch (error) {
    return { kind: 'failed', why: formatShortError(error) }
  }
}

/**
 * Sends one message, or defers its alerts. Returns for each alert whether it is done. Throws what DynamoDB or SQS
 * throws: if the message was sent by then, it is sent once more.
 */
export const sendOutgoing = async (outgoing: OutgoingMessage, ports: NotifyPorts): Promise<readonly Done[]> => {
  const { claims, job } = outgoing
  if (!ports.hasTime())
    return settleEach(claims, claimed => wait(claimed, { seconds: 1, why: 'the function had no time left' }, ports))
  if (!(await mayGo(outgoing, ports))) return claims.map(() => false)
  const sent = await attemptSend(job, ports)
  if (sent.kind === 'failed') return settleEach(claims, claimed => recordFailure(claimed, sent.why, ports))
  return finishAll(outgoing, sent, ports)
}
