import { describe, expect, test } from '@jest/globals'
import { type Report, reportText, withTable } from '../../bench/report.ts'

const report: Report = {
  date: '2026-11-24',
  machine: 'a machine',
  load: 0.1,
  node: '24.21.0',
  latencyMs: 25,
  rounds: 3,
  rows: [
    {
      name: 'zip',
      target: '<= 130 KiB',
      ours: '1 byte',
      custodian: 'not measured',
      ratio: '',
      met: true,
      promise: true,
    },
  ],
  stopping: [],
  decision: [],
}

describe('the report', () => {
  test('only what was measured has a part, and it says that Cloud Custodian was not', () => {
    const text = reportText(report)
    expect(text).toContain('Cloud Custodian was not measured.')
    expect(text.match(/^#+ .*/gm)).toEqual(['# Benchmarks', '## A launch'])
  })

  test('the table replaces what stands between the marks of a page, and nothing else', () => {
    const page = 'before\n<!-- bench:start -->\nold\n<!-- bench:end -->\nafter\n'
    const once = withTable(page, report)
    expect(once.startsWith('before\n<!-- bench:start -->\n\n|')).toBe(true)
    expect(once.endsWith('<!-- bench:end -->\nafter\n')).toBe(true)
    expect(once).not.toContain('old')
    expect(withTable(once, report)).toBe(once)
  })

  test('a page without marks is left alone', () => {
    expect(() => withTable('nothing here', report)).toThrow('README.md has no <!-- bench:start -->')
  })
})
