import type { Alert } from '../../shared/alert/alert.ts'
import { isOpening } from '../../shared/channels/follow-up.ts'
import type { Job } from '../../shared/channels/sending.ts'
import type { Turn } from './delivery.ts'
import { deleteAll, rememberThreads, threadFor } from './order.ts'
import type { NotifyPorts } from './ports.ts'
import type { Parcel } from './send-parcel.ts'

/** A turn of an alert, not of the flush. */
export type AlertTurn = Turn & { readonly alert: Alert }

/** More than that at once is a burst. */
const BURST = 5

/** Written down for each alert as soon as it is out: what dies before is told once more. */
const arrivedWith =
  (turns: readonly AlertTurn[], job: Job, ports: NotifyPorts): Parcel['arrived'] =>
  async ref => {
    const { rows, now, manners } = ports
    // A reply belongs to the message that began the thread.
    // Stryker disable next-line ConditionalExpression: a digest has no thread
    const thread = job.kind === 'alert' ? (job.thread ?? ref) : ref
    const alerts = turns.map(({ alert }) => alert)
    if (manners.threads && thread !== undefined) await rememberThreads(alerts, { ref: thread, now: now() }, ports)
    for (const { row, open } of turns) {
      await rows.finish(row, { state: 'sent', at: now(), ...(ref !== undefined && { ref }) })
      await deleteAll(open, ports)
    }
    ports.count('ChannelSent', turns.length)
  }

const alone = async (turn: AlertTurn, ports: NotifyPorts): Promise<Parcel> => {
  const { alert, open } = turn
  const thread = ports.manners.threads ? await threadFor(open, ports) : undefined
  const job: Job = { kind: 'alert', alert, ...(thread !== undefined && { thread }) }
  return { turns: [turn], job, arrived: arrivedWith([turn], job, ports) }
}

const oldestFirst = (a: AlertTurn, b: AlertTurn): number => ((a.alert.at ?? '') < (b.alert.at ?? '') ? -1 : 1)

/**
 * The messages that tell these alerts, each made when the one before is out: one for each alert, but in a burst one for
 * all that begin a story; what goes on with one comes last.
 */
export async function* parcelsOf(turns: readonly AlertTurn[], ports: NotifyPorts): AsyncGenerator<Parcel> {
  const sorted = turns.toSorted(oldestFirst)
  const canGather = ({ alert, row }: AlertTurn): boolean => isOpening(alert) && row.alone === undefined
  const [openings, others] = [sorted.filter(canGather), sorted.filter(turn => !canGather(turn))]
  const [first, second, ...rest] = openings
  // Stryker disable next-line ConditionalExpression: where there is a second, there is a first
  if (ports.manners.digests && turns.length > BURST && first !== undefined && second !== undefined) {
    const job: Job = { kind: 'digest', alerts: openings.map(({ alert }) => alert) }
    yield { turns: [first, second, ...rest], job, arrived: arrivedWith(openings, job, ports) }
  } else for (const turn of openings) yield await alone(turn, ports)
  for (const turn of others) yield await alone(turn, ports)
}
