// What `aws logs tail` prints: a time, the name of a stream and the message, whose JSON may go over several lines.
import { stripColours } from './form.ts'
import { createLineSplitter } from './line-splitter.ts'
import { MAX_RECORD } from './max-record.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './splitter-state.ts'

const START = /^\ufeff?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*)\s(.*)$/s

type Entry = { readonly timestamp: string; readonly lines: string[]; readonly line: number; length: number }

// Behind the name of a stream, which may have brackets in it.
const JSON_MESSAGE = /^(?:\S+\s+)?([{[].*)$/s

const getMessage = ({ lines }: Entry): string => {
  const text = lines.join('\n')
  const message = JSON_MESSAGE.exec(text)?.[1]
  if (message !== undefined) return message
  const brace = text.indexOf('{')
  return brace === -1 ? text : text.slice(brace)
}

const TOO_LONG = `an entry of more than ${MAX_RECORD / 1024 / 1024} MiB; no event is that long; leave it out`

type State = { entry: Entry | undefined; line: number; record: number }

const finishEntry = (state: State, sink: Sink): void => {
  const { entry } = state
  if (entry === undefined) return
  state.entry = undefined
  state.record++
  const position = { line: entry.line, record: state.record }
  if (entry.length > MAX_RECORD) sink.onProblem(TOO_LONG, position)
  else sink.onRecord({ timestamp: entry.timestamp, message: getMessage(entry) }, position)
}

const takeLine = (state: State, sink: Sink, text: string | undefined): void => {
  state.line++
  const [, timestamp, message] = (text === undefined ? undefined : START.exec(text)) ?? []
  if (timestamp !== undefined || text === undefined) {
    finishEntry(state, sink)
    state.entry = { timestamp: timestamp ?? '', lines: [], line: state.line, length: 0 }
  }
  const { entry } = state
  if (entry === undefined) return
  const added = message ?? text ?? ''
  entry.length += text === undefined ? MAX_RECORD + 1 : added.length
  if (entry.length <= MAX_RECORD) entry.lines.push(added)
}

/** Reads lines that begin with a time; a line that does not goes on with the one before. */
export const createLogLineReader = (sink: Sink): Reader => {
  const state: State = { entry: undefined, line: 0, record: 0 }
  const splitter = createLineSplitter(text => takeLine(state, sink, text && stripColours(text)), MAX_RECORD)
  return {
    push: splitter.push,
    ready: async () => {},
    end: async () => {
      splitter.end()
      finishEntry(state, sink)
    },
  }
}
