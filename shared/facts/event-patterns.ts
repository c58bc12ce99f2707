import type { EventKind } from './event.ts'
import { IMAGE_CALLS } from './image.ts'
import { API_CALL, EC2, START } from './read-event.ts'
import { MISFITS } from './refusal.ts'
import { STATE_CHANGE } from './running.ts'

type Matcher = string | { readonly exists: boolean } | { readonly prefix: string } | { readonly wildcard: string }

/** An EventBridge event pattern. At most 2,048 characters as JSON (EventBridge quota). */
export type EventPattern = {
  readonly source: readonly string[]
  readonly 'detail-type': readonly string[]
  readonly detail: Readonly<Record<string, readonly Matcher[]>>
}

/**
 * The pattern of one kind of event. `readEvent` reads every event that it lets through as that kind or, rarely, ignores
 * it.
 */
export const buildEventPattern = (kind: EventKind): EventPattern => PATTERNS[kind]

const call = (detail: EventPattern['detail']): EventPattern => ({
  source: ['aws.ec2'],
  'detail-type': [API_CALL],
  detail: { eventSource: [EC2], ...detail },
})

const SUCCEEDED = [{ exists: false }] as const

const listUnique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

const PATTERNS: Readonly<Record<EventKind, EventPattern>> = {
  launch: call({ eventName: ['RunInstances'], errorCode: SUCCEEDED }),
  'refused-launch': call({
    eventName: ['RunInstances'],
    errorCode: listUnique(MISFITS.flatMap(({ code }) => [`Client.${code}`, code])),
    errorMessage: MISFITS.map(({ starts, rest }) =>
      rest === undefined ? { prefix: starts } : { wildcard: `${starts}*${rest}*` },
    ),
  }),
  image: call({ eventName: IMAGE_CALLS, errorCode: SUCCEEDED }),
  start: call({ eventName: [START], errorCode: SUCCEEDED }),
  running: { source: ['aws.ec2'], 'detail-type': [STATE_CHANGE], detail: { state: ['running'] } },
}
