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
  /** Why the record cannot be read, and what to do. `isForeign`: it has no mark of an event. */
  | { readonly unreadable: string; readonly isForeign: boolean }

/** Evaluates the resources of an event, from the event alone. */
export const evaluateEvent = (event: Ec2Event, world: World, all: boolean): readonly Finding[] => {
  // These two name instances and nothing else: without AWS there is nothing to evaluate.
  if (event.kind === 'ignored' || event.kind === 'running' || event.kind === 'start') return []
  return createSubjects(event).flatMap(subject =>
    evaluate({ subject, event: event.event, actor: event.actor }, world, { all }),
  )
}

const KEYS_SHOWN = 5

// What people have beside records, by its list, and the command that reads it.
const NEIGHBOURS: readonly (readonly [key: string, what: string])[] = [
  ['Reservations', 'it is what describe-instances prints; evaluate what runs with: virtguard scan'],
  ['Images', 'it is what describe-images prints; evaluate your images with: virtguard scan --images'],
  [
    'LaunchTemplateVersions',
    'it is what describe-launch-template-versions prints; evaluate them with: virtguard scan --templates',
  ],
  [
    'AutoScalingGroups',
    'it is what describe-auto-scaling-groups prints; evaluate them with: virtguard scan --templates',
  ],
]

/** A value that has no mark of an event, by what it has instead, and what to do. */
const describeForeign = (value: unknown): string | undefined => {
  if (!isJson(value) || 'eventName' in value || 'detail-type' in value) return undefined
  const keys = Object.keys(value).slice(0, KEYS_SHOWN)
  if (keys.length === 0) return 'no event: an object without keys; leave it out'
  const neighbour = NEIGHBOURS.find(([key]) => Array.isArray(value[key]))
  if (neighbour !== undefined) return `no event: ${neighbour[1]}`
  const named = keys.map(key => quote(key)).join(', ')
  return `no event, and in no form that is known; it has the keys ${named}; leave it out, or print the records in it one a line (jq -c)`
}

/** Reads one record. */
export const readRecord = (value: unknown): Read => {
  try {
    return { event: readEvent(value) }
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    const foreign = describeForeign(value)
    return foreign === undefined
      ? { unreadable: `${error.message}; repair the record or leave it out`, isForeign: false }
      : { unreadable: foreign, isForeign: true }
  }
}
