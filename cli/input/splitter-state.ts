import { BYTE, findSignificantByte } from './bytes.ts'
import type { Walk } from './walk.ts'
import type { Window } from './window.ts'

/** The position at which a record begins: its line and its number, both counted from 1 within one input. */
export type Position = {
  readonly line: number
  readonly record: number
  /** The form of the whole input, if it is no JSON: `CSV rows`. */
  readonly inside?: string
}

export type Sink = {
  readonly onRecord: (value: unknown, position: Position) => void
  /** Called once for each damaged part. */
  readonly onProblem: (what: string, position: Position) => void
  /** Distinguishes an event from a fragment of one. Used only behind a damaged part. */
  readonly isRecord: (value: unknown) => boolean
}

/**
 * The beginning of the last record, up to its first colon, and whether guessing the ends of records was worth it so
 * far.
 */
export type Guesses = { opening: Buffer | undefined; hits: number; misses: number }

export type SplitterPosition = 'top' | 'array' | 'records' | 'tail' | 'loose'

export type State = {
  readonly window: Window
  readonly sink: Sink
  readonly maxRecord: number
  readonly guesses: Guesses
  /** Undefined between records. */
  walk: Walk | undefined
  /**
   * `records`: in a list inside an object. `tail`: the part after that list in its object. `loose`: behind damage,
   * where any bracket may close anything.
   */
  place: SplitterPosition
  /** The position of the object that contains the list. */
  outer: SplitterPosition
  /** The number of open objects around the list: two, if the list is in an object in an object. */
  levels: number
  /** How far into the object under the walk an array called Rows begins, and the lines before it. */
  rows: { readonly offset: number; readonly lines: number } | undefined
  /** The columns of the rows that are read one by one. */
  columns: readonly unknown[] | undefined
  /** The object under the walk is not kept: it is too long, or only a tail. */
  discard: boolean
  /** Behind a damaged part that was reported: the next object is searched. */
  searching: boolean
  /** The number of bytes that may be walked a second time behind a damaged part. */
  budget: number
  lineStart: boolean
  line: number
  record: number
  /** Nothing but white space so far. */
  empty: boolean
}

/** Goes on behind the object under the walk. */
export const resume = (state: State, walk: Pick<Walk, 'lines'>): void => {
  state.line += walk.lines
  state.lineStart = false
  state.walk = undefined
  state.discard = false
  state.window.keep = state.window.at
}

/** From `at` on nothing is expected, and the next object is searched. */
export const searchFrom = (state: State, at: number): void => {
  state.lineStart = at > 0 && state.window.bytes[at - 1] === BYTE.newline
  state.searching = true
  state.place = 'loose'
  state.walk = undefined
  state.discard = false
  state.window.at = at
  state.window.keep = at
}

// Enough for the levels of a record; more would let a hostile file make the search quadratic.
const REPEATS = 8

/** Reports damage, except while searching behind damage. */
export const reportDamaged = (state: State, what: string): void => {
  if (state.searching) return
  const { keep, at } = state.window
  state.budget = REPEATS * (at - keep)
  state.sink.onProblem(what, { line: state.line, record: state.record })
}

/** Whether the kept bytes may be walked once more. */
export const mayRepeat = (state: State): boolean => {
  if (state.discard) return false
  state.budget -= state.window.at - state.window.keep
  return state.budget >= 0
}

/** Drops the walked bytes, except those needed to look back. */
export const releaseRecord = ({ window }: State, walk: Walk): void => {
  walk.before = findSignificantByte(window.bytes, window.at, window.keep) ?? walk.before
  window.keep = Math.max(window.keep, window.at - 1)
}
