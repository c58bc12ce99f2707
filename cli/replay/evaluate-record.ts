import { evaluate, type World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createSubjects } from '../../shared/engine/subjects.ts'
import { EventError } from '../../shared/errors.ts'
import type { Ec2Event } from '../../shared/facts/event.ts'
import { quote } from '../../shared/facts/fields.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { isJson } from '../wrappers/wrapper.ts'

export type Read =
  | { readonly event: Ec2Event }
  /** Why the record cannot be read. */
  | { readonly unreadable: string }

/** Evaluates the resources of an event, from the event alone. */
export const evaluateEvent = (event: Ec2Event, world: World, all: boolean): readonly Finding[] => {
  // These two name instances and nothing else: without AWS there is nothing to evaluate.
  if (event.kind === 'ignored' || event.kind === 'running' || event.kind === 'start') return []
  return createSubjects(event).flatMap(subject =>
    evaluate({ subject, event: event.event, actor: event.actor }, world, { all }),
  )
}

const KEYS_SHOWN = 5

/** A value that has no mark of an event, by what it has instead. */
const describeOther = (value: unknown): string | undefined => {
  if (!isJson(value) || 'eventName' in value || 'detail-type' in value) return undefined
  const keys = Object.keys(value).slice(0, KEYS_SHOWN)
  return keys.length === 0
    ? 'no event: an object without keys'
    : `no event, and in no form that is known; it has the keys ${keys.map(key => quote(key)).join(', ')}`
}

/** Reads one record. */
export const readRecord = (value: unknown): Read => {
  try {
    return { event: readEvent(value) }
  } catch (error) {
    if (error instanceof EventError) return { unreadable: describeOther(value) ?? error.message }
    throw error
  }
}
