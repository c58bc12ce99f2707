import { AutoScalingClient, DescribeLaunchConfigurationsCommand } from '@aws-sdk/client-auto-scaling'
import {
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { inOtherSpelling, inPascalCase, ofCloudControl, ofStack, ofWholeStack, TOKEN } from '../../hook/requests.ts'
import { aContext } from '../../support/lambda-context.ts'
import { logLines } from '../../support/log-lines.ts'

jest.mock('node:fs', () => {
  const fs = jest.requireActual<typeof import('node:fs')>('node:fs')
  const { loadPolicy } = jest.requireActual<typeof import('../../../shared/policy/load.ts')>(
    '../../../shared/policy/load.ts',
  )
  const { policy } = loadPolicy(
    [
      'version: 1',
      'rules: { xen-hypervisor: { mode: observe } }',
      'exemptions:',
      '  - { rule: incompatible-launch, match: { address: "Legacy*" }, reason: moves, owner: ops, expires: 2099-01-31 }',
      '  - { rule: incompatible-launch, match: { address: "Moved*" }, reason: moved, owner: ops, expires: 2020-01-31 }',
      '  - { rule: incompatible-launch, match: { address: "Elsewhere", accountId: "210987654321" }, reason: x, owner: ops, expires: 2099-01-31 }',
    ].join('\n'),
    'policy.yaml',
  )
  const readFileSync = (path: string, ...rest: [BufferEncoding]) =>
    String(path).endsWith('hook/policy.json') ? JSON.stringify(policy) : fs.readFileSync(path, ...rest)
  return { ...fs, readFileSync }
})

Object.assign(process.env, { AWS_REGION: 'us-east-1', POWERTOOLS_DEV: 'false', POWERTOOLS_LOG_LEVEL: 'INFO' })

const ec2 = mockClient(EC2Client)
const autoScaling = mockClient(AutoScalingClient)
let lines: ReturnType<typeof logLines> = []

const HVM = 'ami-0aaaaaaaaaaaaaaa1'
const ARM = 'ami-0aaaaaaaaaaaaaaa2'
const PV = 'ami-0aaaaaaaaaaaaaaa3'
const GONE = 'ami-0aaaaaaaaaaaaaaa4'
const common = { RootDeviceType: 'ebs', EnaSupport: true, BootMode: 'uefi-preferred', State: 'available' } as const
const IMAGES = [
  { ...common, ImageId: HVM, VirtualizationType: 'hvm', Architecture: 'x86_64' },
  { ...common, ImageId: ARM, VirtualizationType: 'hvm', Architecture: 'arm64' },
  { ...common, ImageId: PV, VirtualizationType: 'paravirtual', Architecture: 'x86_64', EnaSupport: false },
] as const

beforeEach(() => {
  lines = logLines()
  ec2.reset()
  ec2.onAnyCommand().rejects(new Error('unexpected call'))
  autoScaling.reset()
  autoScaling.onAnyCommand().rejects(new Error('unexpected call'))
  ec2.on(DescribeImagesCommand).callsFake(({ Filters }) => ({
    Images: IMAGES.filter(({ ImageId }) => JSON.stringify(Filters).includes(ImageId)),
  }))
})
afterEach(() => {
  jest.restoreAllMocks()
  for (const name of ['HOOK_UNKNOWN', 'HOOK_ERRORS']) delete process.env[name]
})

const ask = async (event: unknown, env: Readonly<Record<string, string>> = {}) => {
  Object.assign(process.env, env)
  const { handler } = await import('../../../functions/hook/handler.ts')
  return handler(event, aContext('hook'))
}

const instance = (ImageId: string, InstanceType: string, more: object = {}) => ({
  type: 'AWS::EC2::Instance',
  properties: { ImageId, InstanceType, ...more },
})
const MISFIT = instance(ARM, 'm7i.large')
const FITS = instance(HVM, 'm7i.large')

const success = { hookStatus: 'SUCCESS', clientRequestToken: TOKEN }
const nonCompliant = { hookStatus: 'FAILED', errorCode: 'NonCompliant', clientRequestToken: TOKEN }

describe('the Hook function', () => {
  test('lets an image and a type through that fit each other', async () => {
    expect(await ask(ofStack(FITS))).toEqual({
      ...success,
      message: 'virtguard: found nothing against it.',
      annotations: [],
    })
  })

  test.each([
    ['a stack', ofStack(MISFIT)],
    ['a stack, in the other spelling', inOtherSpelling(ofStack(MISFIT))],
    ['a stack, with upper case at the beginning', inPascalCase(ofStack(MISFIT))],
    ['Cloud Control', ofCloudControl(MISFIT)],
    ['Cloud Control, with upper case at the beginning', inPascalCase(ofCloudControl(MISFIT))],
  ])('refuses a misfit of %s, says why, and repeats the token', async (_, event) => {
    const answer = await ask(event)
    expect(answer).toMatchObject({
      ...nonCompliant,
      message: expect.stringMatching(/^virtguard: \[incompatible-launch\] .* different architectures/),
      annotations: [
        {
          annotationName: 'incompatible-launch',
          status: 'FAILED',
          severityLevel: 'LOW',
          statusMessage: expect.stringContaining('different architectures'),
          remediationMessage: expect.stringContaining('Choose a type that fits the image'),
        },
      ],
    })
  })

  test('refuses what the policy refuses: a paravirtual instance', async () => {
    expect(await ask(ofStack(instance(PV, 'm1.small')))).toMatchObject({
      ...nonCompliant,
      message: expect.stringContaining('[paravirtual-instance]'),
    })
  })

  test.each(['WARN', 'FAIL'])(
    'answers the same whatever the failure mode, which is of CloudFormation: %s',
    async mode => {
      const { handler } = await import('../../../functions/hook/handler.ts')
      expect(await handler({ ...ofStack(MISFIT), hookModel: { FailureMode: mode } }, aContext('hook'))).toMatchObject(
        nonCompliant,
      )
    },
  )

  test('refuses a resize in place across architectures, though the image is not known any more', async () => {
    const [from, to] = [instance(GONE, 'm7i.large'), instance(GONE, 'm7g.large')]
    const answer = await ask(ofStack({ ...to, previous: from.properties, point: 'UPDATE_PRE_PROVISION' }))
    expect(answer).toMatchObject({
      ...nonCompliant,
      message: expect.stringContaining('The resize of Web from m7i.large'),
    })
  })

  test.each([
    ['a deletion', ofStack({ ...MISFIT, point: 'DELETE_PRE_PROVISION' })],
    ['a bucket', ofStack({ type: 'AWS::S3::Bucket', properties: {} })],
    [
      'a change of tags',
      ofStack({ ...MISFIT, previous: { ...MISFIT.properties, Tags: [] }, point: 'UPDATE_PRE_PROVISION' }),
    ],
  ])('lets %s through without a call', async (_, event) => {
    expect(await ask(event)).toMatchObject({ ...success, annotations: [{ status: 'SKIPPED' }] })
    expect(ec2.calls()).toEqual([])
  })

  test('calls nothing but AWS, also where a request has an address', async () => {
    const fetched = jest.spyOn(globalThis, 'fetch')
    expect(await ask(ofWholeStack('http://169.254.169.254/latest/meta-data'))).toMatchObject(success)
    expect(fetched).not.toHaveBeenCalled()
    expect(ec2.calls()).toEqual([])
  })
})

describe('an exemption of the policy by address', () => {
  test('is by the logical id, and said', async () => {
    const answer = await ask(ofStack({ ...MISFIT, id: 'LegacyWeb' }))
    expect(answer).toMatchObject({
      ...success,
      annotations: [
        { status: 'SKIPPED', statusMessage: expect.stringMatching(/^Exempt until 2099-01-31 \(ops\): moves\. /) },
      ],
    })
  })

  test('that has ended exempts nothing, and is a finding', async () => {
    const answer = await ask(ofStack({ ...MISFIT, id: 'MovedWeb' }))
    expect(answer).toMatchObject(nonCompliant)
    expect(answer.message).toContain('MovedWeb was exempt from incompatible-launch until 2020-01-31')
  })

  test('of another account counts there alone, whatever account the request names', async () => {
    const request = { ...ofStack({ ...MISFIT, id: 'Elsewhere' }), awsAccountId: '210987654321' }
    expect(await ask(request)).toMatchObject(nonCompliant)
  })
})

describe('what is UNKNOWN', () => {
  const event = ofStack(instance(GONE, 'm7i.large'))

  test('is let through, and said', async () => {
    const answer = await ask(event)
    expect(answer).toMatchObject({ ...success, message: expect.stringContaining('[incompatible-launch] UNKNOWN: ') })
    expect(answer.annotations.map(({ status }) => status)).toEqual(['SKIPPED', 'SKIPPED', 'SKIPPED'])
  })

  test('is refused where that was asked for', async () => {
    expect(await ask(event, { HOOK_UNKNOWN: 'fail' })).toMatchObject(nonCompliant)
  })
})

describe('an error of the hook itself', () => {
  const refuse = () =>
    ec2.on(DescribeImagesCommand).rejects(Object.assign(new Error('not authorized'), { name: 'UnauthorizedOperation' }))
  const broken = { ...ofStack(MISFIT), requestData: {} }

  test('lets it through and says so: a read that AWS refuses', async () => {
    refuse()
    const answer = await ask(ofStack(MISFIT))
    expect(answer).toMatchObject(success)
    expect(answer.message).toContain('ec2:DescribeImages did not succeed (UnauthorizedOperation).')
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', why: 'UnauthorizedOperation: not authorized' }),
    )
    expect(lines).toContainEqual(expect.objectContaining({ HookProblems: 1 }))
  })

  test('does not let through what the request alone shows: a type that the rule refuses', async () => {
    refuse()
    const answer = await ask(ofStack(instance(HVM, 'm1.small')))
    expect(answer).toMatchObject({ ...nonCompliant, message: expect.stringContaining('[xen-hypervisor]') })
  })

  test('lets a request through that it cannot read', async () => {
    expect(await ask(broken)).toMatchObject({ ...success, message: expect.stringContaining('let through') })
    expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR' }))
  })

  test.each([
    ['a read that AWS refuses', ofStack(MISFIT)],
    ['a request that it cannot read', broken],
  ])('is refused where that was asked for: %s', async (_, event) => {
    refuse()
    expect(await ask(event, { HOOK_ERRORS: 'fail' })).toMatchObject({
      hookStatus: 'FAILED',
      errorCode: 'InternalFailure',
    })
  })

  test('answers before CloudFormation gives up, if AWS does not answer', async () => {
    jest.useFakeTimers()
    ec2.on(DescribeImagesCommand).callsFake(() => new Promise(() => undefined))
    const answer = ask(ofStack(MISFIT))
    await jest.advanceTimersByTimeAsync(15_000)
    expect(await answer).toMatchObject({ ...success, message: expect.stringContaining('TimeoutError') })
    jest.useRealTimers()
  })
})

