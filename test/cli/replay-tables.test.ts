import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { aLargeLaunch } from '../support/builders.ts'
import { findings, hvm, pv, replayText } from './replaying.ts'
import { inFolder, virtguard } from './run-cli.ts'
import { type Record, toRow } from './wrapping.ts'

const toRecord = (value: unknown): Record => (typeof value === 'object' && value !== null ? { ...value } : {})
const RECORDS = [pv(), hvm(), pv({ more: { virtualizationType: undefined } })].map(toRecord)

const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
const toCsv = (rows: readonly (readonly string[])[], separator = ','): string =>
  rows.map(row => `${row.map(quote).join(separator)}\r\n`).join('')
const holding = (column: string, other: string) => (records: readonly Record[]) =>
  toCsv([[other, column], ...records.map(record => ['x', JSON.stringify(record)])])

const toCells = (record: Record): readonly string[] => toRow(record).map(([, cell]) => cell)
const COLUMNS = toRow({}).map(([column]) => column)

// As Athena and CloudTrail Lake print a struct and a map.
const toStruct = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? `{${Object.entries(value)
        .map(([key, inner]) => `${key.toLowerCase()}=${toStruct(inner)}`)
        .join(', ')}}`
    : String(value ?? 'null')
const toMap = (value: unknown): string =>
  `{${Object.entries(toRecord(value))
    .map(([key, inner]) => `${key}=${typeof inner === 'string' ? inner : JSON.stringify(inner)}`)
    .join(', ')}}`

const FORMS: readonly (readonly [string, (records: readonly Record[]) => string])[] = [
  ['the CSV export of Insights', holding('@message', '@timestamp')],
  ['the CSV export of a log stream', holding('message', 'timestamp')],
  ['the CSV export of Splunk', holding('_raw', '_time')],
  ['the CSV export of Kibana', holding('event.original', '@timestamp')],
  ['the CSV of lookup-events', holding('CloudTrailEvent', 'EventId')],
  ['the CSV of CloudTrail Lake with the whole event', holding('eventJson', 'eventTime')],
  ['the CSV of Athena with JSON in its columns', records => toCsv([COLUMNS, ...records.map(toCells)])],
  ['the same with semicolons', records => toCsv([COLUMNS, ...records.map(toCells)], ';')],
  [
    'the CSV of Athena with structs',
    records =>
      toCsv([COLUMNS, ...records.map(record => [toStruct(record['userIdentity']), ...toCells(record).slice(1)])]),
  ],
  [
    'the CSV of CloudTrail Lake with maps',
    records =>
      toCsv([
        COLUMNS,
        ...records.map(record => {
          const cells = [...toCells(record)]
          cells[COLUMNS.indexOf('requestparameters')] = toMap(record['requestParameters'])
          cells[COLUMNS.indexOf('responseelements')] = toMap(record['responseElements'])
          return cells
        }),
      ]),
  ],
  [
    'the lines of aws logs tail',
    records =>
      records.map(each => `2026-11-30T08:00:00.123000+00:00 a_CloudTrail_b ${JSON.stringify(each)}\n`).join(''),
  ],
  [
    'the short lines of aws logs tail',
    records => records.map(each => `2026-11-30T08:00:00 ${JSON.stringify(each)}\n`).join(''),
  ],
  [
    'the coloured lines of aws logs tail',
    records =>
      records
        .map(each => `\u001b[32m2026-11-30T08:00:00+00:00\u001b[0m \u001b[36ms\u001b[0m ${JSON.stringify(each)}\n`)
        .join(''),
  ],
  [
    'the JSON lines of aws logs tail',
    records => records.map(each => `2026-11-30T08:00:00+00:00 s\n${JSON.stringify(each, null, 4)}\n`).join(''),
  ],
]

test('instances that only the resources of a row name are found', async () => {
  const launch = toRecord(aLargeLaunch(['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb']))
  const cells = [...toCells(launch)]
  cells[COLUMNS.indexOf('resources')] = `[${[launch['resources']].flat().map(toStruct).join(', ')}]`
  const { out } = await replayText(toCsv([COLUMNS, cells]))
  expect(out).toBe((await replayText(JSON.stringify(launch))).out)
})

const CSV_ROWS = /CSV rows|CloudWatch Logs events/

describe('records in a table or in lines are evaluated as bare records are', () => {
  test.each(FORMS)('in %s', async (_, form) => {
    const bare = await replayText(JSON.stringify(RECORDS))
    const text = form(RECORDS)
    for (const content of [text, gzipSync(text), `\ufeff${text}`]) {
      const { code, out, err } = await replayText(content)
      expect(findings(out)).toEqual(findings(bare.out))
      expect(code).toBe(1)
      expect(err).toMatch(CSV_ROWS)
    }
  })

  test('in any pieces', async () => {
    const bare = await replayText(JSON.stringify(RECORDS))
    for (const [, form] of FORMS) {
      const bytes = Buffer.from(form(RECORDS))
      const stdin = Array.from({ length: Math.ceil(bytes.length / 37) }, (_, at) =>
        bytes.subarray(at * 37, at * 37 + 37),
      )
      expect((await virtguard(['replay', '-'], { stdin })).out).toBe(bare.out)
    }
  })
})

