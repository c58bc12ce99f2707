import { BYTE, findArrayKey } from './bytes.ts'
import { deliver } from './deliver.ts'
import { learnGuesses } from './guess.ts'
import { LIST_KEYS, NESTED_LIST_KEY } from './list-keys.ts'
import { parseJson } from './parse-json.ts'
import { isTooLongResult, noteRows, ROWS_KEY, readRowByRow } from './result-rows.ts'
import { mayRepeat, releaseRecord, reportDamaged, resume, type State, searchFrom } from './splitter-state.ts'
import { type Walk, walkOn } from './walk.ts'
import type { Window } from './window.ts'

/** The next line within the kept bytes that begins an object, and how many line ends lie before it. */
const findNextLineStart = ({
  bytes,
  keep,
  at,
}: Window): { readonly at: number; readonly lines: number } | undefined => {
  let lines = 0
  let end = bytes.indexOf(BYTE.newline, keep)
  while (end !== -1 && end + 1 < at) {
    lines++
    if (bytes[end + 1] === BYTE.openObject) return { at: end + 1, lines }
    end = bytes.indexOf(BYTE.newline, end + 1)
  }
  return undefined
}

// A line that was cut off may have swallowed those behind it.
const retryLines = (state: State): boolean => {
  const next = findNextLineStart(state.window)
  if (next === undefined) return false
  state.line += next.lines
  searchFrom(state, next.at)
  return true
}

const reportTooLong = (state: State): void => {
  const limit = `${state.maxRecord / 1024 / 1024} MiB`
  const what = isTooLongResult(state)
    ? `results of Athena of more than ${limit} without the names of their columns; replay the CSV that Athena wrote: aws athena get-query-execution names it (OutputLocation)`
    : `a record of more than ${limit}; no event is that long; leave it out`
  reportDamaged(state, what)
}

const closeRecord = (state: State, walk: Walk): void => {
  const { bytes, keep, at } = state.window
  const isTooLong = at - keep > state.maxRecord
  if (isTooLong && readRowByRow(state)) return
  if (isTooLong) reportTooLong(state)
  if (state.discard || isTooLong) {
    if (state.place === 'tail') state.place = state.outer
    resume(state, walk)
    return
  }
  const record = parseJson(bytes.toString('utf8', keep, at))
  if (record === undefined) {
    reportDamaged(state, 'not valid JSON; repair the record or leave it out')
    if (!retryLines(state)) resume(state, walk)
    return
  }
  if (bytes[keep] === BYTE.openObject) learnGuesses(state)
  deliver(state, record.value)
  resume(state, walk)
}

/** The object under the walk cannot be finished: its bytes are searched, then those after it. */
export const reportBroken = (state: State, walk: Walk, what: string): void => {
  // Damage costs one row of a result. It is met again there.
  if (!state.searching && readRowByRow(state)) return
  // Of a record that is too long, so much has been said.
  if (!state.discard || state.place === 'tail') reportDamaged(state, what)
  if (mayRepeat(state)) searchFrom(state, state.window.keep + 1)
  else if (!retryLines(state)) {
    state.line += walk.lines
    searchFrom(state, state.window.at)
  }
}

const isListKey = (key: string | undefined, levels: number): boolean =>
  levels === 1 ? LIST_KEYS.includes(key ?? '') : key === NESTED_LIST_KEY

const getNested = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && NESTED_LIST_KEY in value ? value[NESTED_LIST_KEY] : undefined

const hasNestedList = (holder: unknown): boolean => Array.isArray(getNested(getNested(holder)))

const openArray = (state: State, walk: Walk): void => {
  const { bytes, keep, at } = state.window
  const levels = walk.depth - 1
  if (state.discard) return
  const key = findArrayKey(bytes, at - 1, keep)
  if (levels === 2 && key === ROWS_KEY) noteRows(state, walk)
  if (!isListKey(key, levels)) return
  const holder = parseJson(`${bytes.toString('utf8', keep, at)}]${'}'.repeat(levels)}`)
  if (levels > 1 && !hasNestedList(holder?.value)) return
  if (!state.searching) state.record--
  if (holder === undefined) reportDamaged(state, 'not valid JSON; repair the record or leave it out')
  state.searching = false
  // An object with Records among the Records of another is not a real case, but it must not end both.
  state.outer = state.place === 'records' ? 'loose' : state.place
  state.place = 'records'
  state.levels = levels
  resume(state, walk)
}

const skipTooLong = (state: State, walk: Walk): void => {
  reportTooLong(state)
  state.discard = true
  releaseRecord(state, walk)
}

/** Walks on through the object that has begun, as far as the bytes go. */
export const walkRecord = (state: State, walk: Walk): void => {
  const { window } = state
  const { step, at } = walkOn(window.bytes, { from: window.at, end: window.end, floor: window.keep }, walk)
  window.at = at
  if (step === 'closed') closeRecord(state, walk)
  else if (step === 'broken') reportBroken(state, walk, 'broken JSON; repair the record or leave it out')
  else if (step === 'array') openArray(state, walk)
  else if (state.discard) releaseRecord(state, walk)
  else if (at - window.keep > state.maxRecord && !readRowByRow(state)) skipTooLong(state, walk)
}
