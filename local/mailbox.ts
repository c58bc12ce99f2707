import type { Alert } from '../shared/alert/alert.ts'
import type { Delivered, Subscriber } from './subscriber.ts'

type Kind = NonNullable<Alert['kind']>

export type Mailbox = {
  /** What has arrived of that kind; the rest is kept until it is asked for. Waits a second for the first of it. */
  readonly next: (kind: Kind) => Promise<readonly Delivered[]>
}

/** Sorts what a subscriber gets: a stop may be told while something else is looked at. */
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
