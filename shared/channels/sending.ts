// What the function that notifies and the senders of each type of channel agree on.

import type { Alert } from '../alert/alert.ts'

/**
 * One message to send. `alert`: one alert, as a reply where `thread` names the message that it follows. `digest`: many
 * alerts, the oldest first, in one message. `test`: somebody wants to know whether messages arrive.
 */
export type Job =
  | { readonly kind: 'alert'; readonly alert: Alert; readonly thread?: string }
  | { readonly kind: 'digest'; readonly alerts: readonly Alert[] }
  | { readonly kind: 'test'; readonly at: string }

/**
 * What became of a message. `sent`: the channel has taken it; `ref` is what later messages reply to (Slack's ts), `says`
 * how the channel put it, for a person who tests. `later`: not now, come back in so many seconds. `refused`: never, so that
 * to try again is no use; `why` is one line, for the dead-letter queue, and `whatToDo` one for a person; with `ofMessage`
 * it is this message that is not taken, and another may be.
 */
export type Sent =
  | { readonly kind: 'sent'; readonly ref?: string; readonly says: string }
  | { readonly kind: 'later'; readonly seconds: number; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string; readonly whatToDo?: string; readonly ofMessage?: true }

/**
 * Sends one message, once. Throws where it cannot know or the trouble may pass (no answer, a connection that broke, a
 * server's error): the message is tried again later. No message of an error holds anything of a secret.
 */
export type Sender = (job: Job) => Promise<Sent>