describe('what is launched by a template', () => {
  const template = (data: object) =>
    ec2.on(DescribeLaunchTemplateVersionsCommand).resolves({ LaunchTemplateVersions: [{ LaunchTemplateData: data }] })
  const versions = () => ec2.commandCalls(DescribeLaunchTemplateVersionsCommand).map(({ args }) => args[0].input)

  test.each([
    ['an instance', 'AWS::EC2::Instance', (LaunchTemplate: object) => ({ LaunchTemplate })],
    ['a group', 'AWS::AutoScaling::AutoScalingGroup', (LaunchTemplate: object) => ({ LaunchTemplate, MinSize: '1' })],
    [
      'a group with a mix of types',
      'AWS::AutoScaling::AutoScalingGroup',
      (LaunchTemplateSpecification: object) => ({
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification,
            Overrides: [{ InstanceType: 'm7g.large' }, { InstanceType: 'm7i.large' }],
          },
        },
      }),
    ],
    [
      'a fleet',
      'AWS::EC2::EC2Fleet',
      (LaunchTemplateSpecification: object) => ({ LaunchTemplateConfigs: [{ LaunchTemplateSpecification }] }),
    ],
    [
      'a Spot fleet',
      'AWS::EC2::SpotFleet',
      (LaunchTemplateSpecification: object) => ({
        SpotFleetRequestConfigData: { LaunchTemplateConfigs: [{ LaunchTemplateSpecification }] },
      }),
    ],
    [
      'a compute environment',
      'AWS::Batch::ComputeEnvironment',
      (LaunchTemplate: object) => ({ ComputeResources: { Type: 'EC2', LaunchTemplate, InstanceTypes: ['m7i.large'] } }),
    ],
  ])('is refused with what the version says that %s names', async (_, type, properties) => {
    template({ ImageId: ARM, InstanceType: 'm7i.large', UserData: 'c2VjcmV0' })
    const answer = await ask(ofStack({ type, properties: properties({ LaunchTemplateId: 'lt-1', Version: '7' }) }))
    expect(answer).toMatchObject({ ...nonCompliant, message: expect.stringContaining('[incompatible-launch]') })
    expect(versions()).toEqual([{ LaunchTemplateId: 'lt-1', Versions: ['7'] }])
  })

  test('of a node group is read by the keys of EKS, and in its default version', async () => {
    template({ ImageId: ARM })
    const properties = { LaunchTemplate: { Name: 'nodes' }, InstanceTypes: ['m7i.large'] }
    expect(await ask(ofStack({ type: 'AWS::EKS::Nodegroup', properties }))).toMatchObject(nonCompliant)
    expect(versions()).toEqual([{ LaunchTemplateName: 'nodes', Versions: ['$Default'] }])
  })

  test('is let through if EC2 chooses the type by requirements', async () => {
    template({ ImageId: ARM, InstanceRequirements: { VCpuCount: { Min: 2 } } })
    const properties = { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '$Latest' } }
    const answer = await ask(ofStack({ type: 'AWS::AutoScaling::AutoScalingGroup', properties }))
    expect(answer.annotations.filter(({ annotationName }) => annotationName === 'incompatible-launch')).toEqual([])
  })

  test('that does not exist is UNKNOWN', async () => {
    ec2
      .on(DescribeLaunchTemplateVersionsCommand)
      .rejects(Object.assign(new Error('no'), { name: 'InvalidLaunchTemplateId.NotFound' }))
    const properties = { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' } }
    expect(await ask(ofStack({ type: 'AWS::EC2::Instance', properties }))).toMatchObject({
      ...success,
      message: expect.stringContaining('UNKNOWN'),
    })
  })

  test('names an image by a public parameter, which EC2 knows', async () => {
    template({
      ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
      InstanceType: 'm7i.large',
    })
    ec2.on(DescribeImagesCommand).resolves({ Images: [IMAGES[1]] })
    const properties = { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' } }
    expect(await ask(ofStack({ type: 'AWS::EC2::Instance', properties }))).toMatchObject(nonCompliant)
  })

  test('that names an image by a parameter of your own is UNKNOWN, and no parameter is read', async () => {
    template({ ImageId: 'resolve:ssm:/team/image', InstanceType: 'm7i.large' })
    const properties = { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' } }
    const answer = await ask(ofStack({ type: 'AWS::EC2::Instance', properties }))
    expect(answer).toMatchObject({ ...success, message: expect.stringContaining('the parameter /team/image') })
    expect(versions()).toHaveLength(1)
    expect(ec2.commandCalls(DescribeImagesCommand)).toEqual([])
  })

  test('or by a launch configuration is refused', async () => {
    autoScaling.on(DescribeLaunchConfigurationsCommand).resolves({
      LaunchConfigurations: [
        {
          LaunchConfigurationName: 'old',
          ImageId: ARM,
          InstanceType: 'm7i.large',
          CreatedTime: new Date(),
          UserData: 'c2VjcmV0',
        },
      ],
    })
    const properties = { LaunchConfigurationName: 'old', MinSize: '1' }
    expect(await ask(ofStack({ type: 'AWS::AutoScaling::AutoScalingGroup', properties }))).toMatchObject(nonCompliant)
  })
})

describe('the templates themselves', () => {
  test('are refused if both sides are in them', async () => {
    const data = { ImageId: ARM, InstanceType: 'm7i.large' }
    expect(
      await ask(ofStack({ type: 'AWS::EC2::LaunchTemplate', properties: { LaunchTemplateData: data } })),
    ).toMatchObject(nonCompliant)
    expect(await ask(ofStack({ type: 'AWS::AutoScaling::LaunchConfiguration', properties: data }))).toMatchObject(
      nonCompliant,
    )
  })

  test('are let through if whoever launches by them says the rest', async () => {
    const properties = { LaunchTemplateData: { ImageId: ARM } }
    expect(await ask(ofStack({ type: 'AWS::EC2::LaunchTemplate', properties }))).toMatchObject(success)
  })
})

test('a type that is newer than the catalogue is read', async () => {
  ec2.on(DescribeInstanceTypesCommand).resolves({
    InstanceTypes: [
      {
        InstanceType: 'm99x.large' as never,
        SupportedVirtualizationTypes: ['hvm'],
        SupportedRootDeviceTypes: ['ebs'],
        ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
        NetworkInfo: { EnaSupport: 'required' },
        Hypervisor: 'nitro',
        EbsInfo: { NvmeSupport: 'required' },
        InstanceStorageSupported: false,
        SupportedBootModes: ['legacy-bios', 'uefi'],
        NitroTpmSupport: 'unsupported',
      },
    ],
  })
  expect(await ask(ofStack(instance(ARM, 'm99x.large')))).toMatchObject(nonCompliant)
})

test('secrets of a request are in no line of the log, and in no answer', async () => {
  const UserData = Buffer.from('export PASSWORD=hunter2').toString('base64')
  const secrets = { UserData, Tags: [{ Key: 'token', Value: 'hunter2' }], KeyName: 'hunter2' }
  const answers = [
    await ask(ofStack(instance(ARM, 'm7i.large', secrets))),
    await ask({
      ...ofStack(instance(ARM, 'm7i.large', secrets)),
      requestData: { targetName: 'hunter2', targetModel: secrets },
    }),
    await ask(ofStack(instance('{{resolve:secretsmanager:hunter2}}', 'hunter2', secrets))),
  ]
  expect(lines.length).toBeGreaterThan(2)
  expect(JSON.stringify([lines, answers])).not.toMatch(new RegExp(`hunter2|${UserData.slice(0, 12)}`))
})

test('a message is as long as who asks takes it: shorter for Cloud Control', async () => {
  const Overrides = Array.from({ length: 60 }, (_, index) => ({ InstanceType: `m${index + 100}i.large` }))
  const properties = {
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: 'lt-1', Version: '1' }, Overrides }],
  }
  ec2
    .on(DescribeLaunchTemplateVersionsCommand)
    .rejects(Object.assign(new Error('no'), { name: 'UnauthorizedOperation' }))
  ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: [] })
  const asked = { type: 'AWS::EC2::EC2Fleet', properties }
  const [ofOne, ofOther] = [await ask(ofStack(asked)), await ask(ofCloudControl(asked))]
  expect(ofOne.message.length).toBeLessThanOrEqual(4_096)
  expect(ofOther.message.length).toBeLessThanOrEqual(1_024)
})
