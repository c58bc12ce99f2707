// Walking through every byte costs as much as parsing. If records follow each other as usual, a search in native code
// can guess their ends: a text that JSON.parse accepts as a whole object is what the walk would have found.
import { BYTE, isSpace } from './bytes.ts'
import { deliver } from './deliver.ts'
import { parseJson } from './parse-json.ts'
import type { Guesses, State } from './splitter-state.ts'

const LONGEST_OPENING = 64
const RECORDS = Buffer.from('{"Records"')

/** Remembers how a record that has been walked through began. */
export const learnGuesses = ({ guesses, window }: State): void => {
  const colon = window.bytes.indexOf(BYTE.colon, window.keep)
  const length = colon + 1 - window.keep
  guesses.opening =
    colon !== -1 && colon < window.at && length <= LONGEST_OPENING
      ? Buffer.from(window.bytes.subarray(window.keep, colon + 1))
      : undefined
}

// The brace that closes an object, with no more than white space and one comma between it and `before`.
const findClosingBrace = (bytes: Buffer, before: number): number | undefined => {
  let at = before - 1
  while (isSpace(bytes[at])) at--
  if (bytes[at] === BYTE.comma) at--
  while (isSpace(bytes[at])) at--
  return bytes[at] === BYTE.closeObject ? at : undefined
}

/** One past the end that the object at `from` would have: before the next that begins like it, or at the end of the line. */
const guessEnd = ({ window, guesses }: State, from: number): number | undefined => {
  const { bytes, end } = window
  const rest = bytes.subarray(from + 1, end)
  const next = guesses.opening === undefined ? -1 : rest.indexOf(guesses.opening)
  const boundary = next === -1 ? rest.indexOf(BYTE.newline) : next
  const brace = boundary === -1 ? undefined : findClosingBrace(bytes, from + 1 + boundary)
  return brace === undefined || brace <= from ? undefined : brace + 1
}

const countLines = (bytes: Buffer, from: number, end: number): number => {
  let lines = 0
  const slice = bytes.subarray(from, end)
  for (let at = slice.indexOf(BYTE.newline); at !== -1; at = slice.indexOf(BYTE.newline, at + 1)) lines++
  return lines
}

const isWorthwhile = ({ hits, misses }: Guesses): boolean => misses < 32 || misses * 4 < hits

const hasRecords = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'Records' in value && Array.isArray(value.Records)

/** Takes the whole record that begins here if its end can be guessed. */
export const takeGuessed = (state: State): boolean => {
  const { window, guesses } = state
  const from = window.at
  if (state.searching || !isWorthwhile(guesses)) return false
  if (window.bytes.compare(RECORDS, 0, RECORDS.length, from, from + RECORDS.length) === 0) return false
  const end = guessEnd(state, from)
  const record =
    end === undefined || end - from > state.maxRecord ? undefined : parseJson(window.bytes.toString('utf8', from, end))
  if (end === undefined || record === undefined || hasRecords(record.value)) {
    guesses.misses++
    return false
  }
  guesses.hits++
  state.record++
  deliver(state, record.value)
  state.line += countLines(window.bytes, from, end)
  window.at = end
  window.keep = end
  state.lineStart = false
  return true
}
