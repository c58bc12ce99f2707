import { evaluate, type World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createSubjects } from '../../shared/engine/subjects.ts'
import { EventError } from '../../shared/errors.ts'
import type { Ec2Event } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'

/** Whether a value has the mark of an event: all that can be asked of what is found among damage. */
export const isEventLike = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('eventName' in value || 'detail-type' in value)

export type Evaluated =
  | { readonly event: Ec2Event; readonly findings: readonly Finding[] }
  /** Why the record cannot be read. */
  | { readonly unreadable: string }

const evaluateEvent = (event: Ec2Event, world: World, all: boolean): readonly Finding[] => {
  // These two name instances and nothing else: without AWS there is nothing to judge.
  if (event.kind === 'ignored' || event.kind === 'running' || event.kind === 'start') return []
  return createSubjects(event).flatMap(subject =>
    evaluate({ subject, event: event.event, actor: event.actor }, world, { all }),
  )
}

/** Reads one record and judges what it tells of, from the record alone. */
export const evaluateRecord = (value: unknown, world: World, all: boolean): Evaluated => {
  try {
    const event = readEvent(value)
    return { event, findings: evaluateEvent(event, world, all) }
  } catch (error) {
    if (error instanceof EventError) return { unreadable: error.message }
    throw error
  }
}
