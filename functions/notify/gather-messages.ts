import type { Alert } from '../../shared/alert/alert.ts'
import { isOpening } from '../../shared/channels/follow-up.ts'
import type { Job } from '../../shared/channels/sending.ts'
import type { ClaimedAlert } from './delivery.ts'
import { deleteAll, findThread, rememberThreads } from './order.ts'
import type { NotifyPorts } from './ports.ts'
import type { OutgoingMessage } from './send-message.ts'

/** A claimed alert, not a release. */
export type ReadableAlert = ClaimedAlert & { readonly alert: Alert }

/** More than that at once is a burst. */
const BURST = 5

/** Recorded for each alert as soon as it is sent. If the function dies before, the alert is sent once more. */
const createArrival =
  (claims: readonly ReadableAlert[], job: Job, ports: NotifyPorts): OutgoingMessage['arrived'] =>
  async ref => {
    const { rows, now, profile } = ports
    // A reply belongs to the message that began the thread.
    // Stryker disable next-line ConditionalExpression: a digest has no thread
    const thread = job.kind === 'alert' ? (job.thread ?? ref) : ref
    const alerts = claims.map(({ alert }) => alert)
    if (profile.threads && thread !== undefined) await rememberThreads(alerts, { ref: thread, now: now() }, ports)
    for (const { row, open } of claims) {
      await rows.finish(row, { state: 'sent', at: now(), ...(ref !== undefined && { ref }) })
      await deleteAll(open, ports)
    }
    ports.count('ChannelSent', claims.length)
  }

const createSingleMessage = async (claimed: ReadableAlert, ports: NotifyPorts): Promise<OutgoingMessage> => {
  const { alert, open } = claimed
  const thread = ports.profile.threads ? await findThread(open, ports) : undefined
  const job: Job = { kind: 'alert', alert, ...(thread !== undefined && { thread }) }
  return { claims: [claimed], job, arrived: createArrival([claimed], job, ports) }
}

const compareByAge = (a: ReadableAlert, b: ReadableAlert): number => ((a.alert.at ?? '') < (b.alert.at ?? '') ? -1 : 1)

/**
 * The messages of these alerts, each made when the one before was sent. Each alert has a message, but the first alerts
 * of a burst share one. Follow-ups come last.
 */
export async function* gatherMessages(
  claims: readonly ReadableAlert[],
  ports: NotifyPorts,
): AsyncGenerator<OutgoingMessage> {
  const sorted = claims.toSorted(compareByAge)
  const canGather = ({ alert, row }: ReadableAlert): boolean => isOpening(alert) && row.alone === undefined
  const [openings, others] = [sorted.filter(canGather), sorted.filter(claimed => !canGather(claimed))]
  const [first, second, ...rest] = openings
  // Stryker disable next-line ConditionalExpression: where there is a second, there is a first
  if (ports.profile.digests && claims.length > BURST && first !== undefined && second !== undefined) {
    const job: Job = { kind: 'digest', alerts: openings.map(({ alert }) => alert) }
    yield { claims: [first, second, ...rest], job, arrived: createArrival(openings, job, ports) }
  } else for (const claimed of openings) yield await createSingleMessage(claimed, ports)
  for (const claimed of others) yield await createSingleMessage(claimed, ports)
}
