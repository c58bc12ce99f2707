import { describe, expect, test } from '@jest/globals'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { ARM, answersOf, evaluateTemplate, PV, X86 } from './templates.ts'

const MISFIT = 'FAILED ARCH_UNSUPPORTED'
const UNKNOWN = 'UNKNOWN FACTS_MISSING'
const ssm = (name: string): string => `resolve:ssm:${name}`
const launch = (image: string, type: string) => ({ ImageId: ssm(image), InstanceType: type })
const named = [
  { LaunchTemplateSpecification: { LaunchTemplateId: 'lt-1', Version: '1' }, Overrides: [{ InstanceType: 't3.nano' }] },
]

describe('a request of the AWS CLI', () => {
  test.each([
    ['RunInstances', { ...launch(X86, 't4g.nano'), MinCount: 1, MaxCount: 1 }],
    ['CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData: launch(X86, 't4g.nano') }],
    ['RequestSpotInstances', { SpotPrice: '1', LaunchSpecification: launch(ARM, 't3.nano') }],
    ['RequestSpotFleet', { SpotFleetRequestConfig: { LaunchSpecifications: [launch(ARM, 'c5n.large')] } }],
    ['RequestSpotFleet', { IamFleetRole: 'r', LaunchSpecifications: [launch(ARM, 'c5n.large')] }],
    ['CreateLaunchConfiguration', { LaunchConfigurationName: 'web', ...launch(X86, 't4g.nano') }],
    ['CreateNodegroup', { nodegroupName: 'n', amiType: 'AL2023_x86_64_STANDARD', instanceTypes: ['t4g.large'] }],
    [
      'CreateComputeEnvironment',
      {
        computeResources: {
          type: 'EC2',
          ec2Configuration: [{ imageIdOverride: ssm(X86) }],
          instanceTypes: ['m7g.large'],
        },
      },
    ],
  ])('%s is evaluated', (call, request) => expect(answersOf(request)).toEqual({ [call]: MISFIT }))

  test.each([
    ['CreateFleet', { LaunchTemplateConfigs: named, TargetCapacitySpecification: { TotalTargetCapacity: 1 } }],
    ['RequestSpotFleet', { IamFleetRole: 'r', LaunchTemplateConfigs: named }],
    ['CreateAutoScalingGroup', { AutoScalingGroupName: 'g', LaunchTemplate: { LaunchTemplateId: 'lt-1' } }],
    ['RunInstances', { LaunchTemplate: { LaunchTemplateName: 'web' }, InstanceType: 't3.nano' }],
  ])('%s that names a template of the account is UNKNOWN', (call, request) =>
    expect(answersOf(request)).toEqual({ [call]: UNKNOWN }),
  )

  test('that fits passes', () => expect(answersOf(launch(ARM, 't4g.nano'))).toEqual({ RunInstances: 'PASSED' }))

  test('is a launch request, and no instance', () =>
    expect(evaluateTemplate(launch(PV, 't3.nano')).findings[0]?.resource.type).toBe('AwsEc2LaunchRequest'))
})

describe('a request to register an image', () => {
  const rulesOf = (request: object) =>
    evaluateTemplate({ Name: 'web', RootDeviceName: '/dev/xvda', ...request })
      .findings.filter(({ status }) => status === 'FAILED')
      .map(({ rule, place }) => `${place.address} ${rule}`)

  test('is paravirtual and without ENA unless it says otherwise', () => {
    expect(rulesOf({})).toContain('RegisterImage paravirtual-image')
    expect(rulesOf({ VirtualizationType: 'hvm', Architecture: 'x86_64', EnaSupport: true })).toEqual([])
  })

  test('prints no name', () => {
    const { findings } = evaluateTemplate({
      Name: 'hunter2',
      VirtualizationType: 'hunter2 x',
      Architecture: 'hunter2 x',
    })
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })
})

test.each([
  ['an answer of EC2', { Reservations: [{ Instances: [{ ImageId: 'ami-1' }] }] }],
  ['a name alone', { Name: 'x' }],
  ['an empty object', {}],
])('%s is no request', (_, value) => expect(readFileText(JSON.stringify(value))).toMatchObject({ isForeign: true }))
