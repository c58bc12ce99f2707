import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { failure, titled } from './aws.ts'
import { inFolder, virtguard } from './run-cli.ts'

const INSTANCE = 'i-0123456789abcdef0'
const ec2 = mockClient(EC2Client)

const PV: Instance = {
  InstanceId: INSTANCE,
  ImageId: 'ami-0abcdef1234567890',
  InstanceType: 'm1.small',
  VirtualizationType: 'paravirtual',
  Architecture: 'x86_64',
  RootDeviceType: 'ebs',
  RootDeviceName: '/dev/sda1',
  BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeId: 'vol-0fedcba9876543210' } }],
  State: { Name: 'running' },
  Tags: [{ Key: 'Name', Value: 'old <b>box</b> | `x`' }],
}

const there = (instance: Instance): void => {
  ec2
    .on(DescribeInstancesCommand, { Filters: [{ Name: 'instance-id', Values: [INSTANCE] }] })
    .resolves({ Reservations: [{ OwnerId: '123456789012', Instances: [instance] }] })
}

beforeEach(() => {
  ec2
    .reset()
    .onAnyCommand()
    .callsFake(() => {
      throw new Error('a call that the test does not expect')
    })
  ec2.on(DescribeImagesCommand).resolves({ Images: [] })
  ec2
    .on(DescribeInstanceAttributeCommand, { InstanceId: INSTANCE, Attribute: 'disableApiStop' })
    .resolves({ DisableApiStop: { Value: false } })
})

const explain = (...more: readonly string[]) => virtguard(['explain', INSTANCE, '--region', 'eu-west-1', ...more])

