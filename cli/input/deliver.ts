import type { State } from './splitter-state.ts'

/** Hands a value on. Behind damage, only records are handed on. */
export const deliver = (state: State, value: unknown): void => {
  if (state.searching) {
    if (!state.sink.isRecord(value)) return
    state.searching = false
    state.record++
  }
  state.sink.onRecord(value, { line: state.line, record: state.record })
}
