import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { anInstance, aTemplate, stored, X86 } from '../lint/templates.ts'
import { inFolder, virtguard } from './run-cli.ts'

const aStack = (templateFile: string, more: object = {}) => ({
  type: 'aws:cloudformation:stack',
  environment: 'aws://123456789012/eu-west-1',
  properties: { templateFile },
  ...more,
})
const logical = (id: string) => [{ type: 'aws:cdk:logicalId', data: id }]
const manifest = (artifacts: object) => JSON.stringify({ version: '39.0.0', artifacts })
const misfit = JSON.stringify(aTemplate({ Web1A2B: anInstance(stored(X86), 't4g.nano') }))

const findingsOf = async (path: string) => {
  const { out, err, code } = await virtguard(['lint', path, '--rule', 'incompatible-launch'])
  const findings: readonly unknown[] = out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
  return { findings, err, code }
}

test.each([
  ['the manifest', { metadata: { '/App/Web/Resource': logical('Web1A2B') } }, {}],
  ['the file beside it', { additionalMetadataFile: 'App.metadata.json' }, { '/App/Web/Resource': logical('Web1A2B') }],
])('a stack of cdk.out has account, Region and construct of %s', (_, more, metadata) =>
  inFolder(
    {
      'manifest.json': manifest({ App: aStack('App.template.json', more) }),
      'App.metadata.json': JSON.stringify(metadata),
      'App.template.json': misfit,
      'tree.json': '{"version":"tree-0.1","tree":{}}',
    },
    async folder => {
      const { findings, code, err } = await findingsOf(folder)
      expect(code).toBe(1)
      expect(findings).toMatchObject([
        {
          resource: { id: 'Web1A2B', accountId: '123456789012', region: 'eu-west-1' },
          place: { address: 'Web1A2B', construct: 'App/Web/Resource' },
        },
      ])
      expect(err).toContain('3 files left out in folders')
    },
  ),
)

test('a nested assembly has a manifest of its own, and assets are left out', () =>
  inFolder({ 'manifest.json': manifest({}) }, async folder => {
    const nested = join(folder, 'assembly-Stage')
    const asset = join(folder, `asset.${'0'.repeat(64)}`)
    for (const made of [nested, asset]) mkdirSync(made)
    writeFileSync(
      join(nested, 'manifest.json'),
      manifest({ S: aStack('S.template.json', { environment: 'aws://unknown-account/unknown-region' }) }),
    )
    writeFileSync(join(nested, 'S.template.json'), misfit)
    writeFileSync(join(asset, 'x.json'), misfit)
    const { findings } = await findingsOf(folder)
    expect(findings).toHaveLength(1)
    expect(findings).toMatchObject([{ resource: { type: 'AwsEc2Instance', id: 'Web1A2B' } }])
    expect(JSON.stringify(findings)).not.toContain('unknown-')
  }))

test('a nested stack is evaluated by its own template, with the constructs of that', () => {
  const hash = '0123456789abcdef'.repeat(4)
  const nest = (Resources: object) => ({
    ...Resources,
    N: {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: { 'Fn::Join': ['', ['https://', { Ref: 'AWS::URLSuffix' }, `/${hash}.json`]] } },
    },
  })
  const metadata = {
    '/App/Web/Resource': logical('Web1A2B'),
    '/App/Nest.NestedStack/Nest.NestedStackResource': logical('N'),
    '/App/Nest/Web/Resource': logical('Web1A2B'),
  }
  const web = anInstance(stored(X86), 't4g.nano')
  const assets = { type: 'cdk:asset-manifest', properties: { file: 'App.assets.json' } }
  return inFolder(
    {
      'manifest.json': manifest({ Assets: assets, App: aStack('App.template.json', { metadata }) }),
      'App.assets.json': JSON.stringify({ files: { [hash]: { source: { path: 'Nest.nested.template.json' } } } }),
      'App.template.json': JSON.stringify(aTemplate(nest({ Web1A2B: web }))),
      'Nest.nested.template.json': JSON.stringify(aTemplate({ Web1A2B: web })),
    },
    async folder => {
      const { findings } = await findingsOf(folder)
      const region = { region: 'eu-west-1' }
      expect(findings).toMatchObject([
        { place: { address: 'Web1A2B', construct: 'App/Web/Resource' }, resource: region },
        { place: { address: 'Web1A2B', construct: 'App/Nest/Web/Resource' }, resource: region },
      ])
      expect(findings).toHaveLength(2)
    },
  )
})

