import { describe, expect, test } from '@jest/globals'
import { ARM, anInstance, answerOf, answersOf, aTemplate, evaluateTemplate, stored, X86 } from './templates.ts'

const MISFIT = 'FAILED ARCH_UNSUPPORTED'
const UNKNOWN = 'UNKNOWN FACTS_MISSING'
const ref = (name: string) => ({ Ref: name })
const LATEST = { 'Fn::GetAtt': ['T', 'LatestVersionNumber'] }

const aLaunchTemplate = (data: object, more: object = {}) => ({
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: { LaunchTemplateData: data, ...more },
})
const byTemplate = { LaunchTemplateId: ref('T'), Version: LATEST }
const aGroup = (Properties: object) => ({ Type: 'AWS::AutoScaling::AutoScalingGroup', Properties })
const aMix = (overrides: unknown, specification: object = byTemplate) =>
  aGroup({
    MixedInstancesPolicy: {
      LaunchTemplate: { LaunchTemplateSpecification: specification, Overrides: overrides },
    },
  })
const whole = aLaunchTemplate({ ImageId: stored(X86), InstanceType: 'm7i.large' })

/** The answer on a resource beside the launch template T. */
const beside = (resource: object, template: object = whole, parts: object = {}) =>
  answersOf(aTemplate({ T: template, It: resource }, parts))['It']

describe('a launch template', () => {
  test('is evaluated by itself if it has both', () =>
    expect(answerOf(aLaunchTemplate({ ImageId: stored(X86), InstanceType: 't4g.nano' })).answer).toBe(MISFIT))

  test('that leaves the type to whoever launches is evaluated there', () => {
    const open = aLaunchTemplate({ ImageId: stored(X86) })
    const web = { Type: 'AWS::EC2::Instance', Properties: { LaunchTemplate: byTemplate, InstanceType: 't4g.nano' } }
    expect(answersOf(aTemplate({ T: open, It: web }))).toEqual({ T: 'PASSED', It: MISFIT })
  })

  test.each([
    ['its own latest', LATEST, MISFIT],
    ['$Latest', '$Latest', MISFIT],
    ['the first', 1, MISFIT],
    ['another number', '7', UNKNOWN],
  ])('in the version %s', (_, Version, expected) => {
    const web = { Type: 'AWS::EC2::Instance', Properties: { LaunchTemplate: { LaunchTemplateId: ref('T'), Version } } }
    expect(beside(web, aLaunchTemplate({ ImageId: stored(X86), InstanceType: 't4g.nano' }))).toBe(expected)
  })

  test('is found by the name that it gives itself', () => {
    const name = { 'Fn::Sub': `\${AWS::StackName}-web` }
    const template = aLaunchTemplate({ ImageId: stored(ARM), InstanceType: 't3.nano' }, { LaunchTemplateName: name })
    expect(beside(aGroup({ LaunchTemplate: { LaunchTemplateName: name, Version: '1' } }), template)).toBe(MISFIT)
    expect(beside(aGroup({ LaunchTemplate: { LaunchTemplateName: 'other', Version: '1' } }), template)).toBe(UNKNOWN)
  })

  test('of a name that two have is each of them', () => {
    const named = (ImageId: string) =>
      aLaunchTemplate({ ImageId, InstanceType: 'm7i.large' }, { LaunchTemplateName: 'web' })
    const group = aGroup({ LaunchTemplate: { LaunchTemplateName: 'web', Version: '1' } })
    expect(answersOf(aTemplate({ T: named(stored(X86)), U: named(stored(ARM)), It: group }))['It']).toBe(MISFIT)
  })

  test('of another type of resource is none', () =>
    expect(beside(aGroup({ LaunchTemplate: byTemplate }), { Type: 'Custom::Template' })).toBe(UNKNOWN))

  test('is not launched by where it is not made', () => {
    const Conditions = { Arm: { 'Fn::Equals': [ref('Cpu'), 'arm'] } }
    const Parameters = { Cpu: { Type: 'String', AllowedValues: ['arm', 'intel'] } }
    const template = { ...aLaunchTemplate({ ImageId: stored(ARM) }), Condition: 'Arm' }
    const type = { 'Fn::If': ['Arm', 't4g.nano', 't3.nano'] }
    const web = { Type: 'AWS::EC2::Instance', Properties: { LaunchTemplate: byTemplate, InstanceType: type } }
    expect(beside(web, template, { Conditions, Parameters })).toBe('PASSED')
  })
})

