import { createHash } from 'node:crypto'
import type { Ec2Event } from '../../shared/facts/event.ts'
import { isJson } from '../wrappers/wrapper.ts'

/** So many events are remembered at least, and twice as many at most: some 30 MB. */
export const REMEMBERED = 100_000

/** Evaluated events, by their ids. One that several trails or wrappers report is evaluated once. */
export type SeenEvents = {
  /** Whether the event was evaluated before. From now on it counts as evaluated. */
  readonly isRepeated: (event: Ec2Event, record: unknown) => boolean
  /** Whether so many came that the first ones are forgotten. */
  readonly hasForgotten: () => boolean
}

const LONGEST_ID = 64

const shorten = (id: string): string => (id.length <= LONGEST_ID ? id : createHash('sha256').update(id).digest('hex'))

const getKey = (value: unknown, key: string): unknown => (isJson(value) ? value[key] : undefined)

/** CloudTrail reports late or changed events again, under an id of their own (CloudTrail user guide, record contents, addendum). */
const findOriginalId = (record: unknown): string | undefined => {
  const id = getKey(getKey(getKey(record, 'detail') ?? record, 'addendum'), 'originalEventID')
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** A launch whose instances this report does not list is evaluated again when another report lists them. */
const isWithoutFacts = (event: Ec2Event): boolean => event.kind === 'launch' && event.unlisted !== undefined

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
      const id = `${event.kind} ${shorten(findOriginalId(record) ?? event.event.id)}`
      const bare = `${id} without facts`
      if (has(id) || (isWithoutFacts(event) && has(bare))) return true
      add(isWithoutFacts(event) ? bare : id)
      return false
    },
    hasForgotten: () => forgotten,
  }
}
