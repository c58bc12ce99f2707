/**
 * A queue of SQS with its event source mapping, on a clock of its own: messages are hidden while they are worked on, those
 * that fail come back when their visibility ends, and time goes on only when there is nothing to do.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { aBatch } from './sqs.ts'

type Message = { readonly id: string; readonly body: string; visibleAt: number; receives: number }
export type Parked = { readonly body: string; readonly reason: string }

const VISIBILITY_MS = 180_000

export const channelQueue = ({
  start,
  batchSize = 20,
  workers = 1,
}: {
  readonly start: Date
  readonly batchSize?: number
  /** How many copies of the function work at once. */
  readonly workers?: number
}) => {
  let clock = start.getTime()
  let sent = 0
  const messages = new Map<string, Message>()
  const parked: Parked[] = []
  const receives: number[] = []

  const put = (body: string, at = clock): void => {
    sent += 1
    const id = `message-${sent}`
    messages.set(id, { id, body, visibleAt: at, receives: 0 })
  }

  const receive = (): readonly Message[] =>
    [...messages.values()].filter(({ visibleAt }) => visibleAt <= clock).slice(0, batchSize * workers)

  const recordOf = (message: Message): SQSRecord => {
    const [record] = aBatch([message.body], message.receives).Records
    if (record === undefined) throw new Error('no record')
    return { ...record, messageId: message.id, receiptHandle: `${message.id} ${message.receives}` }
  }

  const work = async (handle: (batch: SQSEvent) => Promise<SQSBatchResponse>, due: readonly Message[]) => {
    for (const message of due) {
      message.visibleAt = clock + VISIBILITY_MS
      message.receives += 1
    }
    const ids = due.map(({ id }) => id)
    const failed = await handle({ Records: due.map(recordOf) }).then(
      ({ batchItemFailures }) => batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      () => ids,
    )
    for (const id of ids)
      if (!failed.includes(id)) {
        receives.push(messages.get(id)?.receives ?? 0)
        messages.delete(id)
      }
  }

  /** Works until the queue is empty, or for that long by its clock. */
  const run = async (
    handle: (batch: SQSEvent) => Promise<SQSBatchResponse>,
    { hours = 30, events = [] }: { hours?: number; events?: { readonly at: number; readonly run: () => void }[] } = {},
  ): Promise<void> => {
    const end = clock + hours * 3_600_000
    const open = events.toSorted((a, b) => a.at - b.at)
    while (clock < end) {
      while (open[0] !== undefined && open[0].at <= clock) open.shift()?.run()
      const due = receive()
      const batches = Array.from({ length: workers }, (_, nth) => due.slice(nth * batchSize, (nth + 1) * batchSize))
      if (due.length > 0) await Promise.all(batches.filter(batch => batch.length > 0).map(batch => work(handle, batch)))
      else {
        const next = Math.min(...[...messages.values()].map(({ visibleAt }) => visibleAt), open[0]?.at ?? Infinity)
        if (next === Infinity) return
        clock = Math.max(clock, next)
      }
    }
  }

  return {
    put,
    run,
    parked,
    receives,
    left: () => messages.size,
    now: () => new Date(clock),
    /** Time that passes while something is done. */
    pass: (milliseconds: number) => {
      clock += milliseconds
    },
    ports: {
      postpone: async (receiptHandle: string, seconds: number): Promise<void> => {
        const [id = ''] = receiptHandle.split(' ')
        const message = messages.get(id)
        if (message !== undefined) message.visibleAt = clock + seconds * 1000
      },
      deadLetter: async (body: string, reason: string): Promise<void> => {
        parked.push({ body, reason })
      },
    },
  }
}
