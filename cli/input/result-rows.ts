// The rows of an Athena result that is too long to be held. A row alone does not say what its cells are, so that each is
// handed on in a result of its own, with the names of the columns.
import { hasRecordColumn } from './form.ts'
import { parseJson } from './parse-json.ts'
import { resume, type State } from './splitter-state.ts'
import { createWalk, type Walk, walkOn } from './walk.ts'

/** The key of the object in which the rows lie, and theirs in it. */
const RESULT_KEY = 'ResultSet'
export const ROWS_KEY = 'Rows'

const getKey = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined

const getList = (value: unknown, key: string): readonly unknown[] => {
  const list: unknown = getKey(value, key)
  return Array.isArray(list) ? list : []
}

/** Remembers where the rows of an object begin: one past their bracket. */
export const noteRows = (state: State, { lines }: Walk): void => {
  state.rows ??= { offset: state.window.at - state.window.keep, lines }
}

const readFirstRow = ({ window }: State, from: number): unknown => {
  const walk = createWalk()
  let reached = walkOn(window.bytes, { from, end: window.end, floor: from }, walk)
  while (reached.step === 'array')
    reached = walkOn(window.bytes, { from: reached.at, end: window.end, floor: from }, walk)
  return reached.step === 'closed' ? parseJson(window.bytes.toString('utf8', from, reached.at))?.value : undefined
}

/** The result whose rows have begun, without them. Undefined if what is under the walk is none. */
const readResult = ({ window, rows }: State): unknown => {
  if (rows === undefined) return undefined
  const head = window.bytes.toString('utf8', window.keep, window.keep + rows.offset)
  return getKey(parseJson(`${head}]}}`)?.value, RESULT_KEY)
}

export const isTooLongResult = (state: State): boolean => readResult(state) !== undefined

/** The names of the columns: said before the rows, else the first row, as Athena prints it. */
const listColumns = (state: State, result: unknown, from: number): readonly unknown[] => {
  const said = getList(getKey(result, 'ResultSetMetadata'), 'ColumnInfo')
  if (said.length > 0) return said
  const names = getList(readFirstRow(state, from), 'Data').map(cell => getKey(cell, 'VarCharValue'))
  return names.some(name => typeof name === 'string' && hasRecordColumn(name)) ? names.map(Name => ({ Name })) : []
}

/** Goes back to the first row, to read row by row. False if that cannot be done. */
export const readRowByRow = (state: State): boolean => {
  const { window, rows } = state
  const result = readResult(state)
  // A result among the rows of another is no real case: going back for each would be quadratic.
  if (state.discard || result === undefined || rows === undefined || state.place === 'records') return false
  const from = window.keep + rows.offset
  const columns = listColumns(state, result, from)
  if (columns.length === 0) return false
  if (!state.searching) state.record--
  state.searching = false
  state.outer = state.place
  state.place = 'records'
  state.levels = 2
  state.columns = columns
  window.at = from
  resume(state, rows)
  return true
}

/** A row in a result of its own. Everything else as it is. */
export const toResult = (columns: readonly unknown[], value: unknown): unknown =>
  getKey(value, 'Data') === undefined
    ? value
    : { [RESULT_KEY]: { [ROWS_KEY]: [value], ResultSetMetadata: { ColumnInfo: columns } } }
