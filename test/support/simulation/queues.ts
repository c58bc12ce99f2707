/**
 * The queues: a message is delivered until it is done, is dead-lettered after five times and moved back by a person,
 * and may be delivered while it is processed.
 */
import { CONFIRM_AGAIN_SECONDS } from '../../../shared/ledger/row.ts'

export type Queue = 'launches' | 'alerted' | 'stops' | 'sweeps'

export type Message = {
  readonly id: string
  readonly queue: Queue
  readonly body: string
  visibleAt: number
  count: number
  /** The places of its deliveries among all starts and ends, those of its copies included. */
  readonly deliveries: number[]
  /**
   * Copies that are deleted together with one of them. SQS keeps more than one: a copy may outlive the deletion of
   * another.
   */
  readonly fate: { isGone: boolean }
}

// A sweep's message comes again after half an hour; here as soon as the others, so that it meets more.
const REDELIVERED_SECONDS: Readonly<Record<Queue, number>> = {
  launches: 180,
  alerted: CONFIRM_AGAIN_SECONDS,
  stops: 180,
  sweeps: 180,
}
const MOST_DELIVERIES = 5
/** A person moves it back from the dead-letter queue: a new message, when no lease is left. */
const MOVED_BACK_SECONDS = 420

type Clock = { readonly now: () => number; readonly write: (line: string) => void }

export const simulatedQueues = ({ now, write }: Clock) => {
  const messages: Message[] = []
  let sent = 0

  const send = (queue: Queue, body: string, after = 0): Message => {
    const id = `${queue}-${sent}`
    sent += 1
    const visibleAt = now() + after
    const message = { id, queue, body, visibleAt, count: 0, deliveries: [], fate: { isGone: false } }
    messages.push(message)
    write(`${id} is sent, for in ${after} s: ${body.slice(0, 300)}`)
    return message
  }

  const waiting = (): Message[] => messages.filter(({ fate }) => !fate.isGone)

  /** Delivers a message that is being worked on once more, at the same moment. */
  const copy = (message: Message, outlives: boolean): Message => {
    const twin = { ...message, visibleAt: now(), fate: outlives ? { isGone: false } : message.fate }
    messages.push(twin)
    write(`${message.id} is there twice${outlives ? ', the copy for itself' : ''}`)
    return twin
  }

  const park = (): void => {
    for (const { fate, count, visibleAt, queue, body } of messages) {
      if (fate.isGone || count < MOST_DELIVERIES || visibleAt > now()) continue
      fate.isGone = true
      send(queue, body, MOVED_BACK_SECONDS)
    }
  }

  return {
    send,
    copy,
    park,
    toDeliver: (): Message[] => waiting().filter(({ visibleAt }) => visibleAt <= now()),
    /** Delivered, and neither done nor visible again. */
    inWork: (): Message[] => waiting().filter(({ visibleAt, count }) => visibleAt > now() && count > 0),
    hide: (message: Message): void => {
      message.count += 1
      message.visibleAt = now() + REDELIVERED_SECONDS[message.queue]
    },
    /** When the next one can be delivered. */
    next: (): number => Math.min(...waiting().map(({ visibleAt }) => visibleAt)),
  }
}
