/**
 * Typed reading of untrusted JSON. Every reader treats null as absent and refuses any other type than its own with an
 * EventError that names the field. The path of a field is built only then, so that reading costs next to nothing. A
 * fact without which the event can still be evaluated is read through readFact.
 */
import { EventError } from '../errors.ts'
import { limitMiddle } from './chosen-name.ts'

type Json = Readonly<Record<string, unknown>>

/** An object of the record, and its path in it. */
export type Part = {
  readonly value: Json
  readonly key: string | number
  readonly parent: Part | undefined
  /** Only of the whole event: its facts that could not be read, each with why. */
  readonly misread?: string[]
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const describeKind = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const formatPath = (part: Part | undefined, key: string | number): string => {
  const here = typeof key === 'number' ? `[${key}]` : key
  if (part === undefined) return here
  const above = formatPath(part.parent, part.key)
  return above === '' || typeof key === 'number' ? `${above}${here}` : `${above}.${here}`
}

/** The error for one field: `path: expected this, got that`. */
export const createUnreadable = (part: Part, key: string | number, expected: string, got: string): EventError =>
  new EventError(`${formatPath(part, key)}: expected ${expected}, got ${got}`)

const createWrongType = (part: Part, key: string | number, expected: string, value: unknown): EventError =>
  createUnreadable(part, key, expected, describeKind(value))

/** Text of an event in an error message: short, printable, on one line. */
export const quote = (text: string): string =>
  `"${text.length > 60 ? `${text.slice(0, 60)}...` : text}"`.replace(/[^\x20-\x7e]/g, '?')

/** The whole of an event. */
export const createRootPart = (json: unknown): Part => {
  if (!isObject(json)) throw new EventError(`the event: expected an object, got ${describeKind(json)}`)
  return { value: json, key: '', parent: undefined, misread: [] }
}

// Enough for an error: a launch may have a thousand instances with the same fault each.
const MAX_MISREAD = 10

const noteMisread = (part: Part, why: string): void => {
  let root = part
  while (root.parent !== undefined) root = root.parent
  const { misread } = root
  if (misread !== undefined && misread.length < MAX_MISREAD && !misread.includes(why)) misread.push(why)
}

/**
 * One fact of an event. If it has a wrong type, it is not known, and noted at the whole event. The rest is still read.
 */
export const readFact = <T>(part: Part, read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    noteMisread(part, error.message)
    return undefined
  }
}

/** No name, id or tag of AWS's is longer. */
const NAME_LENGTH = 256
/** Sentences and ARNs are. CloudTrail and IAM keep them below this. */
const LONG_LENGTH = 2048
const LONG = new Set(['arn', 'ARN', 'errorMessage', 'StatusMessage'])

/** Nobody checks the text of a request that is refused, and all of it may end in a finding. */
const limitRead = (key: string, text: string): string =>
  text.length <= NAME_LENGTH ? text : limitMiddle(text, LONG.has(key) ? LONG_LENGTH : NAME_LENGTH)

/** Text of a message of our own, of any length. */
export const readWholeText = (part: Part, key: string): string | undefined => {
  const value = part.value[key]
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return undefined
  throw createWrongType(part, key, 'a string', value)
}

export const readRequiredWholeText = (part: Part, key: string): string => {
  const value = part.value[key]
  if (typeof value === 'string') return value
  throw createWrongType(part, key, 'a string', value)
}

/** Text of an event. If it is longer than AWS's own limits, its middle is left out. */
export const readText = (part: Part, key: string): string | undefined => {
  const text = readWholeText(part, key)
  return text === undefined ? undefined : limitRead(key, text)
}

export const readRequiredText = (part: Part, key: string): string => limitRead(key, readRequiredWholeText(part, key))

export const readFlag = (part: Part, key: string): boolean | undefined => {
  const value = part.value[key]
  if (typeof value === 'boolean') return value
  if (value === undefined || value === null) return undefined
  throw createWrongType(part, key, 'a boolean', value)
}

export const readPart = (part: Part, key: string): Part | undefined => {
  const value = part.value[key]
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) throw createWrongType(part, key, 'an object', value)
  return { value, key, parent: part }
}

const isEmpty = (value: Json): boolean => {
  for (const _ in value) return false
  return true
}

/** The objects of an array. CloudTrail writes an empty collection as `{}`. */
export const listAt = (part: Part, key: string): readonly Part[] | undefined => {
  const value = part.value[key]
  if (value === undefined || value === null) return undefined
  if (isObject(value) && isEmpty(value)) return []
  if (!Array.isArray(value)) throw createWrongType(part, key, 'an array', value)
  const list: Part = { value: {}, key, parent: part }
  return value.map((item, index) => {
    if (!isObject(item)) throw createWrongType(list, index, 'an object', item)
    return { value: item, key: index, parent: list }
  })
}

/** The members of an EC2 set: `{items: […]}`, in places `{item: […]}`, or `{}` for none. */
export const setAt = (part: Part, key: string): readonly Part[] | undefined => {
  const set = readPart(part, key)
  return set && (listAt(set, 'items') ?? listAt(set, 'item') ?? [])
}

/** The same as newer actions of EC2 record it: a list of one is the one alone, and an empty one `""`. */
export const membersAt = (part: Part, key: string): readonly Part[] => {
  const value = part.value[key]
  if (value === '' || Array.isArray(value)) return value === '' ? [] : (listAt(part, key) ?? [])
  const set = readPart(part, key)
  if (set === undefined || isEmpty(set.value)) return []
  if (!isObject(set.value['item'])) return setAt(part, key) ?? []
  return listPresent(readPart(set, 'item'))
}

const listPresent = (part: Part | undefined): readonly Part[] => (part === undefined ? [] : [part])

/** An object without the keys whose value is not known. */
export function omitUndefined<T extends object>(facts: { [K in keyof T]: T[K] | undefined }): T
export function omitUndefined(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const key in facts) {
    const value = facts[key]
    if (value !== undefined) result[key] = value
  }
  return result
}

/** Whether the record says nothing under any of these keys. */
export const isAbsent = ({ value }: Part, keys: readonly string[]): boolean =>
  keys.every(key => value[key] === undefined || value[key] === null || value[key] === '')
