// What the name of a parameter says of its image.
import { DescribeImagesCommand, DescribeInstanceTypesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { parseImageParameter, readParameterName } from '../../shared/facts/image-parameter.ts'
import { virtguard } from './run-cli.ts'

const AMAZON = '/aws/service/ami-amazon-linux-latest'
const WINDOWS = '/aws/service/ami-windows-latest'

describe('the name of a public parameter', () => {
  test.each([
    [`${AMAZON}/al2023-ami-kernel-default-x86_64`, { architecture: 'x86_64' }],
    [`${AMAZON}/amzn2-ami-hvm-arm64-gp2`, { architecture: 'arm64', virtualizationType: 'hvm', rootDeviceType: 'ebs' }],
    [
      `${AMAZON}/amzn-ami-pv-x86_64-s3`,
      { architecture: 'x86_64', virtualizationType: 'paravirtual', rootDeviceType: 'instance-store' },
    ],
    ['/aws/service/ec2-macos/sonoma/arm64_mac/latest/image_id', { architecture: 'arm64_mac' }],
    ['/aws/service/debian/release/12/latest/amd64', { architecture: 'x86_64' }],
    ['/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id', {}],
    [
      `${WINDOWS}/Windows_Server-2022-English-Full-Base`,
      { architecture: 'x86_64', virtualizationType: 'hvm', rootDeviceType: 'ebs' },
    ],
    [
      `${WINDOWS}/TPM-Windows_Server-2022-English-Full-Base`,
      {
        architecture: 'x86_64',
        virtualizationType: 'hvm',
        rootDeviceType: 'ebs',
        bootMode: 'uefi',
        tpmSupport: 'v2.0',
      },
    ],
    // Sellers choose these words.
    ['/aws/service/marketplace/prod-abcdefghijklm/arm64-hvm', {}],
  ])('%s', (name, facts) => expect(readParameterName({ name })).toEqual(facts))

  test.each([
    ['resolve:ssm:/a/b', '/a/b'],
    ['resolve:ssm:/a/b:3', '/a/b'],
    ['resolve:ssm:golden:prod', 'golden'],
    ['/aws/service/a', '/aws/service/a'],
    ['resolve:ssm:arn:aws:ssm:us-east-1::parameter/aws/service/a:3', '/aws/service/a'],
    [
      'resolve:ssm:arn:aws-cn:ssm:cn-north-1:123456789012:parameter/aws/service/a',
      'arn:aws-cn:ssm:cn-north-1:123456789012:parameter/aws/service/a',
    ],
    ['resolve:ssm:arn:aws:s3:us-east-1::parameter/aws/service/a', undefined],
    ['resolve:ssm:arn:aws:ssm:us-east-1::parameter/a;rm', undefined],
    ['/a/b', undefined],
    ['resolve:ssm:/a;rm', undefined],
    ['resolve:secretsmanager:a', undefined],
  ])('%s is a parameter: %s', (text, name) => expect(parseImageParameter(text)?.name).toBe(name))
})

describe('with a region', () => {
  const ec2 = mockClient(EC2Client)
  const name = `${AMAZON}/al2023-ami-kernel-default-x86_64`

  beforeEach(() => {
    ec2
      .reset()
      .onAnyCommand()
      .callsFake(() => {
        throw new Error('a call that the test does not expect')
      })
  })

  test('the newest image that has it is read, and nothing else', async () => {
    const image = { VirtualizationType: 'hvm', EnaSupport: true, RootDeviceType: 'ebs', State: 'available' } as const
    ec2.on(DescribeImagesCommand).resolves({
      Images: [
        { ...image, ImageId: 'ami-0aaaaaaaaaaaaaaaa', Architecture: 'i386', CreationDate: '2025-01-01T00:00:00.000Z' },
        {
          ...image,
          ImageId: 'ami-0bbbbbbbbbbbbbbbb',
          Architecture: 'x86_64',
          CreationDate: '2026-11-01T00:00:00.000Z',
        },
      ],
    })
    const { code, out } = await virtguard(
      ['check', '--instance-type', 't3.micro', '--image-id', `resolve:ssm:${name}`, '--region', 'eu-west-1'],
      { isTTY: true },
    )
    expect(out).toContain('Yes: image ami-0bbbbbbbbbbbbbbbb fits t3.micro.')
    expect(code).toBe(0)
    expect(ec2.commandCalls(DescribeImagesCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: 'public-ssm-parameter-name', Values: [name, name.slice(1)] },
    ])
  })

  test('a version may lead to another image than the newest, and the answer says so', async () => {
    ec2.on(DescribeImagesCommand).resolves({ Images: [{ ImageId: 'ami-0aaaaaaaaaaaaaaaa', Architecture: 'arm64' }] })
    const ask = (imageId: string) =>
      virtguard(['check', '--instance-type', 't3.micro', '--image-id', imageId, '--region', 'eu-west-1'], {
        isTTY: true,
      })
    const { out } = await ask(`resolve:ssm:${name}:3`)
    const words = out.replaceAll(/\s+/g, ' ')
    expect(words).toContain(`It is the newest image of ${name}. The version that you named may lead to another;`)
    expect(words).toContain(`aws ssm get-parameter --name ${name}:3 --region eu-west-1 --query Parameter.Value`)
    expect((await ask(`resolve:ssm:${name}`)).out).not.toContain('newest')
  })

  test('a type that the catalogue lacks is read as well', async () => {
    ec2.on(DescribeImagesCommand).resolves({ Images: [{ ImageId: 'ami-0aaaaaaaaaaaaaaaa', Architecture: 'arm64' }] })
    ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: [] })
    const { code } = await virtguard(
      ['check', '--instance-type', 'zz9.large', '--image-id', name, '--region', 'eu-west-1'],
      { isTTY: true },
    )
    expect(code).toBe(1)
    expect(ec2.commandCalls(DescribeInstanceTypesCommand)).toHaveLength(1)
  })

  test('a deprecated image is no plain yes: EC2 launches it, and since when it is deprecated is said', async () => {
    ec2.on(DescribeImagesCommand).resolves({
      Images: [
        {
          ImageId: 'ami-0aaaaaaaaaaaaaaaa',
          VirtualizationType: 'hvm',
          EnaSupport: true,
          Architecture: 'x86_64',
          RootDeviceType: 'ebs',
          State: 'available',
          DeprecationTime: '2020-01-01T00:00:00.000Z',
        },
      ],
    })
    const { code, out } = await virtguard(
      ['check', '--instance-type', 't3.micro', '--image-id', 'ami-0aaaaaaaaaaaaaaaa', '--region', 'eu-west-1'],
      { isTTY: true },
    )
    expect(code).toBe(0)
    expect(out).toContain('Yes, but it is deprecated: EC2 launches image ami-0aaaaaaaaaaaaaaaa on t3.micro.')
    expect(out).not.toContain(' fits ')
    expect(out).toContain('The image is deprecated since 2020-01-01.')
    expect(out).not.toContain('taken for no')
  })
})
