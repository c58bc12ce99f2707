import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { buildSettingsJsonSchema } from '../../shared/settings/json-schema.ts'
import { inFolder, virtguard } from './run-cli.ts'

const VPC = 'vpc: { subnets: [subnet-0123456789abcdef0], securityGroups: [sg-0123456789abcdef0] }\n'

const POLICY = `version: 1
rules: { paravirtual-instance: { mode: enforce, severity: HIGH } }
channels:
  ops: { type: slack, secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:slack-AbCdEf", channel: C0123ABCD }
`

test('settings schema prints the JSON Schema', async () => {
  const { code, out, err } = await virtguard(['settings', 'schema'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(JSON.parse(out)).toEqual(buildSettingsJsonSchema())
})

describe('settings validate', () => {
  test('says of valid settings what they deploy', () =>
    inFolder({ 'deploy.yaml': 'version: 1\naddresses: [user@example.com]\nxray: true\n' }, async folder => {
      const file = join(folder, 'deploy.yaml')
      const { code, out, err } = await virtguard(['settings', 'validate', file])
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toBe(`${file}: valid; no rule enforces; 1 address; xray\n`)
    }))

  test('warns of what is hardly meant', () =>
    inFolder({ 'deploy.yaml': 'version: 1\nsweepRegions: [eu-centrall-1]\n' }, async folder => {
      const file = join(folder, 'deploy.yaml')
      const { code, errLines } = await virtguard(['settings', 'validate', file])
      expect(code).toBe(0)
      expect(errLines).toEqual([
        expect.stringMatching(/^virtguard: warning: this deployment subscribes nobody to the operations topic/),
        `virtguard: warning: ${file} sweepRegions: eu-centrall-1 is no region that is known to this version of virtguard; did you mean eu-central-1?`,
      ])
    }))

  test('says what the subnets of a VPC must lead to', () =>
    inFolder(
      {
        'deploy.yaml': `version: 1\npolicy: policy.yaml\naddresses: [user@example.com]\nsweepRegions: all\n${VPC}`,
        'policy.yaml': POLICY,
      },
      async folder => {
        const file = join(folder, 'deploy.yaml')
        const { out } = await virtguard(['settings', 'validate', file])
        expect(out.split('\n')).toEqual([
          `${file}: valid; enforce: paravirtual-instance; 1 address; vpc`,
          `${file} vpc: the subnets need an endpoint, or a NAT gateway, for dynamodb, ec2, scheduler, secretsmanager, sns, sqs; a NAT gateway for the channels ops, which are on the internet; a NAT gateway for sweepRegions, because an endpoint serves its own region only`,
          '',
        ])
      },
    ))

  test.each([
    ['version: 1\nrolPath: /x/\n', ':2:1 rolPath: is not a key here; did you mean rolePath?'],
    ['version: 1\nxray: on\n', ':2:1 xray: "on" is not valid; write true or false'],
    [
      'version: 1\npolicy: gone.yaml\n',
      ' policy: FOLDER/gone.yaml cannot be read (ENOENT); name a policy file, from the folder of the settings',
    ],
  ])('refuses in one line, with the place and what to do: %j', (text, line) =>
    inFolder({ 'deploy.yaml': text }, async folder => {
      const file = join(folder, 'deploy.yaml')
      const { code, out, errLines } = await virtguard(['settings', 'validate', file])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(errLines).toHaveLength(1)
      expect(errLines[0]).toContain(`virtguard: ${file}${line.replace('FOLDER', folder)}`)
    }),
  )

  test('refuses a file that is not there', async () => {
    const { code, errLines } = await virtguard(['settings', 'validate', '/nowhere/deploy.yaml'])
    expect(code).toBe(2)
    expect(errLines).toEqual(['virtguard: /nowhere/deploy.yaml: there is no such file or folder; check the path'])
  })
})
