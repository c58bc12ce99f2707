import { type CsvError, type Info, parse } from 'csv-parse'
import { MAX_RECORD } from './max-record.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './splitter-state.ts'

type Row = { readonly record: unknown; readonly info: Info }

const describe = ({ code }: CsvError): string => {
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return 'cut off in the middle of a row, or a quotation mark without its end; fetch it again'
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `a row of more than ${MAX_RECORD / 1024 / 1024} MiB; no event is that long; leave it out`
  return 'a row that is no CSV; repair the row or leave it out'
}

/** Reads a CSV file with a header: each row is an object of its columns. A row that is damaged is one problem. */
export const createCsvReader = (sink: Sink, delimiter: string): Reader => {
  let record = 0
  // Behind the header.
  let line = 2
  let lastProblem: string | undefined
  let failure: unknown
  let written: Promise<void> = Promise.resolve()
  const parser = parse({
    bom: true,
    columns: true,
    delimiter,
    info: true,
    max_record_size: MAX_RECORD,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: error => {
      // A row that is too long is reported once for each time that it is.
      if (error === undefined || (error.code === 'CSV_MAX_RECORD_SIZE' && lastProblem === error.code)) return
      lastProblem = error.code
      record++
      sink.onProblem(describe(error), { line: typeof error['lines'] === 'number' ? error['lines'] : line, record })
    },
  })
  const over = new Promise<void>(resolve =>
    parser.on('end', resolve).on('error', error => {
      failure = error
      resolve()
    }),
  )
  parser.on('data', ({ record: row, info }: Row) => {
    record++
    lastProblem = undefined
    sink.onRecord(row, { line, record, inside: 'CSV rows' })
    line = info.lines + 1
  })
  return {
    push: piece => {
      // The pieces of a file share one buffer with what is read after them.
      written = new Promise(resolve => parser.write(Buffer.from(piece), () => resolve()))
    },
    ready: () => written,
    end: async () => {
      parser.end()
      await over
      if (failure !== undefined) throw failure
    },
  }
}
