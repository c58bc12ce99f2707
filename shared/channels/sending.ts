// The contract between the function that notifies and the senders of each type of channel.

import type { Alert } from '../alert/alert.ts'

/**
 * One message to send. `alert`: one alert, as a reply if `thread` names the message that it follows. `digest`: many
 * alerts, the oldest first, in one message. `test`: an operator checks whether messages arrive.
 */
export type Job =
  | { readonly kind: 'alert'; readonly alert: Alert; readonly thread?: string }
  | { readonly kind: 'digest'; readonly alerts: readonly Alert[] }
  | { readonly kind: 'test'; readonly at: string }

/**
 * The result of a message. `sent`: the channel has accepted it; `ref` is what later messages reply to (Slack's ts),
 * `says` the answer of the channel, for a person who tests. `later`: not now, come back in so many seconds. `refused`:
 * never, so that another try is of no use; `why` is one line, for the dead-letter queue, and `whatToDo` one for a
 * person; with `ofMessage` only this message is refused, and another may be accepted.
 */
export type Sent =
  | { readonly kind: 'sent'; readonly ref?: string; readonly says: string }
  | { readonly kind: 'later'; readonly seconds: number; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string; readonly whatToDo?: string; readonly ofMessage?: true }

/**
 * Sends one message, once. Throws if the result is unknown or the error may pass (no answer, a broken connection, a
 * server's error): the message is tried again later. No message of an error contains anything of a secret.
 */
export type Sender = (job: Job) => Promise<Sent>
