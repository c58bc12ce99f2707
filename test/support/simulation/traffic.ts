/** The messages of the flow, kept for the invariants. */
import type { Alert } from '../../../shared/alert/alert.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import type { Message as SqsMessage } from '../cloud/sqs.ts'
import type { Switches } from './switches.ts'
import type { Invocation } from './turns.ts'

export type Message = SqsMessage<'launches' | 'alerted' | 'stops' | 'sweeps'>

/** The messages that SNS accepted, in order; `by` published it, for a row in a state. */
export type Published = {
  readonly alert: Alert
  readonly at: number
  readonly by: Invocation
  readonly copy: Message
  /** For each row of the alert, how often it had been resolved before. */
  readonly runs: ReadonlyMap<string, number>
  /** When Confirm was done with it, among all starts and ends. */
  confirmed?: number
}

/** The calls of EC2, and the facts that the function had read before. */
export type StopCall = {
  readonly id: string
  readonly at: number
  readonly took: boolean
  readonly read: Read
}

export type Read = { readonly facts: InstanceFacts | undefined; readonly switches: Switches | undefined }
