import type { Alert } from '../alert/alert.ts'

/**
 * What lies in the queue of a channel, or is given to its function: an alert as SNS delivers it (raw); `flush`, which
 * EventBridge Scheduler puts there when alerts that were held are due; `test`, with which `virtguard notify test` invokes
 * the function itself.
 */
export type ChannelMessage =
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'flush'; readonly channel: string; readonly at: string }

/** What the function is invoked with by `virtguard notify test`. */
export type TestRequest = { readonly kind: 'test' }

/** Its answer. Everything is for a person to read, one line each, and holds nothing of a secret. */
export type TestAnswer = {
  readonly channel: string
  readonly type: string
  readonly arrived: boolean
  /** `Slack has taken it as message 1764000000.000100 in C0123ABCD`, or why it was not taken. */
  readonly says: string
  /** Only where it did not arrive. */
  readonly whatToDo?: string
}