describe('replay reports bad input in a table or in lines in one line, and reads the rest', () => {
  const json = JSON.stringify(pv())
  const row = toCsv([['x', json]])
  const HEAD = toCsv([['@timestamp', '@message']])
  test.each([
    ['a row that is cut off at the end', `${HEAD}${row}x,"{""a`, ':3 (record 2): cut off in the middle of a row'],
    [
      'a record that is cut off in its cell',
      `${HEAD}${toCsv([['x', json.slice(0, 200)]])}${row}`,
      ':2 (record 1): cut off in the middle of a record',
    ],
    ['a cell of another kind', `${HEAD}x,7\r\n${row}`, undefined],
    ['a row without the cell', `${HEAD}x\r\n${row}`, 'it has the keys "@timestamp"'],
    [
      'a table without the record',
      'eventName,x\r\nRunInstances,1\r\n',
      ':2 (record 1): eventSource: expected a string',
    ],
    [
      'a line that is cut off',
      `2026-11-30T08:00:00 s ${json.slice(0, 200)}\n2026-11-30T08:00:00 s ${json}\n`,
      ':1 (record 1',
    ],
  ])('for %s', async (name, content, words) => {
    const { code, out, errLines } = await replayText(content)
    const problems = errLines.filter(line => line.includes('standard input'))
    expect(problems).toHaveLength(words === undefined ? 0 : 1)
    if (words !== undefined) expect(problems[0]).toContain(words)
    expect(code).toBe(words === undefined ? 1 : 2)
    if (name !== 'a table without the record') expect(findings(out).length).toBeGreaterThan(0)
  })

  test.each([
    [
      'a row whose quotation marks are not doubled',
      `${HEAD}x,"{"a":"b"}"\n${row}`,
      ':2 (record 1): a row that is no CSV',
    ],
    ['a quotation mark in a row without others', `${HEAD}x,a"b\n${row}`, ':2 (record 1): a row that is no CSV'],
  ])('for %s', async (_, content, words) => {
    const { code, out, errLines } = await replayText(content)
    expect(errLines.filter(line => line.includes('standard input'))).toEqual([expect.stringContaining(words)])
    expect([code, out === '']).toEqual([2, false])
  })

  test('for a header that is no CSV, whose rows would have wrong names', async () => {
    const { code, out, errLines } = await replayText(`"@timestamp" x,"@message"\n${row}${row}`)
    expect(errLines[0]).toContain(':1 (record 1): the header is no CSV, so that no row is read; repair the header')
    expect([code, out]).toEqual([2, ''])
    expect(errLines.filter(line => line.includes('standard input'))).toHaveLength(1)
  })

  test('in one line for a row of more than 16 MiB', async () => {
    const { code, out, errLines } = await replayText(`${HEAD}${toCsv([['x', 'y'.repeat(17 * 1024 * 1024)]])}${row}`)
    const problems = errLines.filter(line => line.includes('standard input'))
    expect(problems).toEqual([expect.stringContaining(':2 (record 1): a row of more than 16 MiB')])
    expect([code, out === '']).toEqual([2, false])
  })

  test('except for a header alone, which is no mistake', async () => {
    expect(await replayText(HEAD)).toMatchObject({ code: 0, out: '' })
  })

  test('for a map in which a key comes twice: somebody may have written it into a text', async () => {
    const cells = [...toCells(toRecord(pv()))]
    cells[COLUMNS.indexOf('responseelements')] = '{reservationId=r-1, note=x, reservationId=r-2}'
    const { errLines } = await replayText(toCsv([COLUMNS, cells]))
    expect(errLines.join('\n')).toContain('responseElements: expected an object, got a string')
  })
})

describe('an unreadable input is named, with the command that makes it readable', () => {
  test.each([
    ['Parquet', 'PAR1....', 'parquet-tools cat --json FILE | virtguard replay -'],
    ['ORC', 'ORC\x11\x00', 'orc-contents FILE | virtguard replay -'],
    ['an HTML page', '<!doctype html>', 'fetch it again as JSON'],
    ['a zip archive', 'PK\x03\x04....', 'unzip -p FILE | virtguard replay -'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), 'xz -dc FILE | virtguard replay -'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), 'zstd -dc FILE | virtguard replay -'],
    ['gzip in base64', gzipSync('{}').toString('base64'), 'base64 -d FILE | virtguard replay -'],
    ['PGP', '-----BEGIN PGP MESSAGE-----\n', 'gpg -d FILE | virtguard replay -'],
    ['texts in quotation marks', `${JSON.stringify(JSON.stringify(pv()))}\n`, 'jq -r . FILE | virtguard replay -'],
    ["the event history's CSV", 'Event time,User name,Event name\nx,y,z\n', 'download it as JSON'],
    ['YAML', 'Events:\n- CloudTrailEvent: x\n', '--output json'],
    [
      'a tar archive',
      gzipSync(Buffer.concat([Buffer.from('a.json'), Buffer.alloc(251), Buffer.from('ustar'), Buffer.alloc(250)])),
      'tar -xOf FILE | virtguard replay -',
    ],
  ])('for %s', async (_, content, words) => {
    const { code, errLines } = await replayText(content)
    expect(code).toBe(2)
    expect(errLines[0]).toContain(words)
  })
})

test('a folder is read by content: files of any name that may hold records, and the others are counted with why', () =>
  inFolder(
    {
      'delivery-1-2026-11-30': JSON.stringify(pv()) + JSON.stringify(hvm()),
      'export.csv': toCsv([['@message'], [JSON.stringify(pv())]]),
      '000000.gz': gzipSync(`2026-11-30T08:00:00.000Z ${JSON.stringify(pv())}\n`),
      'README.md': '# Logs\n',
      'lake.parquet': 'PAR1....',
    },
    async folder => {
      mkdirSync(join(folder, 'empty'))
      const { code, out, err } = await virtguard(['replay', folder, '--rule', 'paravirtual-instance'])
      expect(code).toBe(1)
      expect(findings(out)).toHaveLength(3)
      expect(err).toContain('4 records in 3 inputs')
      expect(err).toContain('2 left out in folders: 1 with content in an unknown form, 1 (a Parquet file; ')
    },
  ))
