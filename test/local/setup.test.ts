import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { nodeProblem, packagesProblem, setUp } from '../../local/setup.mjs'

describe('the Node that runs this', () => {
  test.each(['20.11.0', '20.20.2', '22.0.0', '24.21.0', '100.0.0'])('%s is new enough', version => {
    expect(nodeProblem(version)).toBeUndefined()
  })

  test.each(['18.20.8', '20.10.9', '8.0.0'])('%s is too old, and one line says so', version => {
    expect(nodeProblem(version)).toMatch(new RegExp(`^[^\\n]*20\\.11 or newer, and this is ${version}[^\\n]*$`))
  })
})

describe('the packages of the lock file', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'virtguard-setup-'))
    lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const lock = (packages: object) =>
    writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }))

  const install = (packages: object) => {
    for (const folder of Object.keys(packages)) mkdirSync(path.join(root, folder), { recursive: true })
    mkdirSync(path.join(root, 'node_modules'), { recursive: true })
    writeFileSync(path.join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))
  }

  test('are not there in an empty clone', () => {
    expect(packagesProblem(root)).toBe('the packages are not installed yet')
  })

  test('are complete without those for other systems', () => {
    install({ 'node_modules/a': { version: '1.0.0' } })
    expect(packagesProblem(root)).toBeUndefined()
  })

  test('are installed again if the lock file has another version', () => {
    install({ 'node_modules/a': { version: '0.9.0' } })
    expect(packagesProblem(root)).toBe('a is 0.9.0, the lock file says 1.0.0')
  })

  test('are installed again if one is missing from the list, or its folder from the disk', () => {
    install({})
    expect(packagesProblem(root)).toBe('a is missing')
    install({ 'node_modules/a': { version: '1.0.0' } })
    rmSync(path.join(root, 'node_modules/a'), { recursive: true })
    expect(packagesProblem(root)).toBe('a is missing')
  })

  test('are installed again after an installation that broke off', () => {
    mkdirSync(path.join(root, 'node_modules'))
    writeFileSync(path.join(root, 'node_modules', '.package-lock.json'), '{"packages":')
    expect(packagesProblem(root)).toBe('the installed packages are incomplete')
  })

  test('cannot be installed if npm fails, and one line says why', async () => {
    writeFileSync(path.join(root, 'package.json'), JSON.stringify({ dependencies: { c: '1.0.0' } }))
    const said: string[] = []
    const problem = await setUp(root, line => said.push(line))
    expect(problem).toMatch(/^npm ci failed: [^\n]+$/)
    expect(said[0]).toMatch(/^Installing npm packages/)
  }, 60_000)
})
