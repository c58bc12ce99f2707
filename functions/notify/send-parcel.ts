import type { Job, Sent } from '../../shared/channels/sending.ts'
import { type Done, failed, park, shortLine, type Turn, wait } from './delivery.ts'
import type { NotifyPorts } from './ports.ts'
import { secondsUntil } from './take-alert.ts'

/** One message to a channel, and the turns that it ends. */
export type Parcel = {
  readonly turns: readonly [Turn, ...Turn[]]
  readonly job: Job
  /** Writes down that it is out. `ref` is what later messages reply to. */
  readonly arrived: (ref: string | undefined) => Promise<void>
}

/** What waits for more than this is told together with what else waits. */
const GATHER_MS = 5_000

/** Asks for the turn. What has to wait comes back when it is its turn. */
const mayGo = async ({ turns }: Parcel, ports: NotifyPorts): Promise<boolean> => {
  const { rows, now, manners } = ports
  const slots = turns.flatMap(({ row: { slot } }) => slot ?? [])
  const isPatient = manners.digests && turns.every(({ open, row }) => open.length === 0 && row.waits === 0)
  const answer = await rows.takeTurn({
    now: now(),
    gapMs: manners.gapMs,
    ...(slots.length > 0 && { slot: Math.min(...slots) }),
    ...(isPatient && { gatherAfterMs: GATHER_MS }),
  })
  if (answer.go) return true
  const seconds = secondsUntil(answer.at, now())
  const slot = answer.slot === undefined ? {} : { slot: answer.slot }
  await each(turns, turn => {
    const waits = Math.max(1, turn.row.waits)
    return wait(turn, { seconds, why: 'it was not its turn', ...slot, waits }, ports)
  })
  return false
}

const each = async (turns: Parcel['turns'], settle: (turn: Turn) => Promise<Done>): Promise<readonly Done[]> => {
  const done: Done[] = []
  for (const turn of turns) done.push(await settle(turn))
  return done
}

const settle = async ({ turns, arrived }: Parcel, sent: Sent, ports: NotifyPorts): Promise<readonly Done[]> => {
  switch (sent.kind) {
    case 'sent':
      await arrived(sent.ref)
      ports.log('info', `sent: ${sent.says}`, { alerts: turns.map(({ row }) => row.sk) })
      return turns.map(() => true)
    case 'later': {
      const { seconds, why } = sent
      await ports.rows.closeUntil(new Date(ports.now().getTime() + seconds * 1000))
      ports.log('warn', `the channel asks to wait ${seconds} s: ${why}`, { alerts: turns.map(({ row }) => row.sk) })
      return each(turns, turn => wait(turn, { seconds, why }, ports))
    }
    case 'refused':
      if (sent.ofMessage && turns.length > 1)
        return each(turns, turn => wait(turn, { seconds: 1, why: sent.why, alone: 1 }, ports))
      return each(turns, turn => park(turn, sent.why, ports))
    // Stryker disable next-line ConditionalExpression: the compiler knows that there is no other kind
    default:
      return sent satisfies never
  }
}

const attempt = async (job: Job, { send }: NotifyPorts): Promise<Sent | { readonly kind: 'failed'; why: string }> => {
  try {
    return await send(job)
  } catch (error) {
    return { kind: 'failed', why: shortLine(error) }
  }
}

/**
 * Sends one message, or puts its turns off. Says for each of them whether it is done. Throws what DynamoDB or SQS throws:
 * if the message is out by then, it is sent once more.
 */
export const sendParcel = async (parcel: Parcel, ports: NotifyPorts): Promise<readonly Done[]> => {
  const { turns, job } = parcel
  if (!ports.hasTime()) return each(turns, turn => wait(turn, { seconds: 1, why: 'there was no time left' }, ports))
  if (!(await mayGo(parcel, ports))) return turns.map(() => false)
  const sent = await attempt(job, ports)
  if (sent.kind === 'failed') return each(turns, turn => failed(turn, sent.why, ports))
  return settle(parcel, sent, ports)
}
