// The command as it is installed: the bundle, in a process of its own.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { BIN, buildCommand, builtFiles } from '../support/installed-command.ts'

const ROOT = join(__dirname, '..', '..')

const run = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [BIN, ...args], { input, encoding: 'utf8' })

const PV = JSON.stringify(
  aRunInstancesRecord({
    instances: [anInstanceItem({ instanceType: 'm3.medium', virtualizationType: 'paravirtual' })],
  }),
)

describe('the installed command', () => {
  beforeAll(() => {
    buildCommand()
  }, 30_000)

  test('writes data to standard output, everything else to standard error, and sets the exit code', () => {
    const { stdout, stderr, status } = run(['replay', '-', '--rule', 'paravirtual-instance'], PV)
    expect(JSON.parse(stdout)).toMatchObject({ rule: 'paravirtual-instance', status: 'FAILED' })
    expect(stderr).toBe(
      'virtguard: 1 record in 1 input: 1 launch\nvirtguard: 1 finding: 1 MEDIUM\nvirtguard: read as: 1 CloudTrail record\n',
    )
    expect(status).toBe(1)
    expect(run(['replay', '-'], '{').status).toBe(2)
    expect(run(['check', '-'], '{"ami":{},"instanceType":"t3.micro"}').status).toBe(1)
  })

  test('writes a report that is one file', () => {
    const { stdout, status } = run(['replay', '-', '--format', 'html'], PV)
    expect(status).toBe(1)
    expect(stdout).toMatch(/^<!doctype html>/i)
    expect(stdout).toContain('id="last-page"')
    expect(stdout.trimEnd().endsWith('</html>')).toBe(true)
  })

  test('ends quietly if nobody reads on', () => {
    const script = `"${process.execPath}" "${BIN}" replay - | head -n 1`
    const { stdout, stderr, status } = spawnSync('sh', ['-c', script], {
      input: Array.from({ length: 5000 }, (_, at) => `${PV.replace(/"eventID":"/, `$&${at}`)}\n`).join(''),
      encoding: 'utf8',
    })
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('knows its version and the page of a rule', () => {
    expect(run(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(run(['rules', 'ena-disabled']).stdout).toContain(join(ROOT, 'docs', 'rules', 'ena-disabled.md'))
  })

  test('needs nothing but Node and the dependencies that it declares', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const packages = Object.keys({ ...dependencies, ...peerDependencies })
    const declared = (name: string) => [...builtinModules, ...packages].includes(name)
    const asked = builtFiles().flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^'"]*["']([^'"]+)["'];?$/gm)].map(
        ([, from = '']) => from,
      ),
    )
    expect(asked).toContain('commander')
    const foreign = asked.filter(from => !/^(\.|node:)/.test(from))
    expect(foreign.filter(from => !declared(from) && !declared(from.replace(/\/[^/]+$/, '')))).toEqual([])
  })

  test('needs no package of the SDK', () => {
    const texts = builtFiles().map(file => readFileSync(file, 'utf8'))
    expect(texts.length).toBeGreaterThan(10)
    const asked = texts.flatMap(text => [
      ...text.matchAll(/(?:from|import\(|require\()\s*["'](@(?:aws-sdk|smithy|aws)\/[^"']+)/g),
    ])
    // Those of SigV4a stand in the words of an error only.
    expect(asked.map(([, name = '']) => name).filter(name => !name.includes('signature-v4'))).toEqual([])
  })

  test('has all parts that its commands load when they run', () => {
    const parts = builtFiles().filter(file => !file.endsWith('virtguard.js'))
    const script = `Promise.all(${JSON.stringify(parts)}.map(part => import(part)))`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', `await ${script}`], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('needs the library of the CDK only for `package`, which says how to install it', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const folder = mkdtempSync(join(tmpdir(), 'virtguard-bin-'))
    for (const part of ['cli/virtguard.mjs', 'dist', 'docs/rules', 'package.json'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true })
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
    }
    writeFileSync(join(folder, 'deploy.yaml'), 'version: 1\naddresses: [user@example.com]\n')
    const inside = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(folder, 'cli/virtguard.mjs'), ...args], { cwd: folder, encoding: 'utf8' })
    expect(inside('settings', 'validate', 'deploy.yaml').status).toBe(0)
    expect(inside('rules').status).toBe(0)
    const { stderr, status } = inside(
      'package',
      '--settings',
      'deploy.yaml',
      '--bucket',
      'artifacts',
      '--output',
      'out',
    )
    rmSync(folder, { recursive: true })
    const { 'aws-cdk-lib': cdk, constructs } = peerDependencies
    expect(stderr).toBe(
      `virtguard: package needs the CDK's library, which is not installed; run npm install aws-cdk-lib@${cdk} constructs@${constructs} beside virtguard\n`,
    )
    expect(status).toBe(2)
  })

  test('says what to run if it has not been built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'virtguard-bin-'))
    cpSync(BIN, join(folder, 'cli', 'virtguard.mjs'))
    const { stderr, status } = spawnSync(process.execPath, [join(folder, 'cli', 'virtguard.mjs')], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(stderr).toBe('virtguard: not built yet; in the project folder run: npm ci && npm run -s build\n')
    expect(status).toBe(2)
  })
})
