// What people give by mistake, or what only the account can complete: a line each, and the rest is evaluated.
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { LintFinding } from '../../shared/lint/model/lint-finding.ts'
import { ARM, anInstance, aTemplate, stored, X86 } from '../lint/templates.ts'
import { inFolder, virtguard } from './run-cli.ts'

const fits = JSON.stringify(aTemplate({ Web: anInstance(stored(ARM), 't4g.micro') }))
const misfit = JSON.stringify(aTemplate({ Web: anInstance(stored(X86), 't4g.micro') }))

const lint = async (files: Readonly<Record<string, string>>) => {
  const ran: { code: number; findings: readonly LintFinding[]; lines: readonly string[] } = {
    code: -1,
    findings: [],
    lines: [],
  }
  await inFolder(files, async folder => {
    const { code, out, errLines } = await virtguard(['lint', folder, '--rule', 'incompatible-launch'])
    ran.code = code
    ran.findings = out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
    ran.lines = errLines.map(line => line.replaceAll(join(folder, '/'), ''))
  })
  return ran
}

test('one broken file among a hundred is named, and the others are evaluated', async () => {
  const others = Array.from({ length: 99 }, (_, index) => [`${index}.json`, index % 33 === 0 ? misfit : fits] as const)
  const { code, findings, lines } = await lint({ ...Object.fromEntries(others), 'broken.json': fits.slice(0, -3) })
  expect(code).toBe(2)
  expect(findings.map(({ status }) => status)).toEqual(['FAILED', 'FAILED', 'FAILED'])
  expect(lines.filter(line => line.startsWith('virtguard: broken.json: broken JSON'))).toHaveLength(1)
  expect(lines).toContain('virtguard: 99 declarations in 99 files')
})

test.each([
  [
    'a plan of an unknown major',
    '{"format_version":"9.0","planned_values":{"root_module":{}}}',
    'a plan of a format that is not known',
  ],
  ['a binary plan', 'PK\u0003\u0004\u0014\u0000', 'a binary plan; print it as JSON: terraform show -json PLAN'],
  ['source of Terraform', 'resource "aws_instance" "a" {\n}\n', 'the source of a configuration, not a plan'],
  ['the log of a plan', '{"@level":"info"}\n{"@level":"info"}\n', 'the log of terraform plan -json'],
  ['nothing', '', 'empty; did the command that wrote it end with an error?'],
])('%s is one line, and the file beside it is evaluated', async (_, text, why) => {
  const { code, findings, lines } = await lint({ 'a.json': text, 'b.json': misfit })
  expect(code).toBe(2)
  expect(findings).toMatchObject([{ status: 'FAILED', place: { address: 'Web' } }])
  expect(lines.filter(line => line.startsWith('virtguard: a.json: '))).toEqual([expect.stringContaining(why)])
})

describe('what only the account can complete is UNKNOWN, and says what to do', () => {
  const fromMap = { 'Fn::FindInMap': ['Images', 'eu-west-1', 'arm'] }
  const images = { Mappings: { Images: { 'us-east-1': { arm: 'ami-0aaaaaaaaaaaaaaaa' } } } }
  const named = (type: string) => ({ Parameters: { Type: { Type: 'String' }, Image: { Type: type } } })

  test.each([
    ['a macro', aTemplate({}, { Transform: ['Own::Macro'] }), 'Transform', '--template-stage Processed'],
    [
      'a loop',
      aTemplate({ 'Fn::ForEach::Web': ['X', ['a'], { W: anInstance('x', 'y') }] }),
      'Fn::ForEach::Web',
      'Fn::ForEach',
    ],
    ['a map without the Region', aTemplate({ Web: anInstance(fromMap, 't4g.micro') }, images), 'Web', 'Images'],
    [
      'a parameter without a default',
      aTemplate({ Web: anInstance({ Ref: 'Image' }, { Ref: 'Type' }) }, named('AWS::EC2::Image::Id')),
      'Web',
      'The parameter Type has no default and no allowed values: give it one.',
    ],
  ])('%s', async (_, template, address, hint) => {
    const { code, findings, lines } = await lint({ 'a.json': JSON.stringify(template), 'b.json': fits })
    expect(code).toBe(0)
    expect(findings).toMatchObject([{ status: 'UNKNOWN', place: { address }, message: expect.stringContaining(hint) }])
    expect(lines).toContain('virtguard: UNKNOWN is no pass: each says how to learn it')
  })
})

test('aliases of YAML are read, and CloudFormation refuses them: a line says so', async () => {
  const text = `Resources:\n  A: &a\n    Type: AWS::EC2::Instance\n    Properties: { ImageId: "${stored(X86)}", InstanceType: t4g.micro }\n  B: *a\n`
  const { code, findings, lines } = await lint({ 'a.yaml': text })
  expect(code).toBe(1)
  expect(findings.map(({ place }) => place.address)).toEqual(['A', 'B'])
  expect(lines.filter(line => line.startsWith('virtguard: a.yaml: ') && line.includes('alias'))).toHaveLength(1)
})
