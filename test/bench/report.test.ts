import { describe, expect, test } from '@jest/globals'
import { addTable, type Report, reportText } from '../../bench/report.ts'

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
      target: '',
      ours: '1 byte',
      custodian: 'not measured',
      ratio: '',
      met: true,
      promise: true,
    },
  ],
  stopping: [],
  decision: [],
  sweeps: [],
  sweepRounds: 5,
  accounts: [],
  bursts: [],
}

describe('the benchmark report', () => {
  test('has a part only for what was measured, and says that Cloud Custodian was not', () => {
    const text = reportText(report)
    expect(text).toContain('Cloud Custodian was not measured.')
    expect(text.match(/^#+ .*/gm)).toEqual(['# Benchmarks', '## A launch'])
  })

  test('gives for a burst the time of its last alert, and the findings per second', () => {
    const counts = { launches: 1000, reports: 2000, alerted: 1000, duplicates: 0, findings: 3000, lastAlertMs: 2000 }
    const text = reportText({ ...report, bursts: [{ where: 'here', ...counts }] })
    const row = text.split('\n').find(line => line.startsWith('| here'))
    expect(row?.split('|').map(cell => cell.trim())).toEqual([
      '',
      'here',
      '1000',
      '2000',
      '1000',
      '0',
      '2.00 s',
      '1500',
      '',
    ])
  })

  test('has for lint a row for each program beside it, and one for the memory of a large plan', () => {
    const one = { min: 1, median: 1, max: 1 }
    const files = { folder: 'f', templates: 't', large: 'l', files: 200, largeBytes: 50e6 }
    const ratio = { min: 11, median: 12, max: 13 }
    const rows = [{ name: 'cfn-lint', files: 100, ours: one, theirs: one, ratio }]
    const text = reportText({ ...report, lint: { files, ours: one, rows, peakMb: 310 } })
    const cells = text
      .split('\n')
      .filter(line => /^\| (beside|peak)/.test(line))
      .map(line => line.split('|').map(cell => cell.trim()))
    expect(cells.map(row => [row[1], row[3], row.at(-2)])).toEqual([
      ['beside cfn-lint', '>= 10', 'met'],
      ['peak memory (RSS) for a plan of 50 MB', '< 300 MB', 'not met'],
    ])
  })

  test('has for a replay a row for each wrapper, as a ratio to the same records without', () => {
    const same = { min: 1, median: 1, max: 1 }
    const replay = {
      trail: { folder: 'f', files: 1, records: 1, bytes: 1, wrapped: [] },
      ours: same,
      baseline: same,
      ratio: same,
      wrapped: [{ name: 'in a wrapper', ratio: { min: 0.4, median: 0.5, max: 0.6 }, peakMb: 90 }],
      peakMb: 100,
      firstThirdMb: 100,
      lastThirdMb: 100,
    }
    expect(reportText({ ...report, replay })).toMatch(
      /^\| the same records in a wrapper, against the plain ones .*0\.50/m,
    )
  })

  test('replaces what stands between the marks of a page, and nothing else', () => {
    const page = 'before\n<!-- bench:start -->\nold\n<!-- bench:end -->\nafter\n'
    const once = addTable(page, report)
    expect(once.startsWith('before\n<!-- bench:start -->\n\n|')).toBe(true)
    expect(once.endsWith('<!-- bench:end -->\nafter\n')).toBe(true)
    expect(once).not.toContain('old')
    expect(addTable(once, report)).toBe(once)
  })

  test('shows few rows on the front page, and all on the page of benchmarks', () => {
    const [zip] = report.rows
    const rows = zip === undefined ? [] : [zip, { ...zip, name: 'warm', front: true as const }]
    const page = addTable('<!-- bench:start -->\n<!-- bench:end -->\n', { ...report, rows })
    expect([page.includes('| warm'), page.includes('| zip')]).toEqual([true, false])
    expect(reportText({ ...report, rows })).toContain('| zip')
  })

  test('leaves a page without marks alone', () => {
    expect(() => addTable('nothing here', report)).toThrow('README.md has no <!-- bench:start -->')
  })
})
