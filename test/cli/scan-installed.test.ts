// The command as it is installed carries the part of the AWS SDK that it needs: here it has to do.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pageXml } from '../support/described.ts'
import { type Call, type Endpoint, type Said, startEndpoint } from '../support/ec2-endpoint.ts'
import { buildCommand, runCommand } from '../support/installed-command.ts'

const STS = 'https://sts.amazonaws.com/doc/2011-06-15/'

const ANSWERS: Readonly<Record<string, (call: Call) => Said>> = {
  AssumeRole: () => ({
    body: `<AssumeRoleResponse xmlns="${STS}"><AssumeRoleResult><Credentials><AccessKeyId>AKIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  }),
  GetCallerIdentity: () => ({
    body: `<GetCallerIdentityResponse xmlns="${STS}"><GetCallerIdentityResult><Account>210987654321</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  }),
  DescribeRegions: () => ({
    body: '<DescribeRegionsResponse><regionInfo><item><regionName>us-east-1</regionName></item><item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>',
  }),
  DescribeImages: () => ({
    body: '<DescribeImagesResponse><imagesSet><item><imageId>ami-0abcdef1234567890</imageId><virtualizationType>hvm</virtualizationType><bootMode>legacy-bios</bootMode></item></imagesSet></DescribeImagesResponse>',
  }),
  DescribeInstances: () => ({
    body: pageXml([[{ instanceId: 'i-01', instanceType: 't2.micro', enaSupport: undefined }]]),
  }),
}

let endpoint: Endpoint

const run = (args: readonly string[]) =>
  runCommand(args, {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: 'AKIAOWN',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-east-1',
  })

describe('the installed command', () => {
  beforeAll(async () => {
    buildCommand()
    endpoint = await startEndpoint(call => ANSWERS[call.action]?.(call) ?? { status: 400, body: '' })
  }, 60_000)
  afterAll(() => endpoint.close())

  test.each([
    ['as oneself', []],
    ['as a role', ['--role-arn', 'arn:aws:iam::210987654321:role/audit']],
  ])('scans %s', async (_, args) => {
    const { code, out, err } = await run(['scan', '--all-regions', '--rule', 'incompatible-image', ...args])
    expect(err).toBe('virtguard: 2 instances in 2 regions: 2 failed\nvirtguard: 2 findings: 2 LOW\n')
    expect(code).toBe(1)
    const lines = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ resource, reasons }) => [resource.accountId, reasons])).toEqual([
      ['210987654321', ['NO_ENA']],
      ['210987654321', ['NO_ENA']],
    ])
  })
})
