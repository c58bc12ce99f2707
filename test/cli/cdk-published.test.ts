// The validation of the CDK as a user of the published package has it, in both kinds of modules.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildCommand } from '../support/installed-command.ts'

const ROOT = join(__dirname, '..', '..')

const folder = mkdtempSync(join(tmpdir(), 'virtguard-published-'))
const installed = join(folder, 'node_modules')

const run = (program: string, ...args: readonly string[]) => {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, npm_config_cache: join(folder, 'cache') },
  })
  if (error !== undefined) throw error
  return { status, out: stdout, err: stderr }
}

/** What npm would publish, as npm would install it: its dependencies, and the library of the CDK beside it. */
const install = (): void => {
  const packed = run('npm', 'pack', ROOT, '--ignore-scripts', '--silent')
  expect(packed).toMatchObject({ status: 0 })
  mkdirSync(join(installed, 'virtguard'), { recursive: true })
  run('tar', '-xzf', packed.out.trim(), '--strip-components=1', '-C', join(installed, 'virtguard'))
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'virtguard', 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), 'aws-cdk-lib', 'constructs', '@types/node']) {
    mkdirSync(dirname(join(installed, name)), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), join(installed, name))
  }
}

const app = (options: string): string => `
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib'
import { VirtguardValidation, type VirtguardValidationOptions } from 'virtguard/cdk'

const options: VirtguardValidationOptions = ${options}
const app = new App({ analyticsReporting: false })
const properties = {
  ImageId: '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}',
  InstanceType: 't4g.micro',
}
new CfnResource(new Stack(app, 'S'), 'Web', { type: 'AWS::EC2::Instance', properties })
Validations.of(app).addPlugins(new VirtguardValidation(options))
app.synth()
`

const compile = (...files: readonly string[]) =>
  run(
    process.execPath,
    ...[join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--module', 'nodenext', '--target', 'es2022'],
    ...['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--types', 'node', ...files],
  )

beforeAll(() => {
  buildCommand()
  install()
}, 240_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('the published validation of the CDK', () => {
  test('compiles and runs in an app of ES modules and in one of CommonJS', () => {
    writeFileSync(join(folder, 'esm.mts'), app("{ unknown: 'fail' }"))
    writeFileSync(join(folder, 'common.cts'), app("{ facts: [], failOn: 'LOW' }"))
    expect(compile('esm.mts', 'common.cts')).toEqual({ status: 0, out: '', err: '' })
    for (const file of ['esm.mjs', 'common.cjs']) {
      const { status, err } = run(process.execPath, file)
      expect(status).toBe(1)
      expect(err).toMatch(/ERROR .*\(virtguard\)\n +S\/Web \(Web\)/)
      expect(err).toContain("Acknowledge with 'virtguard::incompatible-launch'")
    }
  })

  test('has types that refuse a misspelt option', () => {
    writeFileSync(join(folder, 'wrong.mts'), app("{ unkown: 'fail' }"))
    expect(compile('wrong.mts').out).toContain("'unkown' does not exist in type 'VirtguardValidationOptions'")
  })

  test('loads neither the command line nor the SDK', () => {
    const plugin = readFileSync(join(installed, 'virtguard', 'dist', 'cdk.cjs'), 'utf8')
    const loaded = [...plugin.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, name]) => name)
    expect([...new Set(loaded)].toSorted()).toEqual(['node:fs', 'node:path', 'yaml', 'zod/mini'])
  })
})