describe('an Auto Scaling group', () => {
  test('launches by its launch configuration', () => {
    const configuration = {
      Type: 'AWS::AutoScaling::LaunchConfiguration',
      Properties: { ImageId: stored(X86), InstanceType: 't4g.nano' },
    }
    expect(beside(aGroup({ LaunchConfigurationName: ref('T') }), configuration)).toBe(MISFIT)
    expect(beside(aGroup({ LaunchConfigurationName: 'elsewhere' }), configuration)).toBe(UNKNOWN)
  })

  test('that says nothing of what it launches is UNKNOWN', () => expect(answerOf(aGroup({})).answer).toBe(UNKNOWN))

  test('with a mix launches each override, and not the type of the template', () => {
    expect(beside(aMix([{ InstanceType: 'c7i.large' }]))).toBe('PASSED')
    expect(beside(aMix([{ InstanceType: 'c7i.large' }, { InstanceType: 'c7g.large' }]))).toBe(MISFIT)
    const arm = aLaunchTemplate({ ImageId: stored(ARM), InstanceType: 'm7i.large' })
    expect(beside(aMix([{ InstanceType: 'c7g.large' }]), arm)).toBe('PASSED')
    expect(beside(aMix(undefined), arm)).toBe(MISFIT)
  })

  test('with an override that has a template of its own launches by that', () => {
    const arm = aLaunchTemplate({ ImageId: stored(ARM) })
    const own = { InstanceType: 'c7g.large', LaunchTemplateSpecification: { LaunchTemplateId: ref('U'), Version: '1' } }
    const group = aMix([{ InstanceType: 'c7i.large' }, own])
    expect(answersOf(aTemplate({ T: whole, U: arm, It: group }))['It']).toBe('PASSED')
    expect(answersOf(aTemplate({ T: whole, U: aLaunchTemplate({ ImageId: stored(X86) }), It: group }))['It']).toBe(
      MISFIT,
    )
  })

  test('whose requirements let EC2 choose the type fits', () =>
    expect(beside(aMix([{ InstanceRequirements: { VCpuCount: { Min: 2 } } }]))).toBe('PASSED'))

  test('with overrides on a condition launches those of the condition', () => {
    const Conditions = { Arm: { 'Fn::Equals': ['a', 'a'] } }
    const overrides = { 'Fn::If': ['Arm', [{ InstanceType: 'c7g.large' }], [{ InstanceType: 'c7i.large' }]] }
    expect(beside(aMix(overrides), whole, { Conditions })).toBe(MISFIT)
    const one = [
      { 'Fn::If': ['Arm', ref('AWS::NoValue'), { InstanceType: 'c7g.large' }] },
      { InstanceType: 'c7i.large' },
    ]
    expect(beside(aMix(one), whole, { Conditions })).toBe('PASSED')
  })

  test('with overrides of which no condition leaves any launches the type of the template', () => {
    const Conditions = { Arm: { 'Fn::Equals': ['a', 'b'] } }
    const overrides = [{ 'Fn::If': ['Arm', { InstanceType: 'c7g.large' }, ref('AWS::NoValue')] }]
    const template = (InstanceType: string) => aLaunchTemplate({ ImageId: stored(X86), InstanceType })
    expect(beside(aMix(overrides), template('m7i.large'), { Conditions })).toBe('PASSED')
    expect(beside(aMix(overrides), template('m7g.large'), { Conditions })).toBe(MISFIT)
  })

  test('with overrides that only CloudFormation knows is UNKNOWN', () =>
    expect(beside(aMix({ 'Fn::GetAtt': 'Custom.Types' }))).toBe(UNKNOWN))
})

describe('a fleet', () => {
  const configs = (...types: readonly string[]) => [
    { LaunchTemplateSpecification: byTemplate, Overrides: types.map(InstanceType => ({ InstanceType })) },
  ]
  const spot = (SpotFleetRequestConfigData: object) => ({
    Type: 'AWS::EC2::SpotFleet',
    Properties: { SpotFleetRequestConfigData },
  })

  test.each([
    [
      'of EC2',
      (types: readonly string[]) => ({
        Type: 'AWS::EC2::EC2Fleet',
        Properties: { LaunchTemplateConfigs: configs(...types) },
      }),
    ],
    ['of Spot', (types: readonly string[]) => spot({ LaunchTemplateConfigs: configs(...types) })],
  ])('%s launches each override', (_, build) => {
    expect(beside(build(['c7i.large', 'm7i.large']))).toBe('PASSED')
    expect(beside(build(['c7i.large', 'm7g.large']))).toBe(MISFIT)
  })

  test('of Spot launches each of its specifications', () => {
    const fleet = (ImageId: string) =>
      spot({
        LaunchSpecifications: [
          { ImageId, InstanceType: 'c5n.large' },
          { ImageId, InstanceType: 'c5n.xlarge' },
        ],
      })
    expect(answerOf(fleet(stored(X86))).answer).toBe('PASSED')
    expect(answerOf(fleet(stored(ARM))).answer).toBe(MISFIT)
    expect(answerOf(fleet(stored(ARM))).message).toContain('on c5n.large, c5n.xlarge, which')
  })
})

