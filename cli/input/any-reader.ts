import { createCsvReader } from './csv-reader.ts'
import { isEnough, recogniseForm } from './form.ts'
import { createLogLineReader } from './log-line-reader.ts'
import { MAX_RECORD } from './max-record.ts'
import type { Reader } from './reader.ts'
import { recordSplitter } from './split-records.ts'
import type { Sink } from './splitter-state.ts'

const createJsonReader = (sink: Sink): Reader => {
  const splitter = recordSplitter(sink, MAX_RECORD)
  return { push: splitter.push, ready: async () => {}, end: async () => splitter.end() }
}

/** Input of an unknown form is read as JSON, whose reader reports that it is none. */
const createReaderFor = (start: Buffer, sink: Sink): Reader => {
  const form = recogniseForm(start)
  if (form?.kind === 'csv') return createCsvReader(sink, form.separator)
  return form?.kind === 'lines' ? createLogLineReader(sink) : createJsonReader(sink)
}

/** Reads an input of any form: the form is seen from its beginning. `onStart` is given that beginning before anything is read. */
export const createAnyReader = (sink: Sink, onStart: (start: Buffer) => void): Reader => {
  let waiting: Buffer[] = []
  let reader: Reader | undefined
  const start = (): Reader => {
    const bytes = Buffer.concat(waiting)
    waiting = []
    onStart(bytes)
    const created = createReaderFor(bytes, sink)
    created.push(bytes)
    reader = created
    return created
  }
  return {
    push: piece => {
      if (reader !== undefined) {
        reader.push(piece)
        return
      }
      waiting.push(Buffer.from(piece))
      if (isEnough(Buffer.concat(waiting))) start()
    },
    ready: async () => reader?.ready(),
    end: async () => (reader ?? start()).end(),
  }
}
