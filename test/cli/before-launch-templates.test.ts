import { DescribeAutoScalingGroupsCommand, DescribeLaunchConfigurationsCommand } from '@aws-sdk/client-auto-scaling'
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { failure } from './aws.ts'
import { anImage, arrange, autoScaling, aVersion, ec2, GOOD, PV, scan } from './before-launch.ts'

describe('templates', () => {
  test('report a type that the owner of the image does not allow, with types that are allowed, and who may change it', async () => {
    const limited = anImage('ami-0dddddddddddddddd', {
      InstanceTypeSpecification: { SupportedInstanceTypes: [{ InstanceType: 'm7i.*' }] },
    })
    arrange({ images: [limited], defaults: [aVersion(4, limited.ImageId ?? '', 't3.micro', true)] })
    const { findings } = await scan({ templates: true })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ status: 'FAILED', reasons: ['TYPE_NOT_ALLOWED_BY_IMAGE'] })
    expect(findings[0]?.message).toContain('The image fits m7i.large, m7i.xlarge, m7i.2xlarge.')
    expect(findings[0]?.remediation).toContain('aws ec2 replace-image-instance-type-specification')
  })

  test('report a type without the NitroTPM of the image', async () => {
    const tpm = anImage('ami-0dddddddddddddddd', { BootMode: 'uefi', TpmSupport: 'v2.0' })
    arrange({ images: [tpm], defaults: [aVersion(4, tpm.ImageId ?? '', 'm5.metal', true)] })
    const { findings } = await scan({ templates: true })
    expect(findings[0]).toMatchObject({ status: 'FAILED', reasons: ['BOOT_MODE_UNSUPPORTED', 'TPM_UNSUPPORTED'] })
  })

  test('a disabled image launches nothing; one that is still being made is not known yet', async () => {
    const disabled = anImage('ami-0dddddddddddddddd', { State: 'disabled' })
    const pending = anImage('ami-0eeeeeeeeeeeeeeee', { State: 'pending' })
    arrange({
      images: [disabled, pending],
      defaults: [aVersion(4, disabled.ImageId ?? '', 't3.micro', true)],
      latest: [aVersion(5, pending.ImageId ?? '', 't3.micro')],
    })
    const { findings } = await scan({ templates: true })
    expect(findings.map(({ status, reasons }) => ({ status, reasons }))).toEqual([
      { status: 'FAILED', reasons: ['IMAGE_NOT_AVAILABLE'] },
      { status: 'UNKNOWN', reasons: ['FACTS_MISSING'] },
    ])
    expect(findings[1]?.missing).toEqual(['image imageState'])
    for (const { args } of ec2.commandCalls(DescribeImagesCommand)) expect(args[0].input.IncludeDisabled).toBe(true)
  })

  test('are reported with the version to fix, and what would fit, if their type cannot run the image', async () => {
    arrange({
      defaults: [aVersion(4, PV.ImageId ?? '', 't3.micro', true)],
      latest: [aVersion(5, GOOD.ImageId ?? '', 't3.micro')],
    })
    autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({
      AutoScalingGroups: [
        {
          AutoScalingGroupName: 'web-group',
          LaunchTemplate: { LaunchTemplateId: 'lt-0123456789abcdef0', Version: '$Default' },
          MinSize: 0,
          MaxSize: 0,
          DesiredCapacity: 0,
          DefaultCooldown: 0,
          AvailabilityZones: [],
          HealthCheckType: 'EC2',
          CreatedTime: new Date(),
        },
      ],
    })
    const { findings } = await scan({ templates: true })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      rule: 'incompatible-launch',
      status: 'FAILED',
      resource: { type: 'AwsEc2LaunchTemplate', id: 'lt-0123456789abcdef0:4' },
      reasons: ['VIRT_TYPE_UNSUPPORTED', 'ENA_REQUIRED'],
    })
    expect(findings[0]?.message).toContain(
      'To fix: a new version of launch template lt-0123456789abcdef0 from its version 4.',
    )
    expect(findings[0]?.message).toContain('Used by Auto Scaling group web-group.')
    expect(findings[0]?.message).toMatch(/The image fits [a-z0-9]+\.[a-z]+/)
  })

  test('are reported once for a version that is default and latest', async () => {
    const version = aVersion(4, PV.ImageId ?? '', 't3.micro', true)
    arrange({ defaults: [version], latest: [{ ...version }] })
    expect((await scan({ templates: true })).findings).toHaveLength(1)
  })

  const group = (more: object) => ({
    AutoScalingGroupName: 'g',
    AutoScalingGroupARN: 'arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:1:autoScalingGroupName/g',
    ...more,
  })

  test('are reported for a group that mixes types, with the types that do not fit', async () => {
    arrange({ defaults: [aVersion(4, PV.ImageId ?? '', 'm1.small', true)] })
    const mixed = {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '$Default' },
        Overrides: [{ InstanceType: 'm1.large' }, { InstanceType: 'm7i.large' }],
      },
    }
    autoScaling
      .on(DescribeAutoScalingGroupsCommand)
      .resolves({ AutoScalingGroups: [group({ MixedInstancesPolicy: mixed }) as never] })
    const { findings } = await scan({ templates: true })
    expect(findings.map(({ resource }) => resource.type)).toEqual(['AwsAutoScalingAutoScalingGroup'])
    expect(findings[0]?.message).toContain('on m7i.large, which EC2 would refuse')
    expect(findings[0]?.actor).toEqual({ launchTemplate: 'lt-0123456789abcdef0:4', autoScalingGroup: 'g' })
  })

  describe('of a group whose overrides name their own', () => {
    const [X86, ARM] = [GOOD.ImageId ?? '', 'ami-0eeeeeeeeeeeeeeee']
    const IMAGES = [GOOD, anImage(ARM, { Architecture: 'arm64' })]
    const armVersion = { ...aVersion(7, ARM, 'c7g.large'), LaunchTemplateId: 'lt-arm', LaunchTemplateName: 'arm' }
    const OWN = { LaunchTemplateSpecification: { LaunchTemplateId: 'lt-arm', Version: '7' } }

    const scanOverrides = async (overrides: readonly object[]) => {
      arrange({ images: IMAGES, defaults: [aVersion(4, X86, 'c6i.large', true)] })
      ec2
        .on(DescribeLaunchTemplateVersionsCommand, { LaunchTemplateId: 'lt-arm', Versions: ['7'] })
        .resolves({ LaunchTemplateVersions: [armVersion] })
      ec2
        .on(DescribeLaunchTemplateVersionsCommand, { LaunchTemplateId: 'lt-gone', Versions: ['2'] })
        .rejects(failure('InvalidLaunchTemplateId.NotFound', 'no such template'))
      const mixed = {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '$Default' },
          Overrides: overrides,
        },
      }
      autoScaling
        .on(DescribeAutoScalingGroupsCommand)
        .resolves({ AutoScalingGroups: [group({ MixedInstancesPolicy: mixed }) as never] })
      const { findings, failures } = await scan({ templates: true })
      expect(failures).toEqual([])
      return findings.map(({ status, message }) => `${status} ${message}`)
    }

    test.each<[string, readonly object[], readonly unknown[]]>([
      [
        'a template of another architecture',
        [{ InstanceType: 'c6i.large' }, { InstanceType: 'c7g.large', ...OWN }],
        [],
      ],
      ['an image of another architecture', [{ InstanceType: 'c7g.large', ImageId: ARM }], []],
      ['an image, which comes before that of its template', [{ InstanceType: 'c6i.large', ImageId: X86, ...OWN }], []],
      ['a template only, which has image and type', [OWN], []],
      ['requirements, by which EC2 chooses', [{ InstanceRequirements: {} }], []],
      ['nothing but a type', [{ InstanceType: 'c7g.large' }], [`asks for ${X86} on c7g.large, which`]],
      [
        'a template that does not fit',
        [{ InstanceType: 'c6i.large', ...OWN }],
        [`asks for ${ARM} on c6i.large, which`],
      ],
      [
        'the types of each other',
        [{ InstanceType: 'c7g.large' }, { InstanceType: 'c6i.large', ...OWN }, { InstanceType: 'm7g.large' }],
        [`asks for ${X86} on c7g.large, m7g.large and for ${ARM} on c6i.large, which`],
      ],
    ])('are evaluated by %s', async (_, overrides, expected) => {
      expect(await scanOverrides(overrides)).toEqual(expected.map(words => expect.stringContaining(`${words}`)))
    })

    test('are UNKNOWN if their template is gone, and the rest of the region is evaluated', async () => {
      const gone = { LaunchTemplateSpecification: { LaunchTemplateId: 'lt-gone', Version: '2' } }
      expect(await scanOverrides([{ InstanceType: 'c6i.large', ...gone }])).toEqual([
        expect.stringMatching(/^UNKNOWN Cannot say for g: what its launch template says is not known/),
      ])
      expect(await scanOverrides([{ InstanceType: 'c7g.large' }, { InstanceType: 'c6i.large', ...gone }])).toEqual([
        expect.stringContaining(`FAILED Auto Scaling group g asks for ${X86} on c7g.large, which`),
      ])
    })

    test('name the group as a user of each template', async () => {
      arrange({
        images: IMAGES,
        defaults: [
          aVersion(4, X86, 'c6i.large', true),
          { ...armVersion, LaunchTemplateData: { ImageId: ARM, InstanceType: 'c6i.large' } },
        ],
      })
      const mixed = {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateName: 'web' },
          Overrides: [{ InstanceType: 'c7g.large', ...OWN }],
        },
      }
      autoScaling
        .on(DescribeAutoScalingGroupsCommand)
        .resolves({ AutoScalingGroups: [group({ MixedInstancesPolicy: mixed }) as never] })
      const { findings } = await scan({ templates: true })
      expect(findings.map(({ resource }) => resource.id)).toEqual(['lt-arm:7'])
      expect(findings[0]?.message).toContain('Used by Auto Scaling group g.')
    })
  })

  test('are recommended to a group with a launch configuration', async () => {
    arrange({})
    autoScaling
      .on(DescribeAutoScalingGroupsCommand)
      .resolves({ AutoScalingGroups: [group({ LaunchConfigurationName: 'old' }) as never] })
    autoScaling.on(DescribeLaunchConfigurationsCommand).resolves({
      LaunchConfigurations: [
        { LaunchConfigurationName: 'old', ImageId: PV.ImageId, InstanceType: 't2.micro', CreatedTime: new Date() },
      ],
    })
    const { findings } = await scan({ templates: true })
    expect(findings[0]?.message).toContain('launch configuration old, which cannot be changed')
  })

  test('with a deregistered image are UNKNOWN, and are not evaluated if they leave the type open', async () => {
    arrange({
      defaults: [
        aVersion(1, 'ami-0ddddddddddddddddd', 't3.micro', true),
        { ...aVersion(2, PV.ImageId ?? '', undefined), LaunchTemplateId: 'lt-2' },
      ],
    })
    const { findings } = await scan({ templates: true })
    expect(findings.map(({ status, missing }) => ({ status, missing }))).toEqual([
      { status: 'UNKNOWN', missing: ['image virtualizationType'] },
    ])
  })
})

describe('a resource that may not be read', () => {
  test('is named with the permission, and the rest is evaluated', async () => {
    arrange({})
    ec2
      .on(DescribeInstancesCommand)
      .resolves({ Reservations: [{ Instances: [{ ImageId: PV.ImageId, InstanceId: 'i-1' }] }] })
    const message =
      'User: arn:aws:iam::123456789012:user/user@example.com is not authorized to perform: autoscaling:DescribeAutoScalingGroups'
    autoScaling.on(DescribeAutoScalingGroupsCommand).rejects(failure('AccessDenied', message))
    const { findings, failures } = await scan({ images: true, templates: true })
    expect(findings).toHaveLength(2)
    expect(failures).toMatchObject([
      {
        missingPermission: 'autoscaling:DescribeAutoScalingGroups',
        why: expect.stringContaining('launch templates were not read'),
      },
    ])
  })
})
