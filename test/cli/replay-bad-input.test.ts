import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { findings, PV_LINE, pv, pvLine, replayText, rulesIn } from './replaying.ts'
import { inFolder, virtguard } from './run-cli.ts'
import { OF_RECORDS } from './wrapping.ts'

const NOBODY = 65534

describe('bad input of replay is reported in one line, and what can be read is read', () => {
  const big = Array.from({ length: 400 }, () => `${pvLine()}\n`).join('')
  const zipped = gzipSync(big)
  const cases: readonly (readonly [string, string | Buffer, RegExp, number])[] = [
    ['an empty input', '', /: empty; /, 0],
    ['white space', ' \n\n', /: empty; /, 0],
    ['an empty gzip', gzipSync(''), /: empty; /, 0],
    ['text', 'hello world\nand more\n', /:1 \(record 1\): text that is no JSON object; /, 0],
    ['a binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 9, 10, 0x7b]), /a binary file/, 0],
    ['a compressed binary', gzipSync(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])), /a binary file/, 0],
    ['gzip in gzip', gzipSync(gzipSync(PV_LINE)), /compressed twice/, 0],
    ['UTF-16', Buffer.from(`\ufeff${PV_LINE}`, 'utf16le'), /UTF-16.*iconv/, 0],
    ['UTF-16 without a mark', Buffer.from(PV_LINE, 'utf16le'), /UTF-16/, 0],
    ['truncated gzip', zipped.subarray(0, zipped.length - 9), /cut off; what came before/, 400],
    ['gzip truncated in its header', zipped.subarray(0, 6), /cut off/, 0],
    ['gzip with a wrong check sum', wrongSum(zipped), /damaged; what came before/, 400],
    ['gzip with text behind it', Buffer.concat([zipped, Buffer.from('hello')]), /other data follows/, 400],
    ['gzip with zeros behind it', Buffer.concat([zipped, Buffer.alloc(512)]), /^$/, 400],
    ['a record cut off', `${PV_LINE}\n${PV_LINE.slice(0, 300)}`, /:2 \(record 2\): cut off/, 1],
    ['a list cut off', `{"Records":[${PV_LINE},`, /\(record 2\): cut off in the middle of a list/, 1],
    ['a record of a wrong type', `${PV_LINE}\n{"eventName":7}\n${pvLine()}`, /:2 \(record 2\): eventName: expected/, 2],
    ['an object that is no event', `${PV_LINE}\n{}\n`, /:2 \(record 2\): .*; leave it out/, 1],
    [
      'a record of more than 16 MiB',
      `{"a":"${'x'.repeat(17 << 20)}"}\n${PV_LINE}`,
      /:1 \(record 1\): a record of more than 16 MiB/,
      1,
    ],
    [
      'results of Athena of more than 16 MiB without names of columns, with the command that names their CSV',
      `{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"${'x'.repeat(17 << 20)}"}]}]}}\n${PV_LINE}`,
      /:1 \(record 1\): results of Athena of more than 16 MiB without the names of their columns; replay the CSV .* aws athena get-query-execution/,
      1,
    ],
  ]
  test.each(cases)('from %s', async (_, content, line, found) => {
    const { code, out, errLines } = await replayText(content, '--rule', 'paravirtual-instance')
    expect(rulesIn(out)).toHaveLength(found)
    const isProblem = line.source !== '^$'
    expect(code).toBe(isProblem ? 2 : 1)
    const problems = errLines.filter(each => each.startsWith('virtguard: standard input'))
    expect(problems).toHaveLength(isProblem ? 1 : 0)
    if (isProblem) expect(problems[0]).toMatch(line)
  })

  test('for any cut through a gzip file, without a lost record that was whole before it', async () => {
    for (let cut = 11; cut < zipped.length; cut += 97) {
      const { code, errLines, out } = await replayText(zipped.subarray(0, cut), '--rule', 'paravirtual-instance')
      expect(code).toBe(2)
      expect(errLines.filter(line => line.includes('standard input'))).toHaveLength(1)
      if (cut > zipped.length / 2) expect(findings(out).length).toBeGreaterThan(0)
    }
  })

  test('for a missing path, a path given twice, a folder with nothing to read', () =>
    inFolder({ 'a.json': PV_LINE, 'b.txt': '' }, async folder => {
      const file = join(folder, 'a.json')
      const empty = join(folder, 'empty')
      mkdirSync(empty)
      const { code, out, errLines } = await virtguard([
        'replay',
        file,
        join(folder, 'no'),
        file,
        empty,
        '--rule',
        'paravirtual-instance',
      ])
      expect(code).toBe(2)
      expect(findings(out)).toHaveLength(1)
      expect(errLines.slice(0, 3)).toEqual([
        `virtguard: ${join(folder, 'no')}: there is no such file or folder; check the path`,
        `virtguard: ${file}: given twice; it is read once, leave one out`,
        `virtguard: ${empty}: no file in it to read; name a folder with files of records`,
      ])
    }))

  test('for a file and a folder without permission', () =>
    inFolder({ 'a.json': PV_LINE, 'b.json': PV_LINE }, async folder => {
      const closed = join(folder, 'closed')
      mkdirSync(closed)
      chmodSync(folder, 0o755)
      chmodSync(closed, 0)
      chmodSync(join(folder, 'a.json'), 0)
      // Nothing is closed to root.
      const isRoot = process.geteuid?.() === 0
      if (isRoot) process.seteuid?.(NOBODY)
      const { code, out, err } = await virtguard(['replay', folder, '--rule', 'paravirtual-instance'])
      if (isRoot) process.seteuid?.(0)
      chmodSync(closed, 0o700)
      expect(code).toBe(2)
      expect(findings(out)).toHaveLength(1)
      expect(err.match(/no permission to read it/g)).toHaveLength(2)
    }))

  test('for a policy with a misspelt key, and one that does not exist', () =>
    inFolder({ 'policy.yaml': 'version: 1\nrulse: {}\n' }, async folder => {
      const bad = await replayText(PV_LINE, '--policy', join(folder, 'policy.yaml'))
      expect(bad).toMatchObject({ code: 2, out: '' })
      expect(bad.errLines).toHaveLength(1)
      expect(bad.err).toContain('policy.yaml:2:1')
      const missing = await replayText(PV_LINE, '--policy', join(folder, 'no.yaml'))
      expect(missing.errLines).toEqual([
        `virtguard: ${join(folder, 'no.yaml')}: there is no such file or folder; check the path`,
      ])
    }))
})

