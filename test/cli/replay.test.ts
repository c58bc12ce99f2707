import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../shared/engine/finding.ts'
import {
  aLargeLaunch,
  anEnvelope,
  anInstanceItem,
  aRefusedLaunch,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
} from '../support/builders.ts'
import { inFolder, virtguard } from './run-cli.ts'

const NOBODY = 65534
const PV_ID = 'i-0aaaaaaaaaaaaaaaa'
const pv = (more = {}) =>
  aRunInstancesRecord({
    instances: [
      anInstanceItem({
        instanceId: PV_ID,
        instanceType: 'm3.medium',
        virtualizationType: 'paravirtual',
        enaSupport: false,
        ...more,
      }),
    ],
  })
const hvm = () => aRunInstancesRecord({ instances: [anInstanceItem({ instanceType: 'm7i.large' })] })

const findings = (ndjson: string): Finding[] =>
  ndjson.split('\n').flatMap(line => (line === '' ? [] : JSON.parse(line)))
const rulesIn = (ndjson: string): string[] => findings(ndjson).map(({ rule }) => rule)
const replayText = (text: string | Buffer, ...args: string[]) => virtguard(['replay', '-', ...args], { stdin: text })

const PV_LINE = JSON.stringify(pv())

describe('what is read', () => {
  const forms: readonly (readonly [string, string | Buffer])[] = [
    ['a bare record', PV_LINE],
    ['an indented record', JSON.stringify(pv(), null, 2)],
    ['an EventBridge event', JSON.stringify(anEnvelope(pv()))],
    ['a CloudTrail file', JSON.stringify({ Records: [hvm(), pv()] })],
    ['NDJSON', `${JSON.stringify(hvm())}\r\n${PV_LINE}\r\n`],
    ['NDJSON of CloudTrail files', `${JSON.stringify({ Records: [hvm()] })}\n${JSON.stringify({ Records: [pv()] })}\n`],
    ['a list', JSON.stringify([anEnvelope(hvm()), anEnvelope(pv())], null, 4)],
    ['gzip', gzipSync(PV_LINE)],
    ['gzip in several members', Buffer.concat([gzipSync(`${JSON.stringify(hvm())}\n`), gzipSync(PV_LINE)])],
    ['UTF-8 with a byte order mark', `\ufeff${PV_LINE}`],
  ]
  test.each(forms)('%s', async (_, content) => {
    const { code, out, err } = await replayText(content, '--rule', 'paravirtual-instance')
    expect(findings(out)).toMatchObject([{ rule: 'paravirtual-instance', status: 'FAILED', resource: { id: PV_ID } }])
    expect(code).toBe(1)
    expect(err).not.toContain('unreadable')
  })

  test('folders, deeply, in order, with what is left out counted', () =>
    inFolder(
      { 'b.json': PV_LINE, 'a.ndjson.gz': gzipSync(PV_LINE), 'c.txt': 'text', 'd.csv': 'text' },
      async folder => {
        mkdirSync(join(folder, 'deep', 'er'), { recursive: true })
        writeFileSync(join(folder, 'deep', 'er', 'e.log'), PV_LINE)
        symlinkSync(folder, join(folder, 'deep', 'loop'))
        const { code, out, err } = await virtguard(['replay', folder, '--rule', 'paravirtual-instance'])
        expect(findings(out)).toHaveLength(3)
        expect(err).toContain('3 left out in folders: 2 of another type')
        expect(err).toContain('1 linked to what is read anyway')
        expect(err).toContain('3 records in 3 inputs')
        expect(code).toBe(1)
      },
    ))

  test('a running notification is counted and not judged', async () => {
    const { code, out, err } = await replayText(JSON.stringify(aRunningNotification()))
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain('1 running notification')
    expect(err).toContain('needs AWS')
  })

  test('a launch whose instances are not listed is one launch request', async () => {
    const { out } = await replayText(JSON.stringify({ ...aLargeLaunch([]), eventID: 'event-1' }))
    expect(new Set(findings(out).map(({ resource }) => `${resource.type} ${resource.id}`))).toEqual(
      new Set(['AwsEc2LaunchRequest event-1']),
    )
  })

  test('a refused launch and a PV image', async () => {
    const { out, err } = await replayText(
      `${JSON.stringify(aRefusedLaunch())}\n${JSON.stringify(aRegisterImageRecord())}`,
    )
    expect(rulesIn(out)).toEqual(expect.arrayContaining(['incompatible-launch', 'paravirtual-image']))
    expect(err).toContain('1 refused launch, 1 image')
  })
})

