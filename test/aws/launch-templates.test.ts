import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { processEvent } from '../../functions/evaluate/process-event.ts'
import { describeTemplates } from '../../shared/aws/ec2.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { anImage } from '../support/findings.ts'
import { silentEc2, somePorts } from '../support/ports.ts'
import { aGroupGiven, aMixture, aTemplateCreation } from '../support/templates.ts'

const ec2 = mockClient(EC2Client)
const client = new EC2Client({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })

const X86 = 'ami-0aaaaaaaaaaaaaaaa'
const ARM = 'ami-0eeeeeeeeeeeeeeee'

const named = (name: string) => Object.assign(new Error(name), { name })

const holds = (which: object, data: object) =>
  ec2
    .on(DescribeLaunchTemplateVersionsCommand, which)
    .resolves({ LaunchTemplateVersions: [{ LaunchTemplateData: data }] })

beforeEach(() => {
  ec2.reset()
  ec2.onAnyCommand().rejects(new Error('a call that the test does not expect'))
  holds({ LaunchTemplateId: 'lt-0abc', Versions: ['$Latest'] }, { ImageId: X86, InstanceType: 'm5.large' })
  holds({ LaunchTemplateId: 'lt-0arm', Versions: ['7'] }, { ImageId: ARM, InstanceType: 'm7g.large' })
})

describe('what launch templates say', () => {
  test('is read version by version, by id or by name, without the right to resolve parameters', async () => {
    holds({ LaunchTemplateName: 'ssm', Versions: ['$Default'] }, { ImageId: 'resolve:ssm:/golden' })
    const refs = [
      { id: 'lt-0arm', version: '7' },
      { name: 'ssm', version: '$Default' },
    ]
    expect(await describeTemplates(client, refs)).toEqual([
      { ref: refs[0], imageId: ARM, instanceType: 'm7g.large' },
      { ref: refs[1], instanceType: 'unset' },
    ])
    for (const { args } of ec2.commandCalls(DescribeLaunchTemplateVersionsCommand))
      expect(args[0].input).not.toHaveProperty('ResolveAlias')
  })

  test.each([
    'InvalidLaunchTemplateId.NotFound',
    'InvalidLaunchTemplateName.NotFoundException',
    'InvalidLaunchTemplateId.VersionNotFound',
  ])('is left out if there is no such template: %s', async error => {
    ec2.on(DescribeLaunchTemplateVersionsCommand, { LaunchTemplateId: 'lt-gone' }).rejects(named(error))
    const refs = [
      { id: 'lt-gone', version: '1' },
      { id: 'lt-0arm', version: '7' },
    ]
    expect(await describeTemplates(client, refs)).toEqual([{ ref: refs[1], imageId: ARM, instanceType: 'm7g.large' }])
  })

  test('throws every other error, so that it is tried again', async () => {
    ec2.on(DescribeLaunchTemplateVersionsCommand).rejects(named('RequestLimitExceeded'))
    await expect(describeTemplates(client, [{ id: 'lt-0abc', version: '1' }])).rejects.toThrow('RequestLimitExceeded')
  })
})

const IMAGES = [anImage({ imageId: X86 }), anImage({ imageId: ARM, architecture: 'arm64' })]
const EVENT_ID = aTemplateCreation()['eventID']
const on = { mode: 'observe', severity: 'LOW', options: {} } as const

const evaluateGroup = async (request: Record<string, unknown>, isDenied = false) => {
  const { ports, published } = somePorts({
    policy: { ...DEFAULT_POLICY, rules: { ...DEFAULT_POLICY.rules, 'incompatible-template': on } },
    ec2: () => ({
      ...silentEc2,
      images: async ids => ({ ok: true, facts: IMAGES.filter(({ imageId = '' }) => ids.includes(imageId)) }),
      templates: async refs =>
        isDenied
          ? { ok: false, why: 'UnauthorizedOperation' }
          : {
              ok: true,
              facts: await describeTemplates(
                client,
                refs.flatMap(ref => ('configuration' in ref ? [] : [ref])),
              ),
            },
    }),
  })
  await processEvent(readEvent(aGroupGiven(request)), { messageId: 'm-1', count: 1, claimant: 'c-1' }, ports)
  return published.flatMap(({ Message }) =>
    JSON.parse(JSON.parse(Message).default).findings.map(
      ({ status, resource, reasons }: { status: string; resource: { id: string }; reasons: readonly string[] }) =>
        `${status} ${resource.id} ${reasons.join()}`,
    ),
  )
}

