import type { Alert } from '../alert/alert.ts'

/**
 * A message in the queue of a channel, or given to its function: an alert as SNS delivers it (raw); `flush`, the
 * release that EventBridge Scheduler puts there when scheduled alerts are due; `test`, with which `virtguard notify
 * test` invokes the function itself.
 */
export type ChannelMessage =
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'flush'; readonly channel: string; readonly at: string }

/** The event with which `virtguard notify test` invokes the function. */
export type TestRequest = { readonly kind: 'test' }

/** The answer of the function. Everything is for a person to read, one line each, and contains nothing of a secret. */
export type TestAnswer = {
  readonly channel: string
  readonly type: string
  readonly arrived: boolean
  /** `Slack accepted it as message 1764000000.000100 in C0123ABCD`, or why it was not taken. */
  readonly says: string
  /** Only if the message did not arrive. */
  readonly whatToDo?: string
}
