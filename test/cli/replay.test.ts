import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import {
  aLargeLaunch,
  anEnvelope,
  anInstanceItem,
  aRefusedLaunch,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
} from '../support/builders.ts'
import { findings, hvm, PV_ID, PV_LINE, pv, pvLine, replayText, rulesIn } from './replaying.ts'
import { inFolder, virtguard } from './run-cli.ts'

const policyWith = ({ expires }: { readonly expires: string }): string => `version: 1
exemptions:
  - rule: paravirtual-instance
    match: { instanceType: "m3.*" }
    reason: billing host
    owner: user@example.com
    expires: ${expires}
`

describe('replay of records', () => {
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

  test('reads folders, deeply, in order, and counts the files that it left out', () =>
    inFolder(
      { 'b.json': pvLine(), 'a.ndjson.gz': gzipSync(pvLine()), 'c.txt': 'text', 'd.csv': 'text' },
      async folder => {
        mkdirSync(join(folder, 'deep', 'er'), { recursive: true })
        writeFileSync(join(folder, 'deep', 'er', 'e.log'), pvLine())
        symlinkSync(folder, join(folder, 'deep', 'loop'))
        const { code, out, err } = await virtguard(['replay', folder, '--rule', 'paravirtual-instance'])
        expect(findings(out)).toHaveLength(3)
        expect(err).toContain('3 left out in folders: 2 with content in an unknown form')
        expect(err).toContain('1 linked to what is read anyway')
        expect(err).toContain('3 records in 3 inputs')
        expect(code).toBe(1)
      },
    ))

  test('counts a running notification and does not evaluate it', async () => {
    const { code, out, err } = await replayText(JSON.stringify(aRunningNotification()))
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain('1 running notification')
    expect(err).toContain('needs AWS')
  })

  test('shows a launch whose instances are not listed as one launch request', async () => {
    const { out } = await replayText(JSON.stringify({ ...aLargeLaunch([]), eventID: 'event-1' }))
    expect(new Set(findings(out).map(({ resource }) => `${resource.type} ${resource.id}`))).toEqual(
      new Set(['AwsEc2LaunchRequest event-1']),
    )
  })

  test('reads a refused launch and a PV image', async () => {
    const { out, err } = await replayText(
      `${JSON.stringify(aRefusedLaunch())}\n${JSON.stringify(aRegisterImageRecord())}`,
    )
    expect(rulesIn(out)).toEqual(expect.arrayContaining(['incompatible-launch', 'paravirtual-image']))
    expect(err).toContain('1 refused launch, 1 image')
  })
})

describe('the exit code of replay', () => {
  test('is 0 if nothing failed', async () => {
    const record = aRunInstancesRecord({ instances: [anInstanceItem({ instanceType: 'm7i.large' })] })
    const { code, out } = await replayText(JSON.stringify(record), '--rule', 'paravirtual-instance')
    expect({ code, out }).toEqual({ code: 0, out: '' })
  })

  test('is 0 if what failed is below --fail-on', async () => {
    const { code, out } = await replayText(PV_LINE, '--rule', 'paravirtual-instance', '--fail-on', 'HIGH')
    expect(code).toBe(0)
    expect(findings(out)).toHaveLength(1)
  })

  test('is 1 for UNKNOWN, because it is no pass', async () => {
    const record = pv({ more: { virtualizationType: undefined } })
    const { code, out, err } = await replayText(JSON.stringify(record), '--rule', 'paravirtual-instance')
    expect(findings(out)).toMatchObject([{ status: 'UNKNOWN' }])
    expect(code).toBe(1)
    expect(err).toContain('1 UNKNOWN')
  })

  test('is 0 if the only finding is exempt, and the finding is shown', () =>
    inFolder({ 'policy.yaml': policyWith({ expires: '2027-01-31' }) }, async folder => {
      const policy = join(folder, 'policy.yaml')
      const { code, out, err } = await replayText(PV_LINE, '--policy', policy, '--rule', 'paravirtual-instance')
      expect(findings(out)).toMatchObject([{ workflow: 'SUPPRESSED', exemption: { owner: 'user@example.com' } }])
      expect(code).toBe(0)
      expect(err).toContain('1 exempt')
      const later = ['--policy', policy, '--rule', 'paravirtual-instance', '--now', '2027-02-01']
      expect((await replayText(PV_LINE, ...later)).code).toBe(1)
    }))

  test('is 2 rather than 1, and the rest is evaluated', async () => {
    const { code, out, errLines } = await replayText(`{"a":tru}\n${PV_LINE}\n`, '--rule', 'paravirtual-instance')
    expect(code).toBe(2)
    expect(findings(out)).toHaveLength(1)
    expect(errLines[0]).toBe(
      'virtguard: standard input:1 (record 1): not valid JSON; repair the record or leave it out',
    )
  })

  test('ignores what --all adds, which shows what passed', async () => {
    const record = JSON.stringify(aRegisterImageRecord({ virtualizationType: 'hvm', enaSupport: true }))
    const { code, out } = await replayText(record, '--all', '--rule', 'paravirtual-image')
    expect(findings(out)).toMatchObject([{ status: 'PASSED' }])
    expect(code).toBe(0)
  })
})

describe('the progress of replay', () => {
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
