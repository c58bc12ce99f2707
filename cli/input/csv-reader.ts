import { type CsvRow, type RowFault, splitCsv } from './csv-rows.ts'
import { MAX_RECORD } from './max-record.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './splitter-state.ts'

const FAULTS: Readonly<Record<RowFault, string>> = {
  'cut-off': 'cut off in the middle of a row, or a quotation mark without its end; fetch it again',
  'too-long': `a row of more than ${MAX_RECORD / 1024 / 1024} MiB; no event is that long; leave it out`,
  damaged: 'a row that is no CSV; repair the row or leave it out',
}

const NO_HEADER = 'the header is no CSV, so that no row is read; repair the header'

const BOM = Buffer.from('\ufeff')

const skipBom = (start: Buffer): Buffer => (start.indexOf(BOM) === 0 ? start.subarray(BOM.length) : start)

/** A row may have fewer cells than the header, or more, which have no name. */
const nameCells = (columns: readonly string[], cells: readonly string[]): unknown =>
  Object.fromEntries(columns.slice(0, cells.length).map((column, at) => [column, cells[at]]))

/** Reads a CSV file with a header: each row is an object of its columns. A row that is damaged is one problem. */
export const createCsvReader = (sink: Sink, separator: string): Reader => {
  let record = 0
  let columns: readonly string[] | undefined
  const takeHeader = ({ cells, line, fault }: CsvRow): void => {
    columns = cells.map(cell => cell.trim())
    if (fault !== undefined) sink.onProblem(NO_HEADER, { line, record: 1 })
  }
  const takeRow = (row: CsvRow): void => {
    if (columns === undefined) {
      takeHeader(row)
      return
    }
    if (columns.length === 0) return
    record++
    const { cells, line, fault } = row
    if (fault !== undefined) sink.onProblem(FAULTS[fault], { line, record })
    else sink.onRecord(nameCells(columns, cells), { line, record, inside: 'CSV rows' })
  }
  const rows = splitCsv(separator.charCodeAt(0), MAX_RECORD, takeRow)
  let isStart = true
  return {
    // The first piece has all of the header.
    push: piece => {
      rows.push(isStart ? skipBom(piece) : piece)
      isStart = false
    },
    ready: async () => {},
    end: async () => rows.end(),
  }
}
