/**
 * SQS with its event source mappings: messages are hidden while they are worked on, come again if they are not deleted,
 * and go to the dead letters after so many receives. In a test that says so, one is there twice.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { aBatch } from '../sqs.ts'
import { earliest, type Source } from './clock.ts'

export type Message<Q extends string = string> = {
  readonly id: string
  readonly queue: Q
  readonly body: string
  /** In milliseconds. */
  visibleAt: number
  receives: number
  /** The same for copies that are deleted together. */
  readonly fate: object
}

type Settings<Q extends string> = {
  readonly now: () => Date
  readonly visibilitySeconds: Readonly<Record<Q, number>>
  readonly maxReceives?: number
  /** Called with what happens, for a trace. */
  readonly write?: (line: string) => void
}

export const createSqs = <Q extends string>({ now, visibilitySeconds, ...more }: Settings<Q>) => {
  const { maxReceives = Infinity, write = () => undefined } = more
  const messages = new Set<Message<Q>>()
  const deadLetters: Message<Q>[] = []
  let sent = 0
  let received = 0
  const after = (seconds: number): number => now().getTime() + seconds * 1000
  const waiting = (queue?: Q) => [...messages].filter(message => queue === undefined || message.queue === queue)

  /** Deletes a message. SQS keeps more than one copy, and one with a fate of its own outlives the others. */
  const remove = ({ fate }: Message<Q>): boolean => {
    const copies = waiting().filter(message => message.fate === fate)
    for (const copy of copies) messages.delete(copy)
    return copies.length > 0
  }

  return {
    deadLetters,
    remove,
    send: (queue: Q, body: string, delaySeconds = 0): Message<Q> => {
      const message = { id: `${queue}-${sent}`, queue, body, visibleAt: after(delaySeconds), receives: 0, fate: {} }
      sent += 1
      messages.add(message)
      write(`${message.id} is sent, for in ${delaySeconds} s: ${body.slice(0, 300)}`)
      return message
    },
    /** Delivers a message once more, at the same moment. */
    copy: (message: Message<Q>, { outlives = false, visibleAt = message.visibleAt } = {}): Message<Q> => {
      const twin = { ...message, visibleAt, fate: outlives ? {} : message.fate }
      messages.add(twin)
      write(`${message.id} is there twice${outlives ? ', the copy for itself' : ''}`)
      return twin
    },
    /** Hides a message, and returns it as a function is handed it. */
    receive: (message: Message<Q>): SQSRecord => {
      message.receives += 1
      message.visibleAt = after(visibilitySeconds[message.queue])
      received += 1
      const [record] = aBatch([message.body], message.receives).Records
      if (record === undefined) throw new Error('no record')
      return { ...record, messageId: message.id, receiptHandle: `${message.id} ${received}` }
    },
    /** ChangeMessageVisibility, by the handle of any receive. */
    postpone: async (receiptHandle: string, seconds: number): Promise<void> => {
      const [id] = receiptHandle.split(' ')
      const message = waiting().find(one => one.id === id)
      if (message !== undefined) message.visibleAt = after(seconds)
    },
    /** Moves what was received too often, and returns it. */
    moveDeadLetters: (): readonly Message<Q>[] => {
      const dead = waiting().filter(({ receives, visibleAt }) => receives >= maxReceives && visibleAt <= after(0))
      const moved = dead.filter(message => messages.has(message) && remove(message))
      deadLetters.push(...moved)
      return moved
    },
    visible: (queue?: Q) => waiting(queue).filter(({ visibleAt }) => visibleAt <= after(0)),
    /** Received, and neither deleted nor visible again. */
    inWork: () => waiting().filter(({ visibleAt, receives }) => visibleAt > after(0) && receives > 0),
    count: (queue?: Q): number => waiting(queue).length,
    next: (queue?: Q): number => earliest(waiting(queue).map(({ visibleAt }) => visibleAt)),
  }
}
export type Sqs<Q extends string> = ReturnType<typeof createSqs<Q>>

type Handle = (batch: SQSEvent) => Promise<SQSBatchResponse>
type Mapping = { readonly batchSize?: number; readonly atOnce?: number; readonly onDone?: (message: Message) => void }

/** A function that works on a queue. What it says has failed comes again, and all of a batch if it throws. */
export const mapQueue = <Q extends string>(
  sqs: Sqs<Q>,
  queue: Q,
  handle: Handle,
  { batchSize = 1, atOnce = 1, onDone = () => undefined }: Mapping = {},
): Source => {
  const deliver = async (batch: readonly Message<Q>[]): Promise<void> => {
    const failed = await handle({ Records: batch.map(sqs.receive) }).then(
      ({ batchItemFailures }) => batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      () => batch.map(({ id }) => id),
    )
    for (const message of batch)
      if (!failed.includes(message.id)) {
        onDone(message)
        sqs.remove(message)
      }
  }
  return {
    next: () => sqs.next(queue),
    go: async () => {
      sqs.moveDeadLetters()
      const due = sqs.visible(queue)
      const starts = Array.from(
        { length: Math.min(atOnce, Math.ceil(due.length / batchSize)) },
        (_, nth) => nth * batchSize,
      )
      await Promise.all(starts.map(start => deliver(due.slice(start, start + batchSize))))
    },
  }
}