function wrongSum(zipped: Buffer): Buffer {
  const wrong = Buffer.from(zipped)
  wrong[wrong.length - 6] = (wrong[wrong.length - 6] ?? 0) ^ 1
  return wrong
}

test('results of Athena of more than 16 MiB are read row by row', async () => {
  const wide = Array.from({ length: 40 }, () => ({ ...pv(), requestParameters: { note: 'x'.repeat(500_000) } }))
  const { out, errLines } = await replayText(JSON.stringify(OF_RECORDS['Athena results']?.(wide), undefined, 4))
  expect(rulesIn(out).filter(rule => rule === 'paravirtual-instance')).toHaveLength(40)
  expect(errLines.at(-1)).toBe('virtguard: read as: 40 CloudTrail records in table rows in Athena results')
})

describe('what is in no known form', () => {
  test.each([
    [{ a: 1 }, 'in no form that is known; it has the keys "a"; leave it out, or print the records in it one a line'],
    [{ Reservations: [] }, 'it is what describe-instances prints; evaluate what runs with: virtguard scan'],
    [{ Images: [] }, 'it is what describe-images prints; evaluate your images with: virtguard scan --images'],
  ])('is named as not read, with what it looks like and what to do: %j', async (value, words) => {
    const { code, errLines } = await replayText(JSON.stringify(value))
    expect(code).toBe(2)
    expect(errLines[0]).toContain(words)
    expect(errLines.filter(line => line.includes('read as') || line.includes('not read:'))).toEqual([
      'virtguard: not read: 1 object in no known form',
    ])
  })
})