test.each(['AWS::EC2::EC2Fleet', 'AWS::EC2::SpotFleet', 'AWS::AutoScaling::AutoScalingGroup'])(
  '%s that says nothing of what it launches is UNKNOWN',
  Type => {
    const Properties = { MixedInstancesPolicy: {}, SpotFleetRequestConfigData: {}, LaunchTemplateConfigs: [] }
    expect(answerOf({ Type, Properties }).answer).toBe(UNKNOWN)
  },
)

describe('a node group of EKS', () => {
  const nodes = (Properties: object) => ({ Type: 'AWS::EKS::Nodegroup', Properties })

  test.each([
    ['AL2023_x86_64_STANDARD', ['t4g.large'], MISFIT],
    ['AL2023_ARM_64_STANDARD', ['t4g.large'], 'PASSED'],
    ['AL2023_x86_64_STANDARD', ['m7i.large', 'm7g.large'], MISFIT],
    ['BOTTLEROCKET_ARM_64', undefined, MISFIT],
    ['AL2_x86_64', undefined, 'PASSED'],
    ['A_NEW_ONE', ['t3.large'], UNKNOWN],
    [undefined, ['t4g.large'], UNKNOWN],
  ])('with the image type %s on %p is %s', (AmiType, InstanceTypes, expected) => {
    const answer = answerOf(nodes({ AmiType, InstanceTypes })).answer ?? ''
    expect(answer.startsWith(expected)).toBe(true)
  })

  test('with an image of its own has that of its template', () => {
    const custom = nodes({
      AmiType: 'CUSTOM',
      LaunchTemplate: { Id: ref('T'), Version: LATEST },
      InstanceTypes: ['c7g.large'],
    })
    expect(beside(custom, aLaunchTemplate({ ImageId: stored(X86) }))).toBe(MISFIT)
    expect(beside(custom, aLaunchTemplate({ ImageId: stored(ARM) }))).toBe('PASSED')
  })
})

describe('a compute environment of Batch', () => {
  const batch = (ComputeResources: object) => ({
    Type: 'AWS::Batch::ComputeEnvironment',
    Properties: { ComputeResources },
  })

  test('with an image is evaluated on each of its types', () => {
    const own = (InstanceTypes: readonly string[]) =>
      answerOf(batch({ Type: 'EC2', ImageId: stored(X86), InstanceTypes })).answer
    expect(own(['m7i.large'])).toBe('PASSED')
    expect(own(['m7i.large', 'm7g.large'])).toBe(MISFIT)
    expect(own(['optimal'])).toBe(UNKNOWN)
  })

  test('has the image of its configuration, or of its template', () => {
    const configured = { Ec2Configuration: [{ ImageType: 'ECS_AL2', ImageIdOverride: stored(ARM) }] }
    expect(answerOf(batch({ Type: 'SPOT', ...configured, InstanceTypes: ['m7i.large'] })).answer).toBe(MISFIT)
    const launched = { LaunchTemplate: { LaunchTemplateName: 'x', LaunchTemplateId: ref('T') } }
    expect(beside(batch({ Type: 'SPOT', ...launched, InstanceTypes: ['m7g.large'] }))).toBe(MISFIT)
  })

  test('without an image is UNKNOWN, because Batch chooses it', () =>
    expect(answerOf(batch({ Type: 'EC2', InstanceTypes: ['m7i.large'] })).answer).toBe(UNKNOWN))

  test.each([
    ['Fargate', batch({ Type: 'FARGATE' })],
    ['no resources', { Type: 'AWS::Batch::ComputeEnvironment', Properties: { Type: 'UNMANAGED' } }],
  ])('of %s launches nothing', (_, resource) => expect(answerOf(resource).answer).toBeUndefined())
})

test('a resource has one finding of a rule, whatever it launches', () => {
  const { findings } = evaluateTemplate(
    aTemplate({ T: whole, It: aMix([{ InstanceType: 'c7g.large' }, { InstanceType: 't4g.nano' }]) }),
  )
  const ids = findings.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an instance on a line of a template names the line', () => {
  const text = `{\n "Parameters": {"Web": {"Type": "String"}},\n "Resources": {\n  "Web": ${JSON.stringify(anInstance(stored(ARM), 't3.nano'))}\n }\n}`
  const [finding] = evaluateTemplate(text).findings
  expect(finding?.place).toEqual({ file: 't.yaml', address: 'Web', line: 4 })
  expect(finding?.message).toContain('To fix: Web on line 4.')
})
