import { BYTE, isSpace } from './bytes.ts'
import { takeGuessed } from './guess.ts'
import { type State, searchFrom } from './splitter-state.ts'
import { createWalk } from './walk.ts'
import type { Window } from './window.ts'

const begin = (state: State): void => {
  // Only a new record begins at the start of a line: everything inside an indented one is indented.
  if (state.lineStart) state.searching = false
  if (!state.searching) state.record++
  state.walk = createWalk()
  state.rows = undefined
  state.window.keep = state.window.at
}

const reportStray = (state: State): void => {
  state.sink.onProblem('text that is no JSON object; keep one record a line, or a list of records', {
    line: state.line,
    record: state.record + 1,
  })
  searchFrom(state, state.window.at)
}

const closeRecords = (state: State): void => {
  state.place = 'tail'
  state.discard = true
  state.columns = undefined
  state.walk = createWalk()
  state.walk.depth = state.levels
  state.walk.isObject.fill(1, 1, state.levels + 1)
}

const closeList = (state: State, byte: number): void => {
  if (state.place === 'loose') return
  if (byte !== BYTE.closeArray || state.place === 'top') reportStray(state)
  else if (state.place === 'array') state.place = 'top'
  else closeRecords(state)
}

const readPunctuation = (state: State, byte: number): void => {
  if (byte === BYTE.openArray && (state.place === 'top' || state.place === 'loose')) state.place = 'array'
  else if (byte === BYTE.closeArray || byte === BYTE.closeObject) closeList(state, byte)
  else if (byte !== BYTE.comma || state.place === 'top') reportStray(state)
}

const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf]

// A key must follow: a brace in text or in a damaged string rarely has one.
const mayBegin = ({ bytes, at, end }: Window): boolean =>
  at + 1 >= end || bytes[at + 1] === BYTE.quote || isSpace(bytes[at + 1])

// In a list, an array may be a row of a table, and a text may be a record.
const isElement = ({ searching, place }: State, byte: number): boolean =>
  (byte === BYTE.openArray || byte === BYTE.quote) && !searching && (place === 'array' || place === 'records')

const take = (state: State, byte: number): 'begun' | 'taken' => {
  if (isSpace(byte) || (state.empty && BYTE_ORDER_MARK.includes(byte))) {
    if (byte === BYTE.newline) state.line++
    return 'taken'
  }
  state.empty = false
  if (byte === BYTE.openObject && (!state.searching || mayBegin(state.window))) {
    if (!takeGuessed(state)) begin(state)
    return 'begun'
  }
  if (isElement(state, byte)) {
    begin(state)
    return 'begun'
  }
  if (!state.searching) readPunctuation(state, byte)
  return 'taken'
}

/** Takes the bytes between two records, up to the next one's first brace. */
export const readBetweenRecords = (state: State): void => {
  const { window } = state
  while (window.at < window.end && state.walk === undefined) {
    const byte = window.bytes[window.at] ?? 0
    if (take(state, byte) === 'begun') continue
    state.lineStart = byte === BYTE.newline
    window.at++
    window.keep = window.at
  }
}
