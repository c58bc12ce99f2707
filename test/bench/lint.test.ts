import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { generateLintFiles } from '../../bench/lint/generate.ts'
import { inFolder, virtguard } from '../cli/run-cli.ts'

test('what the bench lints is read as templates and plans, has pairs that fit and pairs that do not, and as many bytes as asked for', () =>
  inFolder({}, async folder => {
    const files = generateLintFiles(folder, 8, 1_000_000)
    expect(readdirSync(files.templates)).toHaveLength(8)
    expect(statSync(files.large).size).toBe(files.largeBytes)
    expect(files.largeBytes / 1_000_000).toBeCloseTo(1, 0)
    const { code, out, errLines } = await virtguard(['lint', files.folder, '--all', '--rule', 'incompatible-launch'])
    expect(code).toBe(1)
    expect(errLines[0]).toBe('virtguard: 48 declarations in 16 files')
    const found = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    for (const kind of ['templates', 'plans'])
      expect(
        new Set(found.filter(({ place }) => place.file.includes(join('all', kind))).map(({ status }) => status)),
      ).toEqual(new Set(['FAILED', 'PASSED']))
    expect((await virtguard(['lint', files.large, '--rule', 'incompatible-launch'])).errLines[0]).toBe(
      'virtguard: 100 declarations in 1 file',
    )
  }))
