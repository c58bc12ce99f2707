import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { aLargeLaunch, aRunningNotification } from '../support/builders.ts'
import { findings, PV_LINE, pv, pvLine, replayText } from './replaying.ts'
import { inFolder, virtguard } from './run-cli.ts'

describe('the formats of replay', () => {
  const two = `${pvLine()}\n${pvLine()}\n`

  test('include JSON, which is one valid array, also if it is empty', async () => {
    expect(JSON.parse((await replayText(two, '--format', 'json', '--rule', 'paravirtual-instance')).out)).toHaveLength(
      2,
    )
    const none = await replayText(JSON.stringify(aRunningNotification()), '--format', 'json')
    expect(JSON.parse(none.out)).toEqual([])
  })

  test('include CSV with a header and one line a finding, in which no cell is a formula', async () => {
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

  test('have for a finding the keys that the design fixes', async () => {
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

  test('include a table, which is used on a terminal, in colour, and fits it', async () => {
    const hostile = JSON.stringify(pv({ instanceId: `i-${'漢字🚀'.repeat(40)}` }))
    const text = `${PV_LINE}\n${hostile}\n${JSON.stringify({ ...aLargeLaunch([]), eventID: '0ea3f05a-066c-43f9-8869-393ba67e7936' })}\n`
    const { out } = await virtguard(['replay', '-'], { stdin: text, out: { isTerminal: true, hasColour: true } })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out here
    const lines = out.replace(/\x1b\[\d+m/g, '').split('\n')
    expect(out).toContain('\x1b[33mMEDIUM  \x1b[39m')
    expect(lines[0]).toContain('LEVEL')
    const { measureWidth } = await import('../../cli/output/width.ts')
    for (const line of lines) expect(measureWidth(line)).toBeLessThanOrEqual(80)
  })

  test.each(['table', 'ndjson', 'json', 'csv'])(
    'show only printable text of what strangers wrote: %s',
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

  test('show only printable text in file names', () =>
    inFolder({}, async folder => {
      const { errLines } = await virtguard(['replay', join(folder, 'a\x1b[31m\nb')])
      expect(errLines[0]).toContain('a\ufffd[31m\ufffdb: there is no such file')
    }))
})
