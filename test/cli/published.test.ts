// What `npm publish` would put into the registry.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildCommand, builtFiles } from '../support/installed-command.ts'

const ROOT = join(__dirname, '..', '..')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

const IMPORT = /(?:^(?:import|export)\b[^'"]*|\b(?:import|require)\(\s*)["']([^'"\n]+)["']/gm

/** The packages that the built command imports, also those that it loads when a command needs them. */
const listImported = (): readonly string[] => {
  const asked = builtFiles().flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, from = '']) => from),
  )
  const names = asked
    .filter(from => !/^(?:\.|node:)/.test(from))
    .map(from => (from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? '')))
  // Those of SigV4a stand in the words of an error only.
  return [...new Set(names)].filter(name => !name.startsWith('@aws-sdk/signature-v4')).sort()
}

beforeAll(buildCommand, 120_000)

describe('the published package', () => {
  test('declares what it imports, and nothing else', () => {
    expect(listImported()).toContain('commander')
    // The CDK's library needs constructs beside it.
    expect([...listImported(), 'constructs'].sort()).toEqual(
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).sort(),
    )
  })

  test('asks nobody to install what only `package` needs', () => {
    const optional = Object.entries(manifest.peerDependenciesMeta).filter(([, meta]) => Object(meta).optional === true)
    expect(optional.map(([name]) => name).sort()).toEqual(Object.keys(manifest.peerDependencies).sort())
  })

  test('runs nothing when somebody installs it', () => {
    const hooks = ['preinstall', 'install', 'postinstall']
    expect(Object.keys(manifest.scripts).filter(name => hooks.includes(name))).toEqual([])
  })

  test('has the built command with its licences, the pages of the rules and the Terraform module, and no sources', () => {
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const [{ files }]: readonly [{ readonly files: readonly { readonly path: string }[] }] = JSON.parse(stdout)
    const paths = files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'NOTICE',
        'README.md',
        'cli/virtguard.mjs',
        'dist/virtguard.js',
        'dist/report.html',
        'dist/THIRD-PARTY-LICENCES.txt',
        'dist/functions/notify/THIRD-PARTY-LICENCES.txt',
        'docs/rules/paravirtual-instance.md',
        'terraform/main.tf',
      ]),
    )
    expect(paths.filter(path => path.endsWith('.ts'))).toEqual([])
    expect([...new Set(paths.map(path => path.split('/')[0]))].sort()).toEqual(
      ['LICENSE', 'NOTICE', 'README.md', 'cli', 'dist', 'docs', 'package.json', 'terraform'].sort(),
    )
    expect(paths.filter(path => /^(?:cli|docs)\//.test(path) && !/^docs\/rules\//.test(path))).toEqual([
      'cli/virtguard.mjs',
    ])
  })
})
