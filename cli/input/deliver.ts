import { toResult } from './result-rows.ts'
import type { State } from './splitter-state.ts'

/** Hands a value on. Behind damage, only records are handed on. */
export const deliver = (state: State, found: unknown): void => {
  const value = state.columns === undefined ? found : toResult(state.columns, found)
  if (state.searching) {
    if (!state.sink.isRecord(value)) return
    state.searching = false
    state.record++
  }
  state.sink.onRecord(value, { line: state.line, record: state.record })
}
