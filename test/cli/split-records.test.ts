import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { LIST_KEYS } from '../../cli/input/list-keys.ts'
import { recordSplitter } from '../../cli/input/split-records.ts'

type Split = { readonly records: unknown[]; readonly lines: number[]; readonly problems: string[] }

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('eventName' in value || 'ResultSet' in value)

const split = (bytes: Buffer, { pieces = [bytes.length], maxRecord = 1024 * 1024 } = {}): Split => {
  const result: Split = { records: [], lines: [], problems: [] }
  const splitter = recordSplitter(
    {
      isRecord,
      onRecord: (value, { line }) => {
        result.records.push(value)
        result.lines.push(line)
      },
      onProblem: (what, { line, record }) => result.problems.push(`${line} (record ${record}): ${what.split(';')[0]}`),
    },
    maxRecord,
  )
  let at = 0
  for (let piece = 0; at < bytes.length; piece++) {
    const length = Math.max(1, pieces[piece % pieces.length] ?? 1)
    splitter.push(bytes.subarray(at, at + length))
    at += length
  }
  splitter.end()
  return result
}

const splitText = (text: string, options = {}): Split => split(Buffer.from(text), options)

const record = (id: number, more: Record<string, unknown> = {}) => ({ eventName: 'RunInstances', id, ...more })
const line = (id: number, more: Record<string, unknown> = {}): string => JSON.stringify(record(id, more))
const ids = (records: readonly unknown[]) => records.map(value => (value as { id: number }).id)

const anyRecord = fc
  .tuple(fc.nat(), fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { maxKeys: 4 }))
  .map(([id, more]) => ({ ...more, eventName: 'RunInstances', id }))
const space = fc.constantFrom('', ' ', '\n', '\r\n', '\t', '\n\n')
const indent = fc.constantFrom(undefined, 2, '\t')

// A document of one to a few records in one of the forms that are read, with what it holds.
const document = fc
  .record({ records: fc.array(anyRecord, { maxLength: 4 }), indent, space, form: fc.nat(4), first: fc.boolean() })
  .map(({ records, indent: by, space: gap, form, first }) => {
    const other = { note: 'a,"Records":[{' }
    const texts = [
      records.map(value => `${JSON.stringify(value, null, by)}${gap}`).join(''),
      records.map(value => `${JSON.stringify(value)}\r\n`).join(''),
      `${JSON.stringify(records, null, by)}${gap}`,
      `${JSON.stringify(first ? { Records: records, ...other } : { ...other, Records: records }, null, by)}${gap}`,
      JSON.stringify([{ Records: records }, { ...other, Records: [] }], null, by),
    ]
    return { records, text: texts[form] ?? '' }
  })

describe('the reader of records', () => {
  test('gives what JSON.parse gives for any mix of forms, cut into any pieces', () =>
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        (documents, pieces) => {
          const bytes = Buffer.from(documents.map(({ text }) => text).join('\n'))
          const expected = documents.flatMap(({ records }) => JSON.parse(JSON.stringify(records)))
          const result = split(bytes, { pieces })
          expect(result.records).toEqual(expected)
          expect(result.problems.filter(problem => !problem.endsWith('empty'))).toEqual([])
        },
      ),
    ))

  test('accepts a byte order mark and Windows line ends', () => {
    const result = splitText(`\ufeff${line(1)}\r\n${line(2)}\r\n`, { pieces: [1] })
    expect(ids(result.records)).toEqual([1, 2])
    expect(result.lines).toEqual([1, 2])
    expect(result.problems).toEqual([])
  })

  test('gives as the line of each record the one on which it begins', () => {
    const text = `${JSON.stringify(record(1), null, 2)}\n\n${line(2)}\n{"Records":[\n${line(3)},\n${line(4)}]}\n`
    expect(splitText(text).lines).toEqual([1, 6, 8, 9])
  })

  test('takes objects inside a record that begin like one as part of it', () => {
    const inner = [record(7), record(8)]
    const records = [record(1), record(2, { inner }), record(3, { inner: { first: record(9), inner } }), record(4)]
    for (const by of [undefined, 1]) {
      for (const value of [records, { Records: records }, [{ Records: records }]]) {
        expect(splitText(JSON.stringify(value, null, by))).toMatchObject({ records, problems: [] })
      }
      const holder = { eventName: 'x', id: 0, all: records }
      expect(splitText(JSON.stringify([...records, holder], null, by)).records).toEqual([...records, holder])
    }
  })

  test('accepts an empty list as no record', () =>
    expect(splitText('{"Records":[]}')).toEqual({ records: [], lines: [], problems: [] }))
})

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const element = fc.oneof(
  anyRecord,
  fc.string({ unit: 'binary' }),
  fc.array(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }), { maxLength: 3 }),
)
const listHolder = fc
  .record({
    elements: fc.array(element, { maxLength: 5 }),
    indent,
    key: fc.constantFrom(...LIST_KEYS),
    nested: fc.boolean(),
  })
  .map(({ elements, indent: by, key, nested }) => ({
    elements,
    text: JSON.stringify(
      nested
        ? { took: 1, hits: { total: { value: 2 }, hits: elements }, more: [1] }
        : { a: [1], [key]: elements, b: {} },
      null,
      by,
    ),
  }))

