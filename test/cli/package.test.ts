import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { strFromU8, type Unzipped, unzipSync } from 'fflate'
import { readSettingsFrom } from '../../infra/settings/context.ts'
import { aTemplate } from '../infra/stack.ts'
import { buildCommand } from '../support/installed-command.ts'
import { inFolder, virtguard } from './run-cli.ts'

const POLICY = `version: 1
rules: { paravirtual-instance: { mode: enforce, severity: HIGH } }
channels:
  ops: { type: amazon-q }
`
const FILES = {
  'deploy.yaml': 'version: 1\npolicy: policy.yaml\naddresses: [user@example.com]\n',
  'policy.yaml': POLICY,
}

const packing = (folder: string, output = 'packed'): readonly string[] => [
  'package',
  ...['--settings', join(folder, 'deploy.yaml')],
  ...['--bucket', 'company-artifacts'],
  ...['--prefix', 'guards/1'],
  ...['--output', join(folder, output)],
]

type Json = Readonly<Record<string, unknown>>
type Template = Json & { readonly Resources: Readonly<Record<string, { Type: string; Properties: Json }>> }

const templateIn = (folder: string): Template => JSON.parse(readFileSync(join(folder, 'template.json'), 'utf8'))
const codesOf = ({ Resources }: Template) =>
  Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Properties['Code'] as { readonly S3Bucket: string; readonly S3Key: string })

const withoutCode = (template: Json): string =>
  JSON.stringify(template, (key, value) => (key === 'Code' ? undefined : value))

// It builds the functions, if they are not built: some 10 s.
beforeAll(buildCommand, 120_000)

