import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CATALOGUE_DATE } from '../../shared/catalogue/catalogue.ts'
import { inFolder, virtguard } from './run-cli.ts'

const POLICY = `version: 1
rules:
  instance-family: { mode: observe, deny: ["t1.*", m1] }
  paravirtual-instance: { mode: enforce }
  xen-hypervisor: { mode: "off" }
exemptions:
  - { rule: paravirtual-instance, match: { accountId: "123456789012" }, reason: billing host, owner: user@example.com, expires: 2027-01-31 }
  - { rule: paravirtual-instance, match: { accountId: "123456789012" }, reason: over, owner: user@example.com, expires: 2026-01-31 }
`

const IMAGES = JSON.stringify({
  Images: [
    { ImageId: 'ami-0abcdef1234567890', VirtualizationType: 'hvm', Architecture: 'x86_64', EnaSupport: true },
    { ImageId: 'ami-1abcdef1234567890', VirtualizationType: 'paravirtual', Architecture: 'x86_64' },
    { ImageId: 'ami-2abcdef1234567890', State: 'failed' },
  ],
})

describe('guardrails', () => {
  test('writes one document, its size, the date of the types, and what it cannot refuse', () =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      const { code, out, errLines } = await virtguard([
        ...['guardrails', '--as', 'scp', '--policy', join(folder, 'policy.yaml')],
      ])
      expect(code).toBe(0)
      const document = JSON.parse(out)
      expect(out).toBe(`${JSON.stringify(document)}\n`)
      expect(document.Statement[0].Condition.StringLike['ec2:InstanceType']).toEqual(
        expect.arrayContaining(['t1.*', 'm1.*', 'c1.*', 'm3.*']),
      )
      const size = (out.length - 1).toLocaleString('en-US')
      expect(errLines[0]).toBe(`virtguard: virtguard-scp: ${size} of 10,240 characters`)
      expect(errLines[1]).toBe(`virtguard: types as of ${CATALOGUE_DATE}`)
      const said = errLines.join('\n')
      expect(said).toContain('refused by instance-family (observe): t1.* m1.*\n')
      expect(said).toContain('refused by paravirtual-instance (enforce): ')
      expect(said).toContain('service-linked roles')
      expect(said).toContain('RequestSpotFleet')
      expect(said).toContain('ena-disabled: IAM has no condition key for it - ')
      expect(said).toContain('not exempt in it: billing host')
      expect(said).not.toContain('not exempt in it: over')
    }))

  test('writes a document that needs several into a folder only', () =>
    inFolder(
      { 'policy.yaml': 'version: 1\nrules: { instance-family: { allow: ["m*.large", "c*.xlarge", "r*.2xlarge"] } }\n' },
      async folder => {
        const asked = [
          'guardrails',
          '--as',
          'scp',
          '--policy',
          join(folder, 'policy.yaml'),
          '--rule',
          'instance-family',
        ]
        const refused = await virtguard(asked)
        expect(refused).toMatchObject({ code: 2, out: '' })
        expect(refused.errLines).toEqual([expect.stringContaining('name a folder for them (--output)')])
        const { code, out, err } = await virtguard([...asked, '--output', join(folder, 'scps')])
        expect(code).toBe(0)
        expect(err).toContain('newer ones pass; write it again with each new version')
        const files = out.trimEnd().split('\n')
        expect(files.length).toBeGreaterThan(1)
        for (const file of files) {
          const text = readFileSync(file, 'utf8')
          expect(JSON.parse(text)).toMatchObject({ Version: '2012-10-17' })
          expect(text.length).toBeLessThanOrEqual(10_240)
        }
      },
    ))

  test('writes a boundary, whose size is without whitespace', async () => {
    const { code, out, errLines } = await virtguard([
      'guardrails',
      '--as',
      'boundary',
      '--rule',
      'paravirtual-instance',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out).Statement[0]).toEqual({ Sid: 'AllowRest', Effect: 'Allow', Action: '*', Resource: '*' })
    expect(errLines[0]).toMatch(/virtguard-boundary: [\d,]+ of 6,144 characters/)
    expect(errLines.join('\n')).toContain('a boundary grants nothing by itself')
  })

  test('writes a declarative policy that audits first', async () => {
    const { code, out, err } = await virtguard(['guardrails', '--as', 'declarative', '--max-image-age', '1000'])
    expect(code).toBe(0)
    expect(JSON.parse(out).ec2_attributes.allowed_images_settings).toEqual({
      state: { '@@assign': 'audit_mode' },
      image_criteria: {
        criteria_1: {
          allowed_image_providers: { '@@assign': ['amazon'] },
          creation_date_condition: { maximum_days_since_created: { '@@assign': 1000 } },
        },
      },
    })
    expect(err).toContain('it refuses nothing yet')
    expect(err).toContain('of 10,000 characters')
    const asked = ['guardrails', '--as', 'declarative', '--state', 'enabled', '--image-provider', '123456789012']
    const enabled = await virtguard(asked)
    expect(enabled.out).toContain('"allowed_image_providers":{"@@assign":["123456789012"]}')
    expect(enabled.err).toContain('refuses images of others at once')
  })

  test('writes the calls for own images: all at once, or a file for each', () =>
    inFolder({ 'images.json': IMAGES }, async folder => {
      const { code, out, err } = await virtguard(['guardrails', '--as', 'image-types', '--images', '-'], {
        stdin: IMAGES,
      })
      expect(code).toBe(0)
      const requests = JSON.parse(out)
      expect(requests.map(({ ImageId }: { ImageId: string }) => ImageId)).toEqual([
        'ami-0abcdef1234567890',
        'ami-1abcdef1234567890',
      ])
      expect(err).toContain('2 calls for 3 images')
      expect(err).toContain('ami-2abcdef1234567890: left alone, its state is failed')
      expect(err).toContain('ami-1abcdef1234567890: a list of supported types')
      const split = await virtguard([
        ...['guardrails', '--as', 'image-types', '--images', join(folder, 'images.json')],
        ...['--output', join(folder, 'calls')],
      ])
      const [first = ''] = split.out.split('\n')
      expect(JSON.parse(readFileSync(first, 'utf8'))).toEqual(requests[0])
    }))

  test.each([
    [['--as', 'scp', '--rule', 'ena-disabled'], 'nothing near it is written; virtguard alerts it'],
    [['--as', 'scp', '--rule', 'paravirtual-image'], '--as image-types keeps your own images'],
    [['--as', 'scp', '--rule', 'instance-family'], 'the policy denies no type'],
    [['--as', 'scp', '--rule', 'xen'], 'there is no rule xen'],
    [['--as', 'rcp'], 'Allowed choices are scp, boundary, declarative, image-types'],
    [[], "required option '--as <document>' not specified"],
    [['--as', 'scp', '--state', 'enabled'], '--state is for --as declarative; leave it out'],
    [['--as', 'image-types', '--policy', 'x'], '--policy is for --as scp and boundary; leave it out'],
    [['--as', 'image-types'], '--as image-types needs your images: aws ec2 describe-images --owners self'],
    [['--as', 'image-types', '--images', 'nowhere.json'], 'nowhere.json: there is no such file'],
    [['--as', 'scp', '--except', '123456789012'], 'Write the ARN of a role or user'],
    [['--as', 'declarative', '--image-provider', 'aws-marketplace'], 'Write amazon, aws_marketplace'],
    [['--as', 'declarative', '--max-image-age', 'old'], 'Write a number of days'],
  ])('refuses %j in one line', async (args, why) => {
    const { code, out, errLines } = await virtguard(['guardrails', ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })
})