describe('an Auto Scaling group', () => {
  const OWN = { launchTemplateSpecification: { launchTemplateId: 'lt-0arm', version: '7' } }

  const countReads = () => ec2.commandCalls(DescribeLaunchTemplateVersionsCommand).length

  // docs/cost.md has these counts.
  test.each<[string, readonly object[], number]>([
    ['each version that its overrides name', [{ instanceType: 'c6i.large' }, { instanceType: 'c7g.large', ...OWN }], 2],
    [
      'a version that many overrides name',
      ['large', 'xlarge', '2xlarge'].map(size => ({ instanceType: `c6i.${size}` })),
      1,
    ],
    ['no version, if its overrides name image and type', [{ instanceType: 'c6i.large', imageId: X86 }], 0],
  ])('reads once %s', async (_, overrides, reads) => {
    await evaluateGroup(aMixture(overrides))
    expect(countReads()).toBe(reads)
  })

  test('of two architectures that fit is not alerted', async () => {
    expect(await evaluateGroup(aMixture())).toEqual([])
  })

  test('is alerted for each override that does not fit, by its own image or template', async () => {
    const overrides = [
      { instanceType: 'c6i.large', ...OWN },
      { instanceType: 'c7g.large' },
      { instanceType: 'c7g.xlarge', imageId: ARM },
      { instanceType: 'c6i.large' },
    ]
    expect(await evaluateGroup(aMixture(overrides))).toEqual([
      `FAILED autoScalingGroupName/web:lt-0arm:7:c6i.large:${EVENT_ID} ARCH_UNSUPPORTED`,
      `FAILED autoScalingGroupName/web:lt-0abc:$Latest:c7g.large:${EVENT_ID} ARCH_UNSUPPORTED`,
    ])
  })

  test('has overrides that stay apart if the name of one template is the id of another', async () => {
    holds({ LaunchTemplateName: 'lt-0abc', Versions: ['$Latest'] }, { ImageId: ARM, InstanceType: 'm7g.large' })
    const ofName = { launchTemplateSpecification: { launchTemplateName: 'lt-0abc', version: '$Latest' } }
    const overrides = [{ instanceType: 'c6i.large' }, { instanceType: 'c6i.large', ...ofName }]
    expect(await evaluateGroup(aMixture(overrides))).toEqual([
      `FAILED autoScalingGroupName/web:launchTemplateName/lt-0abc:$Latest:c6i.large:${EVENT_ID} ARCH_UNSUPPORTED`,
    ])
  })

  test('with one template is evaluated by what that says now', async () => {
    const request = { launchTemplate: { launchTemplateId: 'lt-0abc', version: '$Latest' } }
    expect(await evaluateGroup(request)).toEqual([])
    holds({ LaunchTemplateId: 'lt-0abc', Versions: ['$Latest'] }, { ImageId: ARM, InstanceType: 'm5.large' })
    expect(await evaluateGroup(request)).toEqual([
      `FAILED autoScalingGroupName/web:lt-0abc:$Latest:${EVENT_ID} ARCH_UNSUPPORTED`,
    ])
  })

  test('is UNKNOWN if a template is gone or may not be read', async () => {
    ec2.on(DescribeLaunchTemplateVersionsCommand).rejects(named('InvalidLaunchTemplateId.NotFound'))
    const unknown = [`UNKNOWN autoScalingGroupName/web:lt-0abc:$Latest:m5.large:${EVENT_ID} FACTS_MISSING`]
    expect(await evaluateGroup(aMixture([{ instanceType: 'm5.large' }]))).toEqual(unknown)
    expect(await evaluateGroup(aMixture([{ instanceType: 'm5.large' }]), true)).toEqual(unknown)
  })

  test('passes if its template leaves the type open', async () => {
    holds({ LaunchTemplateId: 'lt-0abc', Versions: ['$Latest'] }, { ImageId: X86 })
    expect(await evaluateGroup({ launchTemplate: { launchTemplateId: 'lt-0abc', version: '$Latest' } })).toEqual([])
  })
})