describe('exit codes', () => {
  test('0 where nothing failed', async () => {
    const record = aRunInstancesRecord({ instances: [anInstanceItem({ instanceType: 'm7i.large' })] })
    const { code, out } = await replayText(JSON.stringify(record), '--rule', 'paravirtual-instance')
    expect({ code, out }).toEqual({ code: 0, out: '' })
  })

  test('0 where what failed is below --fail-on', async () => {
    const { code, out } = await replayText(PV_LINE, '--rule', 'paravirtual-instance', '--fail-on', 'HIGH')
    expect(code).toBe(0)
    expect(findings(out)).toHaveLength(1)
  })

  test('1 for UNKNOWN: it is no pass', async () => {
    const record = pv({ more: { virtualizationType: undefined } })
    const { code, out, err } = await replayText(JSON.stringify(record), '--rule', 'paravirtual-instance')
    expect(findings(out)).toMatchObject([{ status: 'UNKNOWN' }])
    expect(code).toBe(1)
    expect(err).toContain('1 UNKNOWN')
  })

  test('0 where the only finding is exempt, and it is shown', () =>
    inFolder({ 'policy.yaml': policyWith({ expires: '2027-01-31' }) }, async folder => {
      const policy = join(folder, 'policy.yaml')
      const { code, out, err } = await replayText(PV_LINE, '--policy', policy, '--rule', 'paravirtual-instance')
      expect(findings(out)).toMatchObject([{ workflow: 'SUPPRESSED', exemption: { owner: 'user@example.com' } }])
      expect(code).toBe(0)
      expect(err).toContain('1 exempt')
      const later = ['--policy', policy, '--rule', 'paravirtual-instance', '--now', '2027-02-01']
      expect((await replayText(PV_LINE, ...later)).code).toBe(1)
    }))

  test('2 wins over 1, and the rest is judged', async () => {
    const { code, out, errLines } = await replayText(`{"a":tru}\n${PV_LINE}\n`, '--rule', 'paravirtual-instance')
    expect(code).toBe(2)
    expect(findings(out)).toHaveLength(1)
    expect(errLines[0]).toBe('virtguard: standard input:1 (record 1): not valid JSON; mend the record or leave it out')
  })

  test('--all shows what passed and fails for none of it', async () => {
    const record = JSON.stringify(aRegisterImageRecord({ virtualizationType: 'hvm', enaSupport: true }))
    const { code, out } = await replayText(record, '--all', '--rule', 'paravirtual-image')
    expect(findings(out)).toMatchObject([{ status: 'PASSED' }])
    expect(code).toBe(0)
  })
})

const policyWith = ({ expires }: { readonly expires: string }): string => `version: 1
exemptions:
  - rule: paravirtual-instance
    match: { instanceType: "m3.*" }
    reason: billing host
    owner: user@example.com
    expires: ${expires}
`

