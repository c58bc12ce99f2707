import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFindingLayout } from '../../cli/output/finding-layout.ts'
import { formatNames } from '../../cli/output/names.ts'
import { measureWidth } from '../../cli/output/width.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { strangeText } from '../alert/strangers.ts'
import { aFinding } from '../support/findings.ts'
import { pv, replayText } from './replaying.ts'
import { inFolder, virtguard } from './run-cli.ts'

const named = (name: string, imageName: string, accountName: string): Finding => {
  const finding = aFinding()
  return {
    ...finding,
    resource: { ...finding.resource, name, accountName },
    facts: { ...finding.facts, imageName },
  }
}

const rowOf = (finding: Finding, columns = 80): readonly string[] => {
  const out = { isTerminal: true, columns, hasColour: false, write: () => {}, ready: async () => {} }
  return createFindingLayout(out).table.row(finding).trimEnd().split('\n')
}

describe('names in a table', () => {
  test('have a line of their own, under the ids', () => {
    expect(rowOf(named('web-1', 'debian-7', 'production')).slice(0, 2)).toEqual([
      'MEDIUM   paravirtual-instance i-0123456789abcdef0   123456789012/us-east-1',
      '         name "web-1", image "debian-7", account "production"',
    ])
  })

  test('need no line where none is known', () => expect(rowOf(aFinding())).toHaveLength(2))

  test('are shortened alike, so that none hides another', () => {
    const [, line = ''] = rowOf(named('w'.repeat(128), 'i'.repeat(128), 'a'.repeat(50)))
    expect(line).toMatch(/^ {9}name "w+…", image "i+…", account "a+…"$/)
    expect(line.length).toBeLessThanOrEqual(80)
  })

  test('never make a line wider than the terminal, nor one line two, whatever they are', () =>
    fc.assert(
      fc.property(strangeText, strangeText, strangeText, fc.integer({ min: 40, max: 200 }), (a, b, c, columns) => {
        for (const line of rowOf(named(a, b, c), columns)) expect(measureWidth(line)).toBeLessThanOrEqual(columns)
        expect(formatNames(named(a, b, c), columns)).toHaveLength(1)
      }),
    ))

  test('control no terminal', async () => {
    const text = JSON.stringify(pv({ tags: { Name: 'a\u001b[2J\u202e\nPASSED' } }))
    for (const format of ['table', 'ndjson', 'json', 'csv']) {
      const { out } = await replayText(text, '--format', format, '--rule', 'paravirtual-instance')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}]/u)
      expect(out).toContain('PASSED')
      expect(out.split('\n').filter(line => line.startsWith('PASSED'))).toEqual([])
    }
  })
})

describe('names in CSV', () => {
  const csv = async (name: string): Promise<readonly string[]> => {
    const text = JSON.stringify(pv({ tags: { Name: name } }))
    return (await replayText(text, '--format', 'csv', '--rule', 'paravirtual-instance')).out.trimEnd().split('\n')
  }

  test('are the last columns', async () => {
    const [head = '', row = ''] = await csv('web-1')
    expect(head).toMatch(/,exemptionReason,exemptionOwner,exemptionExpires,name,imageName,accountName$/)
    expect(row).toMatch(/,,,web-1,,$/)
  })

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '�=1'],
    ['＝1', "'＝1"],
  ])('run no formula: %j', async (name, cell) => {
    const rows = await csv(name)
    expect(rows).toHaveLength(2)
    expect(rows[1]).toContain(`,${cell},`)
  })
})

describe('the name of an account', () => {
  test('comes from the policy', () =>
    inFolder({ 'policy.yaml': 'version: 1\naccountNames: { "123456789012": production }\n' }, async folder => {
      const args = ['replay', '-', '--format', 'ndjson', '--policy', `${folder}/policy.yaml`]
      const { out } = await virtguard(args, { stdin: JSON.stringify(pv()) })
      expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ resource: { accountName: 'production' } })
    }))
})