test('the path in the metadata of the resource counts where the manifest has none', () =>
  inFolder(
    {
      'a.template': JSON.stringify(
        aTemplate({ W: anInstance(stored(X86), 't4g.nano', { Metadata: { 'aws:cdk:path': 'A/W' } }) }),
      ),
    },
    async folder => expect((await findingsOf(folder)).findings).toMatchObject([{ place: { construct: 'A/W' } }]),
  ))

test('a template is evaluated though the manifest beside it is broken', () =>
  inFolder({ 'manifest.json': '{"version', 'a.json': misfit }, async folder => {
    const { findings, code } = await findingsOf(join(folder, 'a.json'))
    expect({ code, count: findings.length }).toEqual({ code: 1, count: 1 })
  }))

test('source of Terraform in a folder is counted, and other files are left out', () =>
  inFolder({ 'main.tf': 'resource "aws_instance" "a" {', 'run.sh': '#!/bin/sh', 'a.json': misfit }, async folder => {
    const { err, code } = await findingsOf(folder)
    expect(code).toBe(1)
    expect(err).toContain('1 file of Terraform source left out')
  }))

test('a folder without anything to read is a mistake', () =>
  inFolder({ 'main.tf': 'resource "aws_instance" "a" {' }, async folder => {
    const { err, code } = await findingsOf(folder)
    expect(code).toBe(2)
    expect(err).toContain('name a folder with templates or plans')
  }))

describe('an image that the CDK looked up', () => {
  const ID = 'ami-0abcdef1234567890'
  const ami = (...filters: readonly string[]): string =>
    ['ami:account=123456789012', ...filters, 'owners.0=amazon', 'region=eu-west-1'].join(':')
  const ssm = (name: string): string => `ssm:account=123456789012:parameterName=${name}:region=eu-west-1`

  const evaluate = async (context: object, instanceType = 't4g.nano') => {
    let found: Awaited<ReturnType<typeof findingsOf>> | undefined
    await inFolder({ 'cdk.context.json': JSON.stringify(context) }, async folder => {
      const out = join(folder, 'cdk.out')
      mkdirSync(out)
      writeFileSync(join(out, 'manifest.json'), manifest({ App: aStack('App.template.json') }))
      writeFileSync(join(out, 'App.template.json'), JSON.stringify(aTemplate({ Web: anInstance(ID, instanceType) })))
      found = await findingsOf(out)
    })
    return found?.findings
  }

  test.each([
    ['the filter of its architecture', { [ami('filters.architecture.0=x86_64', 'filters.name.0=mine-*')]: ID }],
    ['its name', { [ami('filters.name.0=al2023-ami-2023.*-x86_64')]: ID }],
    ['its public parameter', { [ssm('/aws/service/debian/release/12/latest/amd64')]: ID }],
  ])('has the facts of %s', async (_, context) =>
    expect(await evaluate(context)).toMatchObject([
      {
        status: 'FAILED',
        reasons: ['ARCH_UNSUPPORTED'],
        facts: { imageId: ID },
        factSources: { architecture: 'name' },
      },
    ]),
  )

  test.each([
    ['one of two architectures', { [ami('filters.architecture.0=x86_64', 'filters.architecture.1=arm64')]: ID }],
    ['an architecture with a wildcard', { [ami('filters.architecture.0=x86*')]: ID }],
    ['another image', { [ami('filters.architecture.0=x86_64')]: 'ami-0bbbbbbbbbbbbbbbb' }],
    [
      'two look-ups that contradict each other',
      { [ami('filters.architecture.0=x86_64')]: ID, [ami('filters.architecture.0=arm64')]: ID },
    ],
    ['a parameter of your own, whose name proves nothing', { [ssm('/golden/x86_64')]: ID }],
  ])('is UNKNOWN if the look-up was of %s', async (_, context) =>
    expect(await evaluate(context)).toMatchObject([{ status: 'UNKNOWN' }]),
  )

  test('stays UNKNOWN in what its look-up does not say, and names how to learn it', async () =>
    expect(await evaluate({ [ami('filters.architecture.0=x86_64')]: ID }, 't3.micro')).toMatchObject([
      { status: 'UNKNOWN', message: expect.stringContaining(`--image-id ${ID}`) },
    ]))
})
