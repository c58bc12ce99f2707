// Finds the records in a stream of bytes: objects one after another, elements of an array, elements of a list of records in
// an object (its Records, say). Damage costs what is damaged: the search goes on behind it, also among the bytes that seemed to belong to it.
import { readBetweenRecords } from './between-records.ts'
import type { Sink, State } from './splitter-state.ts'
import { reportBroken, walkRecord } from './through-record.ts'
import { append, createWindow } from './window.ts'

export type Splitter = { readonly push: (piece: Buffer) => void; readonly end: () => void }

const drainWindow = (state: State): void => {
  const { window } = state
  while (window.at < window.end) {
    const { walk } = state
    const { at } = window
    if (walk === undefined) readBetweenRecords(state)
    else walkRecord(state, walk)
    // A backslash at the very end waits for the byte that it escapes.
    if (state.walk === walk && window.at === at) return
  }
}

const finish = (state: State): void => {
  const { sink } = state
  if (state.empty) sink.onProblem('empty; fetch it again or leave it out', { line: 1, record: 1 })
  while (state.walk !== undefined) {
    reportBroken(state, state.walk, 'cut off in the middle of a record; fetch it again')
    drainWindow(state)
  }
  if (state.place === 'array' || state.place === 'records') {
    sink.onProblem('cut off in the middle of a list of records; fetch it again', {
      line: state.line,
      record: state.record + 1,
    })
  }
}

/** Splits bytes into records, however they are cut into pieces. Keeps one record of at most `maxRecord` bytes, and one piece. */
export const recordSplitter = (sink: Sink, maxRecord: number): Splitter => {
  const state: State = {
    window: createWindow(),
    sink,
    maxRecord,
    guesses: { opening: undefined, hits: 0, misses: 0 },
    walk: undefined,
    place: 'top',
    outer: 'top',
    levels: 1,
    rows: undefined,
    columns: undefined,
    discard: false,
    searching: false,
    budget: 0,
    lineStart: true,
    line: 1,
    record: 0,
    empty: true,
  }
  return {
    push: piece => {
      append(state.window, piece)
      drainWindow(state)
    },
    end: () => finish(state),
  }
}
