// What is published carries the licences of what is in it. Two programs say what that is: the build, and the one that writes the
// bill of materials.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readLicences } from '../../infra/bundle/third-party.mjs'
import { buildCommand } from '../support/installed-command.ts'
import { inFolder } from './run-cli.ts'

const ROOT = join(__dirname, '../..')
const LICENCES = 'THIRD-PARTY-LICENCES.txt'

const read = (file: string): string => readFileSync(join(ROOT, 'dist', file), 'utf8')
const namesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/^([@a-z]\S* \d\S*) \(.*\)$/gm)].map(([, name = '']) => name)),
]

type Component = {
  readonly group?: string
  readonly name: string
  readonly version?: string
  readonly components?: readonly Component[]
}

const flatten = (components: readonly Component[] = []): readonly Component[] =>
  components.flatMap(component => [component, ...flatten(component.components)])

describe('what is published', () => {
  beforeAll(buildCommand, 120_000)

  test('has a licence for each package that its bill of materials names, and the bill names each that has one', () =>
    inFolder({}, async folder => {
      const bill = join(folder, 'virtguard.cdx.json')
      const tool = join(ROOT, 'node_modules', '@cyclonedx', 'cyclonedx-esbuild', 'bin', 'cyclonedx-esbuild-cli.js')
      const args = ['--output-reproducible', '--validate', '--output-file', bill, '.build/bundled.json']
      const { status, stderr } = spawnSync(process.execPath, [tool, ...args], { cwd: ROOT, encoding: 'utf8' })
      expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
      const { bomFormat, components } = JSON.parse(readFileSync(bill, 'utf8'))
      expect(bomFormat).toBe('CycloneDX')
      const named = flatten(components)
        .filter(({ version }) => version !== undefined)
        .map(({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name} ${version}`)
      const licensed = namesIn(read(LICENCES))
      expect(licensed).toContain('chart.js 4.6.1')
      expect([...licensed].sort()).toEqual([...new Set(named)].sort())
    }))

  test('has with each function the licences of what is in it', () => {
    const all = namesIn(read(LICENCES))
    for (const name of readdirSync(join(ROOT, 'dist', 'functions'))) {
      const own = namesIn(read(join('functions', name, LICENCES)))
      expect(own.length).toBeGreaterThan(5)
      expect(own.filter(each => !all.includes(each))).toEqual([])
    }
    expect(namesIn(read(join('functions', 'notify', LICENCES))).join()).toContain('@slack/web-api')
    expect(namesIn(read(join('functions', 'confirm', LICENCES))).join()).not.toContain('@slack/web-api')
  })

  test('has in the report the licences of the libraries that draw it', () => {
    const page = read('report.html')
    for (const text of [
      'chart.js ',
      'tabulator-tables ',
      '@kurkle/color ',
      'The above copyright notice and this permission notice',
    ])
      expect(page).toContain(text)
  })
})

describe('the licence of a package', () => {
  const outputs = { 'index.js': { inputs: { 'node_modules/odd/index.js': { bytesInOutput: 1 } } } }
  const licencesOf = (manifest: object, more: Readonly<Record<string, string>> = {}) =>
    new Promise<string>((resolve, reject) => {
      inFolder({}, async folder => {
        const { mkdirSync, writeFileSync } = await import('node:fs')
        const at = join(folder, 'node_modules', 'odd')
        mkdirSync(at, { recursive: true })
        for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...more }))
          writeFileSync(join(at, name), text)
        await readLicences(folder, [{ outputs } as unknown as Parameters<typeof readLicences>[1][number]]).then(
          resolve,
          reject,
        )
      }).catch(reject)
    })

  test('is what the package is published with', async () => {
    const text = await licencesOf(
      { name: 'odd', version: '1.0.0', license: 'MIT' },
      { 'LICENSE.md': 'Do as you like.\n' },
    )
    expect(text).toBe('Parts of these packages are in virtguard.\n\nodd 1.0.0 (MIT)\n\nDo as you like.\n')
  })

  test('is the text of SPDX with the author, if the package has none', async () => {
    const text = await licencesOf({ name: 'odd', version: '1.0.0', license: 'MIT', author: { name: 'Somebody' } })
    expect(text).toContain('odd 1.0.0 (MIT)\n\nMIT License\n\nCopyright (c) Somebody\n\nPermission is hereby granted')
  })

  test('fails the build if nobody knows it', async () => {
    await expect(licencesOf({ name: 'odd', version: '1.0.0', license: 'SEE README' })).rejects.toThrow(
      'odd has no file with its licence, and SPDX knows no SEE README',
    )
  })
})
