import type { Alert } from '../shared/alert/alert.ts'
import type { Delivered, Subscriber } from './subscriber.ts'

type Kind = NonNullable<Alert['kind']>

export type Mailbox = {
  /**
   * The messages of that kind that arrived. The others are kept until they are asked for. Waits a second for the first.
   */
  readonly next: (kind: Kind) => Promise<readonly Delivered[]>
}

/** Sorts the messages of a subscriber, because a stop may be alerted while another alert is awaited. */
export function createMailbox(subscriber: Subscriber): Mailbox {
  let kept: readonly Delivered[] = []
  return {
    next: async kind => {
      const all = [...kept, ...(await subscriber.next())]
      const isWanted = ({ alert }: Delivered) => alert.kind === kind
      kept = all.filter(one => !isWanted(one))
      return all.filter(isWanted)
    },
  }
}
