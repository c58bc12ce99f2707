import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const ROOT = join(__dirname, '../..')
const text = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8')
const { on, permissions, jobs } = parse(text)
const steps: readonly { readonly uses?: string; readonly run?: string }[] = jobs.publish.steps

describe('the release', () => {
  test('begins with the tag of a version, and with nothing else', () => {
    expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } })
  })

  test('is published with provenance and without a secret, after the whole check', () => {
    expect([permissions, jobs.publish.permissions]).toEqual([{}, { contents: 'read', 'id-token': 'write' }])
    expect(steps.flatMap(({ run }) => (run === undefined ? [] : [run])).slice(-2)).toEqual([
      '.ci/run',
      'npm publish --provenance --access public',
    ])
    expect(text).not.toMatch(/secrets\.|_TOKEN/)
  })

  test('runs no code of others that can change', () => {
    for (const uses of steps.flatMap(one => one.uses ?? [])) expect(uses).toMatch(/@[0-9a-f]{40}$/)
  })

  test('has the bill of materials in the package', () => {
    const { files, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(files).toContain('dist')
    expect(scripts.prepack).toBe('npm run -s build && npm run -s sbom')
    expect(scripts.sbom).toContain('--output-file dist/virtguard.cdx.json')
  })
})

test('SECURITY.md says how to report a vulnerability in private, and the published README leads to it', () => {
  const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
  expect(read('SECURITY.md')).toMatch(
    /## Report a vulnerability\n\nUse \*\*Report a vulnerability\*\* on the Security tab/,
  )
  expect(read('SECURITY.md')).toContain('Do not open an issue.')
  expect(read('README.md')).toContain('[SECURITY](SECURITY.md)')
})