describe('the list that a wrapper holds', () => {
  test('gives its elements one by one, be they objects, arrays or texts, cut into any pieces', () =>
    fc.assert(
      fc.property(
        fc.array(listHolder, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        (holders, pieces) => {
          const result = split(Buffer.from(holders.map(({ text }) => text).join('\n')), { pieces })
          expect(result).toMatchObject({ problems: [] })
          // A holder whose end can be guessed comes out as a whole.
          const opened = result.records.flatMap(value => {
            const whole = JSON.stringify(value)
            return holders.find(({ text }) => JSON.stringify(JSON.parse(text)) === whole)?.elements ?? [value]
          })
          expect(plain(opened)).toEqual(plain(holders.flatMap(({ elements }) => elements)))
        },
      ),
    ))

  test('costs only the damaged element, and the objects behind it are found', () => {
    const damaged = `{"took":1,"hits":{"hits":[${line(1)},{"a":tru},${line(2)}]}}\n{"Events":["a","b`
    const result = splitText(damaged)
    expect(ids(result.records.filter(isRecord))).toEqual([1, 2])
    expect(result.problems).toEqual(['1 (record 2): not valid JSON', '2 (record 5): cut off in the middle of a record'])
  })

  test('is no list if an array of that name lies elsewhere', () => {
    const value = { eventName: 'x', requestParameters: { Records: [1], hits: [2], more: { hits: [3] } } }
    expect(splitText(JSON.stringify(value, null, 1)).records).toEqual([value])
  })
})

describe('damaged input loses only the damaged records', () => {
  test.each([
    [
      'a line that is no JSON',
      `${line(1)}\nhello {world}\n${line(2)}\n`,
      [1, 2],
      '2 (record 2): text that is no JSON object',
    ],
    ['a line with a wrong value', `${line(1)}\n{"a": tru}\n${line(2)}\n`, [1, 2], '2 (record 2): not valid JSON'],
    ['a line cut off', `${line(1)}\n{"a": {"b": 1\n${line(2)}\n`, [1, 2], '2 (record 2): broken JSON'],
    ['a line cut off in a string', `${line(1)}\n{"a": "b\n${line(2)}\n`, [1, 2], '2 (record 2): broken JSON'],
    [
      'a line cut off after a colon',
      `${line(1)}\n{"a":\n${line(2)}\n${line(3)}\n`,
      [1, 2, 3],
      '2 (record 2): broken JSON',
    ],
    [
      'a line cut off after a comma',
      `${line(1)}\n{"a":1,\n${line(2)}\n${line(3)}\n`,
      [1, 2, 3],
      '2 (record 2): broken JSON',
    ],
    [
      'a line cut off in a list',
      `${line(1)}\n{"a":[\n${line(2)}\n${line(3)}\n`,
      [1, 2, 3],
      '2 (record 2): broken JSON',
    ],
    [
      'an element with a wrong value',
      `{"Records":[${line(1)},{"a":tru},${line(2)}]}`,
      [1, 2],
      '1 (record 2): not valid JSON',
    ],
    [
      'an element without its end',
      `{"Records":[${line(1)},{"a":{"b":1},${line(2)}]}`,
      [1, 2],
      '1 (record 2): broken JSON',
    ],
    [
      'an element with a missing quote',
      `{"Records":[${line(1)},{"a":"x,"b":"y"},${line(2)},${line(3)}]}`,
      [1, 2, 3],
      '1 (record 2): broken JSON',
    ],
    ['an element that is a number', `[${line(1)},7,${line(2)}]`, [1, 2], '1 (record 2): text that is no JSON object'],
    [
      'an indented element with a wrong value',
      `{\n "Records": [\n  {\n   "a": tru\n  },\n  ${line(2)}\n ]\n}`,
      [2],
      '3 (record 1): not valid JSON',
    ],
    [
      'the end of the input in a record',
      `${line(1)}\n{"a": {"b"`,
      [1],
      '2 (record 2): cut off in the middle of a record',
    ],
    [
      'the end of the input in a list',
      `{"Records":[${line(1)},`,
      [1],
      '1 (record 2): cut off in the middle of a list of records',
    ],
    [
      'the end of the input behind a list',
      `{"Records":[${line(1)}]`,
      [1],
      '1 (record 1): cut off in the middle of a record',
    ],
    ['a string without an end', `"${'a'.repeat(99)}`, [], '1 (record 1): text that is no JSON object'],
    ['nesting without an end', `${'{"a":'.repeat(600)}\n${line(2)}`, [2], '1 (record 1): broken JSON'],
  ])('with %s', (_, text, expected, problem) => {
    for (const pieces of [[1], [7], [text.length]]) {
      const result = splitText(text, { pieces })
      expect(ids(result.records.filter(isRecord))).toEqual(expected)
      if (problem !== undefined) expect(result.problems).toEqual([problem])
    }
  })

  test('loses only both lines if two are damaged, which are two problems', () =>
    expect(splitText('{"a":\n{"a":tru}\n').problems).toEqual([
      '1 (record 1): cut off in the middle of a record',
      '2 (record 2): not valid JSON',
    ]))

  test('loses no other line if lines are cut anywhere', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyRecord, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 4 }),
        (lines, pieces) => {
          const texts = lines.map(([value, share, whole]) => {
            const text = JSON.stringify(value)
            return whole ? text : text.slice(0, Math.max(1, Math.floor(share * (text.length - 1))))
          })
          const expected = lines.filter(([, , whole]) => whole).map(([value]) => JSON.parse(JSON.stringify(value)))
          const result = split(Buffer.from(`${texts.join('\n')}\n`), { pieces })
          expect(result.records).toEqual(expected)
          expect(result.problems).toHaveLength(lines.length - expected.length)
        },
      ),
    ))
})

