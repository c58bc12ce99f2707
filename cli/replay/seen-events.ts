import { createHash } from 'node:crypto'
import type { Ec2Event, Ignored } from '../../shared/facts/event.ts'
import { isJson } from '../wrappers/wrapper.ts'

/** So many keys are remembered at least, and twice as many at most: some 20 MB. */
export const REMEMBERED = 100_000

/**
 * Evaluated events, by their ids and what they are about. One that several trails or wrappers report is evaluated once. A
 * record that somebody copied and changed by hand, with the id that it had, is another event.
 */
export type SeenEvents = {
  /** Whether the event was evaluated before. From now on it counts as evaluated. */
  readonly isRepeated: (event: Ec2Event, record: unknown) => boolean
  /** Whether so many came that the first ones are forgotten. */
  readonly hasForgotten: () => boolean
}

type Relevant = Exclude<Ec2Event, Ignored>

/** As short for an id that is as long as a file. */
const hashKey = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64').slice(0, 22)

const listResources = (event: Relevant): readonly string[] => {
  switch (event.kind) {
    case 'launch':
      return event.instances.map(({ instanceId = '' }) => instanceId)
    case 'refused-launch':
    case 'template':
      return event.subjects.map(({ resource, image, instanceType = '' }) =>
        [resource.arn, image.imageId ?? '', instanceType].join(' '),
      )
    case 'image':
      return [event.subject.resource.arn]
    case 'start':
      return event.instanceIds
    case 'running':
      return [event.instanceId]
    default:
      return event satisfies never
  }
}

const getKey = (value: unknown, key: string): unknown => (isJson(value) ? value[key] : undefined)

/** CloudTrail reports late or changed events again, under an id of their own (CloudTrail user guide, record contents, addendum). */
const findOriginalId = (record: unknown): string | undefined => {
  const id = getKey(getKey(getKey(record, 'detail') ?? record, 'addendum'), 'originalEventID')
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** A launch whose instances this report does not list is evaluated again when another report lists them. */
const isWithoutFacts = (event: Relevant): boolean => event.kind === 'launch' && event.unlisted !== undefined

export const createSeenEvents = (remembered = REMEMBERED): SeenEvents => {
  let newer = new Set<string>()
  let older = new Set<string>()
  let forgotten = false
  const has = (key: string): boolean => newer.has(key) || older.has(key)
  const add = (key: string): void => {
    if (newer.size >= remembered) {
      forgotten ||= older.size > 0
      older = newer
      newer = new Set()
    }
    newer.add(key)
  }
  return {
    isRepeated: (event, record) => {
      if (event.kind === 'ignored') return false
      const { kind, accountId, region } = event
      const call = hashKey(kind, accountId, region, findOriginalId(record) ?? event.event.id)
      const whole = isWithoutFacts(event)
        ? hashKey(call, 'without facts')
        : hashKey(call, ...listResources(event).toSorted())
      if (has(whole) || (isWithoutFacts(event) && has(call))) return true
      add(whole)
      // A report that comes later without the facts says nothing new.
      if (event.kind === 'launch' && !isWithoutFacts(event)) add(call)
      return false
    },
    hasForgotten: () => forgotten,
  }
}