describe('package', () => {
  test('writes the template of the CDK but for the place of the code, without its bootstrap', () =>
    inFolder(FILES, async folder => {
      expect((await virtguard(packing(folder))).code).toBe(0)
      const template = templateIn(join(folder, 'packed'))
      const { Parameters, Rules, ...ofCdk } = aTemplate(
        readSettingsFrom({ settings: join(folder, 'deploy.yaml') }),
      ).toJSON()
      expect(withoutCode(template)).toBe(withoutCode(ofCdk))
      expect(JSON.stringify(template)).not.toMatch(/bootstrap|cdk-|hnb659fds|AssetParameters|"aws:cdk/i)
    }))

  test('writes each zip that the template names, with the hash of its bytes in its key, and nothing else', () =>
    inFolder(FILES, async folder => {
      const { out } = await virtguard(packing(folder))
      const packed = join(folder, 'packed')
      const codes = codesOf(templateIn(packed))
      expect(codes).toHaveLength(5)
      for (const { S3Bucket, S3Key } of codes) {
        expect(S3Bucket).toBe('company-artifacts')
        const [, file = '', hash] = /^guards\/1\/(\w+-([0-9a-f]{64})\.zip)$/.exec(S3Key) ?? []
        expect(
          createHash('sha256')
            .update(readFileSync(join(packed, file)))
            .digest('hex'),
        ).toBe(hash)
      }
      const files = ['template.json', ...codes.map(({ S3Key }) => S3Key.replace('guards/1/', ''))]
      expect(readdirSync(packed).sort()).toEqual([...files].sort())
      expect(out.trimEnd().split('\n').sort()).toEqual(files.map(file => join(packed, file)).sort())
    }))

  test('zips what Lambda loads, with the policy beside the functions that read it', () =>
    inFolder(FILES, async folder => {
      await virtguard(packing(folder))
      const packed = join(folder, 'packed')
      const zips: Readonly<Record<string, Unzipped>> = Object.fromEntries(
        readdirSync(packed)
          .filter(name => name.endsWith('.zip'))
          .map(name => [name.split('-')[0], unzipSync(readFileSync(join(packed, name)))]),
      )
      expect(Object.keys(zips).sort()).toEqual(['confirm', 'enforce', 'evaluate', 'notify', 'sweep'])
      for (const [name, files] of Object.entries(zips)) {
        expect(strFromU8(files['index.js'] ?? new Uint8Array())).toContain('handler')
        expect([name, files['policy.json'] !== undefined]).toEqual([name, name !== 'confirm'])
      }
      expect(JSON.parse(strFromU8(zips['enforce']?.['policy.json'] ?? new Uint8Array()))).toMatchObject({
        rules: { 'paravirtual-instance': { mode: 'enforce' } },
      })
    }))

  test('writes the same bytes again, and removes the zips of before but nothing of others', () =>
    inFolder(FILES, async folder => {
      await virtguard(packing(folder))
      const again = join(folder, 'again')
      await virtguard(packing(folder, 'again'))
      const old = `evaluate-${'0'.repeat(64)}.zip`
      for (const name of [old, 'notes.txt', 'evaluate-mine.zip']) writeFileSync(join(again, name), '')
      await virtguard(packing(folder, 'again'))
      expect(existsSync(join(again, old))).toBe(false)
      expect(readdirSync(again).sort()).toEqual(
        [...readdirSync(join(folder, 'packed')), 'evaluate-mine.zip', 'notes.txt'].sort(),
      )
      for (const name of readdirSync(join(folder, 'packed')))
        expect(readFileSync(join(again, name)).equals(readFileSync(join(folder, 'packed', name)))).toBe(true)
    }))

  test('says how it is deployed, under the name that the settings give the stack', () =>
    inFolder({ 'deploy.yaml': 'version: 1\naddresses: [user@example.com]\nnamePrefix: team-a\n' }, async folder => {
      const { errLines } = await virtguard(packing(folder))
      const packed = join(folder, 'packed')
      const inQuotes = (await virtguard(packing(folder, "it's packed"))).errLines[1]
      expect(inQuotes).toContain(`aws s3 cp '${folder}/it'\\''s packed' s3://`)
      expect(errLines).toEqual([
        'virtguard: deploy it with',
        `virtguard:   aws s3 cp ${packed} s3://company-artifacts/guards/1/ --recursive`,
        `virtguard:   aws cloudformation deploy --stack-name team-a-Virtguard --template-file ${join(packed, 'template.json')} --s3-bucket company-artifacts --capabilities CAPABILITY_IAM`,
      ])
    }))

  test('writes the hub of an organization in the same way, and says that its roles have names', () =>
    inFolder(
      { 'deploy.yaml': 'version: 1\naddresses: [user@example.com]\norganization: o-a1b2c3d4e5\n' },
      async folder => {
        const { code, errLines } = await virtguard(packing(folder))
        expect(code).toBe(0)
        expect(errLines.at(-1)).toMatch(/ --capabilities CAPABILITY_NAMED_IAM$/)
        const template = templateIn(join(folder, 'packed'))
        const { Parameters, Rules, ...ofCdk } = aTemplate(
          readSettingsFrom({ settings: join(folder, 'deploy.yaml') }),
        ).toJSON()
        expect(withoutCode(template)).toBe(withoutCode(ofCdk))
        expect(Object.values(template.Resources).map(({ Type }) => Type)).toContain('AWS::Events::EventBusPolicy')
      },
    ))

  test.each([
    ['--bucket', 'Company', 'Write the name of a bucket: 3 to 63 lower case letters, digits, dots and dashes.'],
    ['--bucket', '192.168.1.1', 'Write the name of a bucket: 3 to 63 lower case letters, digits, dots and dashes.'],
    ['--prefix', '/guards', 'Write it like virtguard/0.1.0/: letters, digits and _.-/, and no slash before.'],
  ])('refuses a wrong %s in one line', (option, value, line) =>
    inFolder(FILES, async folder => {
      const { code, out, errLines } = await virtguard([...packing(folder), option, value])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(errLines).toHaveLength(1)
      expect(errLines[0]).toContain(line.replace(/\.$/, ''))
    }),
  )

  test('refuses settings with a mistake, and a folder that is none, in one line', () =>
    inFolder({ 'deploy.yaml': 'version: 1\nxray: on\n', file: '' }, async folder => {
      const wrong = await virtguard(packing(folder))
      expect([wrong.code, wrong.errLines]).toEqual([
        2,
        [`virtguard: ${join(folder, 'deploy.yaml')}:2:1 xray: "on" is not valid; write true or false`],
      ])
      writeFileSync(join(folder, 'deploy.yaml'), 'version: 1\naddresses: [user@example.com]\n')
      mkdirSync(join(folder, 'taken/template.json'), { recursive: true })
      for (const [output, path, words] of [
        ['file/packed', 'file/packed', 'a part of the path is not a folder; check the path'],
        ['file', 'file', 'is a file and not a folder; name another folder'],
        [
          'taken',
          'taken/template.json',
          'is a folder where a file has to be written; remove it, or name another place',
        ],
      ] as const) {
        const wrongPlace = await virtguard(packing(folder, output))
        expect([wrongPlace.code, wrongPlace.errLines]).toEqual([2, [`virtguard: ${join(folder, path)}: ${words}`]])
      }
    }))
})
