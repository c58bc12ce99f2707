import { describe, expect, test } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { type CsvRow, splitCsv } from '../../cli/input/csv-rows.ts'

const COMMA = ','.charCodeAt(0)

const split = (pieces: readonly Buffer[], maxRow = 1_000_000): readonly CsvRow[] => {
  const rows: CsvRow[] = []
  const splitter = splitCsv(COMMA, maxRow, row => rows.push(row))
  for (const piece of pieces) splitter.push(piece)
  splitter.end()
  return rows
}

const splitText = (text: string, maxRow?: number): readonly CsvRow[] => split([Buffer.from(text)], maxRow)
const listCells = (rows: readonly CsvRow[]) => rows.map(({ cells }) => cells)
const inShort = (rows: readonly CsvRow[]): readonly string[] =>
  rows.map(({ cells, line, fault }) => `${line}: ${fault ?? cells.join('|')}`)

/** Cuts a text at any places, also in the middle of a letter. */
const cut = (text: string, places: readonly number[]): readonly Buffer[] => {
  const bytes = Buffer.from(text)
  const at = [...new Set([0, ...places.map(place => place % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

const places = fc.array(fc.nat(), { maxLength: 20 })
const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', '{', 'ä', '😀'), maxLength: 12 }),
  fc.string({ maxLength: 30 }),
)
const NEEDS_QUOTES = /["\r\n,]/

describe('rows of a CSV file', () => {
  test('have the cells that were written, in any pieces, as a reader of CSV finds them', () => {
    const written = fc.record({ text: cell, isQuoted: fc.boolean() })
    const tables = fc.record({
      rows: fc.array(fc.array(written, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      end: fc.constantFrom('\n', '\r\n'),
      hasLast: fc.boolean(),
    })
    fc.assert(
      fc.property(tables, places, ({ rows, end, hasLast }, where) => {
        const text = rows
          .map(row =>
            row
              .map(one =>
                one.isQuoted || NEEDS_QUOTES.test(one.text) ? `"${one.text.replaceAll('"', '""')}"` : one.text,
              )
              .join(','),
          )
          .join(end)
        const full = hasLast ? text + end : text
        const cells = rows.map(row => row.map(one => one.text)).filter(row => row.join('') !== '' || row.length > 1)
        const found = split(cut(full, where))
        expect(found.filter(({ fault }) => fault !== undefined)).toEqual([])
        expect(listCells(found)).toEqual(cells)
        const options = { relax_column_count: true, skip_empty_lines: true, record_delimiter: end } as const
        const others: readonly string[][] = parse(full, options)
        expect(listCells(found)).toEqual(others.filter(row => row.join('') !== '' || row.length > 1))
      }),
    )
  })

  test('are the same in any pieces, however damaged they are', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '"', ',', '\n', '\r', 'a', 'ä'), maxLength: 60 })
    fc.assert(
      fc.property(text, places, (damaged, where) => {
        expect(split(cut(damaged, where))).toEqual(splitText(damaged))
      }),
    )
  })

  test.each([
    ['a mark in a bare cell', 'a,b"c\nd,e\n', ['1: damaged', '2: d|e']],
    ['marks that are not doubled', '"{"a":"b"}",x\nd,e\n', ['1: damaged', '2: d|e']],
    ['a space before the mark', 'a, "b"\nd,e\n', ['1: damaged', '2: d|e']],
    ['a mark without its end: the next row that has marks ends it', 'a,"b\n"c",d\ne,f\n', ['1: damaged', '3: e|f']],
    ['the end in a quoted cell', 'a,b\nc,"d\n', ['1: a|b', '2: cut-off']],
    ['an end of a line in a cell', '"a\nb",c\nd,e\n', ['1: a\nb|c', '3: d|e']],
    ['empty lines', 'a,b\n\n\r\nc,d\n\n', ['1: a|b', '4: c|d']],
    ['carriage returns alone', 'a,b\rc,d\r', ['1: a|b', '2: c|d']],
    ['no end of the last line', 'a,b\nc,d', ['1: a|b', '2: c|d']],
    ['an empty last cell', 'a,b\nc,', ['1: a|b', '2: c|']],
    ['nothing', '', []],
  ])('with %s', (_, text, expected) => {
    expect(inShort(splitText(text))).toEqual(expected)
  })

  test('that are too long are one fault each, and hold no memory', () => {
    const long = 'x'.repeat(5_000)
    const text = `a,b\n"${long}",1\nc,d\n${long}\n`
    for (const size of [1, 7, 64, 100_000]) {
      const bytes = Buffer.from(text)
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (__, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      )
      expect(inShort(split(pieces, 1_000))).toEqual(['1: a|b', '2: too-long', '3: c|d', '4: too-long'])
    }
  })

  test('keep ten thousand cells and no more, because a row of commas alone has no bytes', () => {
    expect(splitText(`${','.repeat(50_000)}\n`).map(({ cells }) => cells.length)).toEqual([10_000])
  })
})