describe('bad input is one line, and what can be read is read', () => {
  const big = `${PV_LINE}\n`.repeat(400)
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
    ['gzip with text behind it', Buffer.concat([zipped, Buffer.from('hello')]), /something else behind/, 400],
    ['gzip with zeros behind it', Buffer.concat([zipped, Buffer.alloc(512)]), /^$/, 400],
    ['a record cut off', `${PV_LINE}\n${PV_LINE.slice(0, 300)}`, /:2 \(record 2\): cut off/, 1],
    ['a list cut off', `{"Records":[${PV_LINE},`, /\(record 2\): cut off in the middle of a list/, 1],
    ['a record of a wrong type', `${PV_LINE}\n{"eventName":7}\n${PV_LINE}`, /:2 \(record 2\): eventName: expected/, 2],
    ['an object that is no event', `${PV_LINE}\n{}\n`, /:2 \(record 2\): .*; mend the record/, 1],
    [
      'a record of more than 16 MiB',
      `{"a":"${'x'.repeat(17 << 20)}"}\n${PV_LINE}`,
      /:1 \(record 1\): a record of more than 16 MiB/,
      1,
    ],
  ]
  test.each(cases)('%s', async (_, content, line, found) => {
    const { code, out, errLines } = await replayText(content, '--rule', 'paravirtual-instance')
    expect(rulesIn(out)).toHaveLength(found)
    const isProblem = line.source !== '^$'
    expect(code).toBe(isProblem ? 2 : 1)
    const problems = errLines.filter(each => each.startsWith('virtguard: standard input'))
    expect(problems).toHaveLength(isProblem ? 1 : 0)
    if (isProblem) expect(problems[0]).toMatch(line)
  })

  test('any cut through a gzip file loses no record that was whole before it', async () => {
    for (let cut = 11; cut < zipped.length; cut += 97) {
      const { code, errLines, out } = await replayText(zipped.subarray(0, cut), '--rule', 'paravirtual-instance')
      expect(code).toBe(2)
      expect(errLines.filter(line => line.includes('standard input'))).toHaveLength(1)
      if (cut > zipped.length / 2) expect(findings(out).length).toBeGreaterThan(0)
    }
  })

  test('a missing path, a path given twice, a folder with nothing to read', () =>
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
        `virtguard: ${empty}: no file in it to read; name a folder with .json, .ndjson, .jsonl or .log files (.gz)`,
      ])
    }))

  test('a file and a folder without permission', () =>
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

  test('a policy with a misspelt key, and one that is not there', () =>
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

describe('formats', () => {
  const two = `${PV_LINE}\n${PV_LINE}\n`

  test('json is one valid array, also of nothing', async () => {
    expect(JSON.parse((await replayText(two, '--format', 'json', '--rule', 'paravirtual-instance')).out)).toHaveLength(
      2,
    )
    const none = await replayText(JSON.stringify(aRunningNotification()), '--format', 'json')
    expect(JSON.parse(none.out)).toEqual([])
  })

  test('csv has a header and one line a finding, and no cell is a formula', async () => {
    const { out } = await replayText(
      JSON.stringify(pv({ instanceId: '=1+1' })),
      '--format',
      'csv',
      '--rule',
      'paravirtual-instance',
    )
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^status,severity,workflow,rule,/)
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain(",'=1+1,")
  })

  test('a finding has the keys that the design fixes', async () => {
    const [finding] = findings((await replayText(PV_LINE, '--rule', 'paravirtual-instance')).out)
    expect(Object.keys(finding ?? {})).toEqual(
      expect.arrayContaining([
        'schemaVersion',
        'id',
        'rule',
        'status',
        'severity',
        'workflow',
        'reasons',
        'title',
        'message',
        'remediation',
        'resource',
        'facts',
        'actor',
        'event',
        'action',
      ]),
    )
  })

  test('a table is used on a terminal, in colour, and fits it', async () => {
    const hostile = JSON.stringify(pv({ instanceId: `i-${'漢字🚀'.repeat(40)}` }))
    const text = `${PV_LINE}\n${hostile}\n${JSON.stringify({ ...aLargeLaunch([]), eventID: '0ea3f05a-066c-43f9-8869-393ba67e7936' })}\n`
    const { out } = await virtguard(['replay', '-'], { stdin: text, out: { isTerminal: true, hasColour: true } })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out here
    const lines = out.replace(/\x1b\[\d+m/g, '').split('\n')
    expect(out).toContain('\x1b[33mMEDIUM  \x1b[39m')
    expect(lines[0]).toContain('LEVEL')
    const { widthOf } = await import('../../cli/output/width.ts')
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80)
  })

  test.each(['table', 'ndjson', 'json', 'csv'])(
    '%s shows nothing but printable text of what strangers wrote',
    async format => {
      const evil = 'i-\x1b[31m\u202e\u200b\x07\u2028\u{e0041}'
      const record = JSON.parse(JSON.stringify(pv({ instanceId: evil })).replaceAll('m3.medium', 'm3.\\u001b[2J'))
      const damaged = '{"eventName":"RunInstances","eventSource":"\u202e\x9b"}\n'
      const { out, err } = await replayText(`${JSON.stringify(record)}\n${damaged}`, '--format', format)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(out + err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\u2028\u2029]/u)
      expect(out).not.toBe('')
    },
  )

  test('nor does a file name', () =>
    inFolder({}, async folder => {
      const { errLines } = await virtguard(['replay', join(folder, 'a\x1b[31m\nb')])
      expect(errLines[0]).toContain('a\ufffd[31m\ufffdb: there is no such file')
    }))
})

describe('progress', () => {
  test('is on standard error of a terminal only, and leaves no trace', async () => {
    const shown = await virtguard(['replay', '-'], {
      stdin: PV_LINE,
      err: { isTerminal: true },
      out: { isTerminal: true },
    })
    expect(shown.err).toContain('records')
    expect(shown.err).toContain('\r\x1b[2K')
    const [afterBar] = shown.err.split('\r\x1b[2K').slice(-1)
    expect(afterBar).toMatch(/^virtguard: 1 record in 1 input/)
    for (const args of [
      ['replay', '-', '--no-progress'],
      ['replay', '-'],
    ]) {
      const err = { isTerminal: args.length === 3 }
      expect((await virtguard(args, { stdin: PV_LINE, err })).err).not.toContain('\r')
    }
  })
})
