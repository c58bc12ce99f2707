// Finds the rows and cells of a CSV file (RFC 4180) over bytes, piece by piece. A library that looks at every byte through
// several functions takes half of the time of a replay.
import { BYTE } from './bytes.ts'

/** What is wrong with a row. */
export type RowFault = 'damaged' | 'too-long' | 'cut-off'

export type CsvRow = {
  readonly cells: readonly string[]
  /** The line on which it begins, counted from 1. */
  readonly line: number
  readonly fault: RowFault | undefined
}

type Mode = 'start' | 'bare' | 'quoted' | 'closed'

type State = {
  readonly separator: number
  readonly maxRow: number
  readonly onRow: (row: CsvRow) => void
  /** What the cells of the row hold, without the quotation marks around them. */
  bytes: Buffer
  length: number
  /** Where each cell ends in `bytes`. */
  ends: number[]
  /** `start` of a cell; `closed`: behind a quotation mark in a quoted cell, which another one may follow. */
  mode: Mode
  fault: RowFault | undefined
  line: number
  /** The lines inside the cells of the row. */
  inner: number
  /** Behind a carriage return that ended a row. */
  afterReturn: boolean
}

/** More cells in a row are not kept: a table of CloudTrail records has some thirty. */
const MAX_CELLS = 10_000

const FIRST_CAPACITY = 64 * 1024

const listCells = ({ bytes, ends }: State): readonly string[] => {
  const cells: string[] = []
  let from = 0
  for (const end of ends) {
    cells.push(bytes.toString('utf8', from, end))
    from = end
  }
  return cells
}

const endCell = (state: State): void => {
  if (state.ends.length < MAX_CELLS) state.ends.push(state.length)
}

const endRow = (state: State): void => {
  const { line, ends, length } = state
  if (length > state.maxRow) state.fault = 'too-long'
  const { fault } = state
  const isEmpty = ends.length === 1 && length === 0
  const cells = fault === undefined && !isEmpty ? listCells(state) : []
  state.line += 1 + state.inner
  state.inner = 0
  state.length = 0
  state.ends = []
  state.mode = 'start'
  state.fault = undefined
  if (!isEmpty || fault !== undefined) state.onRow({ cells, line, fault })
}

const readStart = (state: State, piece: Buffer, at: number): number => {
  if (state.afterReturn) {
    state.afterReturn = false
    if (piece[at] === BYTE.newline) return at + 1
  }
  const isQuoted = piece[at] === BYTE.quote
  state.mode = isQuoted ? 'quoted' : 'bare'
  return isQuoted ? at + 1 : at
}

const readBare = (state: State, piece: Buffer, from: number): number => {
  const { bytes, separator } = state
  for (let at = from; at < piece.length; at++) {
    const byte = piece[at] ?? 0
    if (byte === separator) {
      endCell(state)
      state.mode = 'start'
      return at + 1
    }
    if (byte === BYTE.newline || byte === BYTE.return) {
      endCell(state)
      endRow(state)
      state.afterReturn = byte === BYTE.return
      return at + 1
    }
    if (byte === BYTE.quote) state.fault ??= 'damaged'
    bytes[state.length++] = byte
  }
  return piece.length
}

const readQuoted = (state: State, piece: Buffer, from: number): number => {
  const { bytes } = state
  let { length } = state
  let at = from
  for (; at < piece.length; at++) {
    const byte = piece[at] ?? 0
    if (byte === BYTE.quote) {
      // Two stand for one.
      if (piece[at + 1] !== BYTE.quote) break
      at++
    } else if (byte === BYTE.newline) state.inner++
    bytes[length++] = byte
  }
  state.length = length
  if (at < piece.length) state.mode = 'closed'
  return at + 1
}

const readClosed = (state: State, piece: Buffer, at: number): number => {
  const byte = piece[at]
  // The two were cut apart by the end of a piece.
  if (byte === BYTE.quote) {
    state.bytes[state.length++] = BYTE.quote
    state.mode = 'quoted'
    return at + 1
  }
  if (byte !== state.separator && byte !== BYTE.newline && byte !== BYTE.return) state.fault ??= 'damaged'
  state.mode = 'bare'
  return at
}

const READERS: Readonly<Record<Mode, (state: State, piece: Buffer, at: number) => number>> = {
  start: readStart,
  bare: readBare,
  quoted: readQuoted,
  closed: readClosed,
}

/** Cells never hold more bytes than the pieces that they are in. */
const reserve = (state: State, more: number): void => {
  const needed = state.length + more
  if (needed <= state.bytes.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * state.bytes.length))
  state.bytes.copy(larger, 0, 0, state.length)
  state.bytes = larger
}

/** The rest of a row that is too long is walked, and not kept. */
const forgetTooLong = (state: State): void => {
  if (state.fault !== 'too-long' && state.length <= state.maxRow) return
  state.fault = 'too-long'
  state.length = 0
  state.ends = []
}

export type CsvSplitter = { readonly push: (piece: Buffer) => void; readonly end: () => void }

/**
 * Hands on every row, the header as well. Empty lines are left out. A row whose quotation marks are wrong ends at the next
 * end of a line.
 */
export const splitCsv = (separator: number, maxRow: number, onRow: (row: CsvRow) => void): CsvSplitter => {
  const state: State = {
    separator,
    maxRow,
    onRow,
    bytes: Buffer.allocUnsafeSlow(FIRST_CAPACITY),
    length: 0,
    ends: [],
    mode: 'start',
    fault: undefined,
    line: 1,
    inner: 0,
    afterReturn: false,
  }
  return {
    push: piece => {
      reserve(state, piece.length)
      let at = 0
      while (at < piece.length) at = READERS[state.mode](state, piece, at)
      forgetTooLong(state)
    },
    end: () => {
      if (state.mode === 'start' && state.ends.length === 0) return
      if (state.mode === 'quoted') state.fault = 'cut-off'
      endCell(state)
      endRow(state)
    },
  }
}
