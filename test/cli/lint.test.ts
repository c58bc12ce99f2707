import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { aChange, aFoundImage, aPlan } from '../lint/planning.ts'
import { inFolder, virtguard } from './run-cli.ts'

const ID = 'ami-0aaaaaaaaaaaaaaaa'
const plan = (type: string, found: readonly object[] = [aFoundImage(ID)]): string =>
  JSON.stringify(
    aPlan({
      found: found.map(one => ({ ...one })),
      changes: [aChange('aws_instance.web', { ami: ID, instance_type: type })],
    }),
  )

const lint = (stdin: string | Buffer, ...options: readonly string[]) => virtguard(['lint', '-', ...options], { stdin })

describe('the exit code of lint', () => {
  test.each([
    ['0 where all fits', 'm7i.large', [], 0],
    ['1 for a finding', 't4g.micro', [], 1],
    ['0 for a finding below --fail-on', 't4g.micro', ['--fail-on', 'HIGH'], 0],
  ])('is %s', async (_, type, options, code) => expect((await lint(plan(type), ...options)).code).toBe(code))

  test.each([
    ['warn', 0, true],
    ['fail', 1, true],
    ['ignore', 0, false],
  ])('with --unknown %s is %i, and UNKNOWN is always counted', async (way, code, isListed) => {
    const ran = await lint(plan('t3.micro', []), '--unknown', way)
    expect({ code: ran.code, isListed: ran.out.includes('UNKNOWN') }).toEqual({ code, isListed })
    expect(ran.err).toMatch(/findings?: \d UNKNOWN/)
  })
})

test('a clean run does not have the word that Atlantis takes for a failure', async () => {
  const { out, err } = await lint(plan('m7i.large'), '--format', 'table')
  expect(out + err).not.toMatch(/fail/i)
})

test.each(['utf16le', 'utf8'] as const)('a plan of %s with a mark at its beginning is read', async encoding =>
  expect((await lint(Buffer.from(`\ufeff${plan('t4g.micro')}`, encoding))).code).toBe(1),
)

test('a plan of UTF-16 with the other order of bytes is read', async () =>
  expect((await lint(Buffer.from(`\ufeff${plan('t4g.micro')}`, 'utf16le').swap16())).code).toBe(1))

test('a large plan is read without the resources that launch nothing', async () => {
  const policy = { address: 'aws_iam_policy.p', mode: 'managed', type: 'aws_iam_policy', name: 'p', values: {} }
  const others = Array.from({ length: 8 }, () => ({ ...policy, values: { policy: '"}\\\\'.repeat(100_000) } }))
  expect((await lint(plan('t4g.micro', [...others, aFoundImage(ID), ...others]))).out).toBe(
    (await lint(plan('t4g.micro'))).out,
  )
})

test('a table has the address, the file and why', async () => {
  const { out } = await lint(plan('t4g.micro'), '--format', 'table', '--rule', 'incompatible-launch')
  expect(out).toMatch(
    /^LEVEL +RULE +ADDRESS\nLOW +incompatible-launch +aws_instance\.web\n +standard input: aws_instance\.web asks/,
  )
})

test('a run with findings has that word', async () => {
  const { err } = await lint(plan('t4g.micro'), '--format', 'table')
  expect(err).toContain('failed: there are findings at or above LOW')
})

describe('the formats of others', () => {
  test.each(['sarif', 'junit', 'github', 'gitlab', 'markdown'])(
    '%s has the finding, and nothing else of the plan',
    async format => {
      const secret = 'hunter2'
      const web = { ami: ID, instance_type: 't4g.micro', user_data: secret, tags: { Name: secret } }
      const text = JSON.stringify(aPlan({ found: [aFoundImage(ID)], changes: [aChange('aws_instance.web', web)] }))
      const { out, code } = await lint(text, '--format', format)
      expect(code).toBe(1)
      expect(out).toContain('t4g.micro')
      expect(out).not.toContain(secret)
    },
  )

  test('name a file by its path from the folder in which lint is run', () =>
    inFolder({ 'p.json': plan('t4g.micro') }, async folder => {
      const before = process.cwd()
      process.chdir(folder)
      try {
        const { out } = await virtguard(['lint', join(process.cwd(), 'p.json'), '--format', 'gitlab'])
        expect(JSON.parse(out)).toMatchObject([
          { fingerprint: 'incompatible-launch/p.json/aws_instance.web', location: { path: 'p.json' } },
        ])
      } finally {
        process.chdir(before)
      }
    }))
})

describe('what cannot be read is one line and exit code 2', () => {
  test.each([
    ['the source of a configuration', 'resource "aws_instance" "web" {\n}', 'terraform plan -out PLAN'],
    ['a binary plan', 'PK\u0003\u0004', 'a binary plan; print it as JSON: terraform show -json PLAN'],
    ['the log of a plan', '{"@level":"info"}\n{"@level":"info"}', 'the log of terraform plan -json'],
    ['a state', '{"format_version":"1.0","values":{}}', 'a state, which launches nothing'],
    ['a plan of an unknown major', JSON.stringify(aPlan({ version: '2.0' })), 'a plan of a format that is not known'],
    ['other JSON', '{"a":1}', 'in no form that lint knows'],
    ['the source of a configuration as JSON', '{"resource":{"aws_instance":{}}}', 'terraform plan -out PLAN'],
    ['JSON that was cut off', '{"a":', 'broken JSON, cut off or changed by hand'],
    ['no JSON', 'a plan', 'neither a template nor a plan as JSON'],
    ['nothing', ' \n', 'empty; did the command that wrote it end with an error?'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8]), 'gzip -dc FILE'],
  ])('%s', async (_, stdin, why) => {
    const { code, out, errLines } = await lint(stdin)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines.filter(line => line.includes(why))).toHaveLength(1)
  })

  test('leaves the rest of a folder to be evaluated', () =>
    inFolder({ 'a.json': '{"a":', 'b.json': plan('t4g.micro'), 'package.json': '{"name":"x"}' }, async folder => {
      const { code, out, err } = await virtguard(['lint', folder])
      expect(code).toBe(2)
      expect(out).toContain('aws_instance.web')
      expect(err).toContain('a.json: broken JSON')
      expect(err).toContain('1 file left out in folders')
    }))
})
