import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { addToRegistry } from '../../tools/new-rule/templates.ts'

const ROOT = join(__dirname, '../..')
const ID = 'throw-away'

describe('the registry with a new rule', () => {
  const registry = readFileSync(join(ROOT, 'shared/rules/registry.ts'), 'utf8')

  test('imports it in the order of the files, and lists it last', () => {
    const more = addToRegistry(registry, 'old-kernel')
    const imports = [...more.matchAll(/^import \{ \w+ \} from '(\.\/[a-z-]+\.ts)'$/gm)].map(([, path]) => path)
    expect(imports).toEqual(imports.toSorted())
    expect(more).toMatch(/,\n {2}oldKernel,\n\]/)
  })

  test('is refused if there is no list', () => {
    expect(() => addToRegistry('', 'old-kernel')).toThrow('has no list of rules')
  })
})

describe('the steps of CONTRIBUTING, with a rule that is thrown away', () => {
  const copy = mkdtempSync(join(tmpdir(), 'virtguard-new-rule-'))
  const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [tsx, 'tools/new-rule/main.ts', ...args], { cwd: copy, encoding: 'utf8' })

  beforeAll(() => {
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    for (const file of files.trim().split('\n')) cpSync(join(ROOT, file), join(copy, file), { force: true })
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    expect(run(ID)).toMatchObject({ status: 0, stderr: '' })
  }, 60_000)
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  test('have the right types', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc], { cwd: copy, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  }, 120_000)

  test('pass every test of rules, policies and docs, and their own', () => {
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js')
    const folders = ['test/rules', 'test/policy', 'test/docs', 'test/fleet']
    const { status, stderr } = spawnSync(
      process.execPath,
      [jest, '--selectProjects', 'core', '--maxWorkers=1', '--testPathPatterns', ...folders],
      { cwd: copy, encoding: 'utf8' },
    )
    expect({ status, failed: stderr.match(/●.*/g) ?? [] }).toEqual({ status: 0, failed: [] })
    expect(stderr).toContain(`test/rules/${ID}.test.ts`)
  }, 300_000)

  test.each([
    ['no id', [], 'needs an id'],
    ['an id of one word', ['kernel'], 'is not an id'],
    ['an id that is there', [ID], 'is there already'],
  ])('end in one line that says what to do: %s', (_, args, text) => {
    const { status, stderr } = run(...args)
    expect(status).toBe(2)
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(text)])
  })
})