describe('the memory of the reader', () => {
  test('is bounded for a record that is too long, which is one problem before the next record', () => {
    const text = `{"Records":[${line(1)},${line(2, { text: 'x'.repeat(3000) })},${line(3)}]}`
    const result = splitText(text, { pieces: [100], maxRecord: 1024 })
    expect(ids(result.records)).toEqual([1, 3])
    expect(result.problems).toEqual(['1 (record 2): a record of more than 0.0009765625 MiB'])
  })

  test('is bounded for an endless string that is too long, which is one problem', () => {
    const result = splitText(`{"a":"${'x'.repeat(9000)}\n${line(3)}`, { pieces: [100], maxRecord: 1024 })
    expect(ids(result.records)).toEqual([3])
    expect(result.problems).toHaveLength(1)
  })
})

describe('results of Athena that are too long to be held', () => {
  const toRow = (...cells: readonly string[]) => ({ Data: cells.map(VarCharValue => ({ VarCharValue })) })
  const ColumnInfo = [{ Name: 'eventid' }, { Name: 'eventname' }]
  const rows = [1, 2, 3, 4, 5, 6].map(id => toRow(String(id), 'RunInstances'))
  const header = toRow('eventid', 'eventname')
  const cellsOf = (records: readonly unknown[]) =>
    records.map(value => (value as { ResultSet: { Rows: unknown[] } }).ResultSet.Rows[0])
  const columnsOf = (value: unknown) =>
    (value as { ResultSet: { ResultSetMetadata: { ColumnInfo: { Name: string }[] } } }).ResultSet.ResultSetMetadata
      .ColumnInfo

  test.each([
    [
      'with the names in the first row',
      { ResultSet: { Rows: [header, ...rows], ResultSetMetadata: { ColumnInfo } } },
      [header, ...rows],
    ],
    [
      'with the names before the rows',
      { NextToken: 't', ResultSet: { ResultSetMetadata: { ColumnInfo }, Rows: rows } },
      rows,
    ],
  ])('are read row by row, each with its columns, %s', (_, result, expected) => {
    for (const indent of [undefined, 4])
      for (const length of [1, 7, 4096]) {
        const text = `${JSON.stringify(result, undefined, indent)}\n${line(9)}`
        const { records, problems, lines } = splitText(text, { pieces: [length], maxRecord: 400 })
        expect(problems).toEqual([])
        expect(cellsOf(records.slice(0, -1))).toEqual(expected)
        expect(columnsOf(records[0])).toEqual(ColumnInfo)
        expect([records.at(-1), lines.at(-1)]).toEqual([record(9), text.split('\n').length])
      }
  })

  test('cost a damaged row, and no other', () => {
    const text = JSON.stringify({ ResultSet: { Rows: [header, ...rows] } }, undefined, 1).replace('"3"', '"3')
    const { records, problems } = splitText(text, { maxRecord: 400 })
    expect(problems).toHaveLength(1)
    expect(cellsOf(records)).toEqual([header, ...rows.filter((_, at) => at !== 2)])
  })

  test('are refused whole if nothing says what their columns are, also inside one another', () => {
    const inside = { ResultSet: { Rows: [header, ...rows] } }
    for (const result of [{ ResultSet: { Rows: rows } }, { ResultSet: { Rows: [header, inside] } }]) {
      const { problems } = splitText(`${JSON.stringify(result)}\n${line(9)}`, { maxRecord: 300 })
      expect(problems).toEqual([expect.stringContaining('without the names of their columns')])
    }
  })
})