describe('the explanation of an instance', () => {
  test('says what the instance is, what it blocks, what would fit, and the way out in order', async () => {
    there(PV)
    const { code, out, err } = await explain()
    expect({ code, err }).toEqual({ code: 1, err: '' })
    const sections = [
      'What it is',
      'What the rules say',
      'What it blocks',
      'What would fit',
      'What to do',
      'Way 1: Rebuild',
      'Way 2: Move',
    ]
    expect(sections.map(text => out.indexOf(text))).toEqual(
      sections.map(text => out.indexOf(text)).toSorted((a, b) => a - b),
    )
    expect(sections.every(text => out.includes(text))).toBe(true)
    expect(out).toContain('m1.small (1 vCPU, 1.7 GiB)')
    expect(out).toContain('ami-0abcdef1234567890 (deleted, or not visible to you)')
    expect(out).toContain('--volume-id vol-0fedcba9876543210')
  })

  test('is a checklist in which the text of strangers is text', async () => {
    there(PV)
    await inFolder({}, async folder => {
      const file = join(folder, 'checklist.md')
      expect((await explain('--output', file)).code).toBe(1)
      const text = readFileSync(file, 'utf8')
      expect(text).toMatch(/^# i-0123456789abcdef0\n/)
      expect(text.match(/^- \[ \] /gm)?.length).toBeGreaterThan(10)
      expect(text).toContain('old \\<b\\>box\\</b\\> \\| \\`x\\`')
    })
  })

  test('has the names in quotation marks beside the ids, which none of them can end', async () => {
    there({ ...PV, Tags: [{ Key: 'Name', Value: 'web"\n(deleted)' }] })
    ec2.on(DescribeImagesCommand).resolves({ Images: [{ ImageId: 'ami-0abcdef1234567890', Name: 'debian-7' }] })
    const words = (await explain()).out.replace(/\s+/g, ' ')
    expect(words).toContain(`${INSTANCE} "web'\ufffd(deleted)"`)
    expect(words).toContain('ami-0abcdef1234567890 "debian-7"')
  })

  test('has nothing to say against an instance that complies', async () => {
    there({ ...PV, InstanceType: 'm7i.large', VirtualizationType: 'hvm', EnaSupport: true, BootMode: 'uefi-preferred' })
    const { code, out } = await explain()
    expect(code).toBe(0)
    expect(out).toContain('Nothing has to be done.')
  })

  test('says what matters for the next launch from its image: its state, its age, and what its owner allows', async () => {
    there(PV)
    ec2.on(DescribeImagesCommand).resolves({
      Images: [
        {
          ImageId: 'ami-0abcdef1234567890',
          State: 'disabled',
          DeprecationTime: '2020-01-01T00:00:00.000Z',
          TpmSupport: 'v2.0',
          InstanceTypeSpecification: { SupportedInstanceTypes: [{ InstanceType: 'm7i.*' }] },
        },
      ],
    })
    const words = (await explain()).out.replace(/\s+/g, ' ')
    expect(words).toContain('The state of the image is disabled: nothing can be launched from it now.')
    expect(words).toContain('The image is deprecated since 2020-01-01.')
    expect(words).toContain('The owner of the image limits the types of new launches. It allows m7i.*.')
    expect(words).toContain('NitroTPM v2.0')
  })

  test('says of a terminated instance that nothing can be done to it, and proposes nothing', async () => {
    there({ ...PV, State: { Name: 'terminated' } })
    const { code, out } = await explain()
    expect({ code, hasWay: out.includes('$ aws') }).toEqual({ code: 0, hasWay: false })
    expect(out).toContain('It is terminated: nothing can be done to it any more.')
  })

  test('says what to find out first where the credentials do not allow the question', async () => {
    there({ ...PV, Placement: { Tenancy: 'default' } })
    ec2.on(DescribeInstanceAttributeCommand).rejects(failure('UnauthorizedOperation'))
    const words = (await explain()).out.replace(/\s+/g, ' ')
    expect(words).toContain('Find out first: whether it is protected against being stopped')
    expect(words).toContain('Only if it is protected against being stopped: ask whoever protected')
  })

  test('has everything as JSON, too', async () => {
    there(PV)
    const explanation = JSON.parse((await explain('--format', 'json')).out)
    expect(explanation.remedy.state).toBe('to do')
    expect(explanation.findings.map(({ rule }: { rule: string }) => rule)).toContain('paravirtual-instance')
  })

  test.each([
    [
      'an instance that is not there',
      () => ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] }),
      'there is no such instance in eu-west-1',
    ],
    [
      'a missing permission',
      () => ec2.on(DescribeInstancesCommand).rejects(failure('UnauthorizedOperation')),
      'ec2:DescribeInstances in eu-west-1: the credentials do not allow it; allow the call',
    ],
  ])('answers %s in one line with exit code 2', async (_, arrange, words) => {
    arrange()
    const { code, out, errLines } = await explain()
    expect({ code, out, lines: errLines.length }).toEqual({ code: 2, out: '', lines: 1 })
    expect(errLines[0]).toContain(words)
  })

  const LOG_IN = 'log in (aws sso login, aws configure) or name a profile with --profile'

  test.each(
    titled([
      [
        failure('CredentialsProviderError', 'Could not load credentials from any providers', {}),
        `there are no AWS credentials; ${LOG_IN}`,
      ],
      [failure('RequestExpired', 'Request has expired.'), `the AWS credentials have expired; ${LOG_IN}`],
      [failure('AccessDenied'), 'the credentials do not allow it; allow the call'],
      [failure('RequestLimitExceeded'), 'EC2 is throttling calls; try again in a minute'],
      [
        failure('AuthFailure', 'AWS was not able to validate the provided access credentials'),
        `AWS does not accept the credentials; ${LOG_IN}; if the region is off for the account, choose another with --region`,
      ],
      [failure('OptInRequired'), 'the account is not subscribed to EC2 in this region; choose another with --region'],
      [
        failure('Error', 'getaddrinfo ENOTFOUND ec2.eu-west-1.amazonaws.com', { code: 'ENOTFOUND' }),
        'EC2 has no address there; check the region and the network',
      ],
      [
        failure('AggregateError', '', { code: 'ECONNREFUSED' }),
        'EC2 cannot be reached; check the network, a proxy, AWS_ENDPOINT_URL',
      ],
      [
        failure('Error', 'self-signed certificate in certificate chain', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
        'the certificate of EC2 is not trusted here; if a proxy opens TLS, name its authority in NODE_EXTRA_CA_CERTS',
      ],
      [
        failure('TypeError', 'Invalid URL', { code: 'ERR_INVALID_URL' }),
        'AWS_ENDPOINT_URL is no URL; write it like http://localhost:4566, or take it away',
      ],
      [failure('Unavailable'), 'EC2 has a fault of its own; try again in a minute'],
    ]),
  )('says in one line what failed, where, and what to do: %s', async (_, error, words) => {
    ec2.on(DescribeInstancesCommand).rejects(error)
    const first = await explain()
    expect([first.code, first.out, first.errLines]).toEqual([
      2,
      '',
      [`virtguard: ec2:DescribeInstances in eu-west-1: ${words}`],
    ])
    there(PV)
    ec2.on(DescribeImagesCommand).rejects(error)
    expect((await explain()).errLines).toEqual([`virtguard: ec2:DescribeImages in eu-west-1: ${words}`])
  })

  test('refuses an id that is none', async () => {
    const { code, errLines } = await virtguard(['explain', 'web-1'])
    expect(code).toBe(2)
    expect(errLines[0]).toContain('Write it like i-0123456789abcdef0')
  })
})
