// The walk through the bytes of one JSON object, or of an array or a text in a list: it finds the end and checks no more than that needs. JSON.parse does the rest.
import { BYTE, createByteTable, findSignificantByte } from './bytes.ts'

/** The state that the walk keeps of an object between two pieces of input. */
export type Walk = {
  depth: number
  inString: boolean
  lines: number
  /** The last significant byte, if the bytes before the present ones were dropped. */
  before: number | undefined
  /** For each open bracket whether it is an object's. */
  readonly isObject: Uint8Array
}

/** `array`: an array has just been opened at the first level of the object, or in an object at its first level. */
export type Step = 'more' | 'closed' | 'broken' | 'array'

const MAX_DEPTH = 500

export const createWalk = (): Walk => ({
  depth: 0,
  inString: false,
  lines: 0,
  before: undefined,
  isObject: new Uint8Array(MAX_DEPTH + 1),
})

const CONTROL = Array.from({ length: 0x20 }, (_, byte) => byte)
const SPACES = [0x20, 0x09, 0x0a, 0x0d]
// The bytes at which the walk stops: outside of strings, and inside of one (a raw control character there is no JSON).
const STRUCTURE = createByteTable([
  BYTE.newline,
  BYTE.quote,
  BYTE.openArray,
  BYTE.closeArray,
  BYTE.openObject,
  BYTE.closeObject,
])
const STRING_STOP = createByteTable([...CONTROL, BYTE.quote, BYTE.backslash])
// These two see a missing or an extra quote, which would turn everything after it inside out.
const BEFORE_STRING = createByteTable([...SPACES, BYTE.openObject, BYTE.openArray, BYTE.comma, BYTE.colon])
const AFTER_STRING = createByteTable([...SPACES, BYTE.closeObject, BYTE.closeArray, BYTE.comma, BYTE.colon])

// An object may stand after a colon, at the head of an array, and after a comma of one: not after a comma of an object.
const mayOpenObject = (before: number | undefined, walk: Walk): boolean =>
  before === undefined ||
  before === BYTE.colon ||
  before === BYTE.openArray ||
  (before === BYTE.comma && walk.isObject[walk.depth] === 0)

const mayBeList = ({ depth, isObject }: Walk): boolean =>
  isObject[1] === 1 && (depth === 2 || (depth === 3 && isObject[2] === 1))

const open = (walk: Walk, isObject: 0 | 1): Step | 'on' => {
  if (walk.depth === MAX_DEPTH) return 'broken'
  walk.depth++
  walk.isObject[walk.depth] = isObject
  return isObject === 0 && mayBeList(walk) ? 'array' : 'on'
}

const close = (walk: Walk, isObject: 0 | 1): Step | 'on' => {
  if (walk.isObject[walk.depth] !== isObject) return 'broken'
  walk.depth--
  return walk.depth === 0 ? 'closed' : 'on'
}

/**
 * Goes on within a string to the byte after its closing quote; or, with inString still set, to the end of the bytes or
 * to the byte at which it is broken or cannot be decided yet.
 */
const walkString = (bytes: Buffer, from: number, end: number, walk: Walk): number => {
  let at = from
  for (;;) {
    while (at < end && STRING_STOP[bytes[at] ?? 0] === 0) at++
    if (at >= end || bytes[at] !== BYTE.backslash || at + 1 >= end) break
    at += 2
  }
  if (at >= end || bytes[at] !== BYTE.quote) return at
  walk.inString = false
  return at + 1
}

const stepAfterString = (bytes: Buffer, at: number, end: number, walk: Walk): Step | 'on' => {
  if (walk.inString) return at >= end || bytes[at] === BYTE.backslash ? 'more' : 'broken'
  return at < end && AFTER_STRING[bytes[at] ?? 0] === 0 ? 'broken' : 'on'
}

const openString = (bytes: Buffer, at: number, floor: number, walk: Walk): Step | 'on' => {
  walk.inString = true
  return at > floor && BEFORE_STRING[bytes[at - 1] ?? 0] === 0 ? 'broken' : 'on'
}

const stepAtStructure = (bytes: Buffer, at: number, floor: number, walk: Walk): Step | 'on' => {
  switch (bytes[at]) {
    case BYTE.quote:
      return openString(bytes, at, floor, walk)
    case BYTE.openObject:
      return mayOpenObject(findSignificantByte(bytes, at, floor) ?? walk.before, walk) ? open(walk, 1) : 'broken'
    case BYTE.closeObject:
      return close(walk, 1)
    case BYTE.openArray:
      return open(walk, 0)
    case BYTE.closeArray:
      return close(walk, 0)
    default:
      walk.lines++
      return 'on'
  }
}

const toStructure = (bytes: Buffer, from: number, end: number): number => {
  let at = from
  while (at < end && STRUCTURE[bytes[at] ?? 0] === 0) at++
  return at
}

export type Reach = { readonly from: number; readonly end: number; readonly floor: number }

/**
 * Walks on from `from` to `end`, or until the object is closed, is seen to be broken or opens an array that may be a list
 * of records. `floor` is the first byte that may be looked back at. `at` is the first byte that was not taken.
 */
export const walkOn = (bytes: Buffer, reach: Reach, walk: Walk): { readonly step: Step; readonly at: number } => {
  const { end, floor } = reach
  let at = reach.from
  for (;;) {
    if (walk.inString) {
      at = walkString(bytes, at, end, walk)
      const step = stepAfterString(bytes, at, end, walk)
      if (step !== 'on') return { step, at }
      // The text was an element of a list, and no part of an object.
      if (walk.depth === 0) return { step: 'closed', at }
    }
    at = toStructure(bytes, at, end)
    if (at >= end) return { step: 'more', at }
    const step = stepAtStructure(bytes, at, floor, walk)
    if (step === 'broken') return { step, at }
    at++
    if (step !== 'on') return { step, at }
  }
}
