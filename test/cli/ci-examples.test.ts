// The action, the hook and the examples for CI: what they run really runs, with the installed command.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import pkg from '../../package.json' with { type: 'json' }
import { ARM, anInstance, aTemplate, stored, X86 } from '../lint/templates.ts'
import { BIN, buildCommand } from '../support/installed-command.ts'
import { inFolder } from './run-cli.ts'

const ROOT = join(__dirname, '../..')
const EXAMPLES = join(ROOT, 'examples/lint')

const FITS = JSON.stringify(aTemplate({ Web: anInstance(stored(X86), 't3.micro') }))
const MISFIT = JSON.stringify(aTemplate({ Web: anInstance(stored(ARM), 't3.micro') }))

beforeAll(() => {
  buildCommand()
}, 30_000)

const readYaml = (file: string): unknown => parse(readFileSync(file, 'utf8'))

/** Every text of an example that a shell would run. */
const listCommands = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.includes('npx virtguard') ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listCommands) : []
}

const examples = readdirSync(EXAMPLES).flatMap(file =>
  listCommands(readYaml(join(EXAMPLES, file))).map(command => [file, command] as const),
)

const runShell = (command: string, folder: string) =>
  spawnSync('sh', ['-c', command.replaceAll('npx virtguard', `"${process.execPath}" "${BIN}"`)], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, SHOWFILE: join(folder, 'template.yaml') },
  })

describe('the examples', () => {
  test('are for GitHub, GitLab, Atlantis and CodeBuild', () =>
    expect(new Set(examples.map(([file]) => file))).toEqual(
      new Set(['github-actions.yml', 'gitlab-ci.yml', 'atlantis-repos.yaml', 'buildspec.yml']),
    ))

  test.each(examples)('of %s run: %s', async (_, command) => {
    await inFolder({ 'template.yaml': FITS }, async folder => {
      const { status, stderr } = runShell(command, folder)
      expect([status, stderr]).toEqual([0, expect.stringContaining('0 findings')])
    })
    await inFolder({ 'template.yaml': MISFIT }, async folder => {
      // What writes a file for a later step goes on, and the last step ends with 1.
      expect(runShell(command, folder).status).toBe(command.includes('|| test $? -eq 1') ? 0 : 1)
    })
    await inFolder({ 'template.yaml': '{' }, async folder => expect(runShell(command, folder).status).not.toBe(0))
  })

  test('of Atlantis print the word that it looks for only with findings', () =>
    inFolder({ 'template.yaml': FITS }, async folder => {
      const [, command = ''] = examples.find(([file]) => file.startsWith('atlantis')) ?? []
      const { stdout, stderr } = runShell(command, folder)
      expect(`${stdout}${stderr}`).not.toMatch(/fail/i)
    }))
})

describe('the hook of pre-commit', () => {
  test('runs, and leaves out files that declare nothing', async () => {
    const [hook] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8'))
    const command = [hook.entry.replace('virtguard', 'npx virtguard'), ...hook.args].join(' ')
    expect(hook.pass_filenames).toBe(false)
    await inFolder({ 'package.json': '{}', 'ci.yml': 'a: 1', 'web.json': FITS }, async folder =>
      expect(runShell(command, folder).status).toBe(0),
    )
    await inFolder({ 'package.json': '{}', 'web.json': MISFIT }, async folder =>
      expect(runShell(command, folder).status).toBe(1),
    )
  })

  test('is installed by npm, which builds the command on install', () => {
    expect(pkg.bin).toEqual({ virtguard: 'cli/virtguard.mjs' })
    expect(pkg.scripts.prepare).toBe('node cli/build.mjs')
  })
})

describe('the action', () => {
  const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))

  const runAction = (folder: string, inputs: Readonly<Record<string, string>>) => {
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
    const ran = spawnSync(process.execPath, [join(ROOT, action.runs.main)], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...files, ...Object.fromEntries(given) },
    })
    return { ...ran, read: (name: string) => readFileSync(join(folder, name), 'utf8') }
  }

  test('runs on Node 24, without an installation', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'action/main.mjs' })
    const imports = [...readFileSync(join(ROOT, 'action/main.mjs'), 'utf8').matchAll(/from '([^']+)'/g)]
    expect(imports.filter(([, name]) => !name?.startsWith('node:'))).toEqual([])
  })

  test('annotates, writes the summary and the file for code scanning, and fails the step', () =>
    inFolder({ 'web.json': MISFIT }, async folder => {
      const { status, stdout, read } = runAction(folder, { paths: 'web.json', sarif: 'out.sarif' })
      expect(status).toBe(1)
      expect(stdout).toMatch(/^::error file=web\.json,/m)
      expect(read('output')).toBe('exit-code=1\nsarif=out.sarif\n')
      expect(read('summary')).toContain('incompatible-launch')
      expect(JSON.parse(read('out.sarif')).runs[0].results.length).toBeGreaterThan(0)
    }))

  test('takes several paths and the options, and passes with nothing found', () =>
    inFolder({ 'a.json': FITS, '-b.json': FITS }, async folder => {
      const inputs = { paths: 'a.json\n  -b.json  \n\n', 'fail-on': 'HIGH', unknown: 'fail' }
      const { status, stderr, read } = runAction(folder, inputs)
      expect([status, read('output')]).toEqual([0, 'exit-code=0\n'])
      expect(stderr).toContain('2 declarations in 2 files')
    }))

  test.each([
    [{ paths: ' ' }, '::error::virtguard: paths: name files or folders, one a line'],
    [{ paths: 'x', version: '1 && curl' }, '::error::virtguard: version: 1 && curl is no version of npm'],
  ])('refuses %j in one line', (inputs, line) =>
    inFolder({}, async folder => {
      const { status, stdout } = runAction(folder, inputs)
      expect([status, stdout]).toEqual([2, `${line}\n`])
    }),
  )

  test('reads all inputs that it declares, and no others', () => {
    const source = readFileSync(join(ROOT, 'action/main.mjs'), 'utf8')
    const read = [...source.matchAll(/'([a-z-]+)'/g)].map(([, name]) => name)
    for (const name of Object.keys(action.inputs)) expect(read).toContain(name)
  })
})
