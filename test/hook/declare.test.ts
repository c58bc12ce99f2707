import { describe, expect, test } from '@jest/globals'
import { declareResource, listNamedLaunches, type NamedLaunches, nameTemplate } from '../../shared/hook/declare.ts'
import type { Declaration } from '../../shared/lint/model/declaration.ts'
import { readFileText } from '../../shared/lint/readers/read-file.ts'

const PLACE = { accountId: '123456789012', region: 'us-east-1' }
const NONE: NamedLaunches = { templates: new Map(), configurations: new Map() }
const IMAGE = 'ami-0abcdef1234567890'
const DATA = { ImageId: IMAGE, InstanceType: 'm1.small' }
const REF = { id: 'lt-1', version: '3' }
const withTemplate = (LaunchTemplateData: object): NamedLaunches => ({
  ...NONE,
  templates: new Map([[nameTemplate(REF), { ...LaunchTemplateData }]]),
})

type Properties = Readonly<Record<string, unknown>>

const declare = (type: string, properties: Properties, named = NONE) =>
  declareResource({ address: 'Web', type, properties }, named, PLACE)

/** What lint reads of the same resource in a file. */
const lint = (Resources: object): readonly Declaration[] => {
  const reading = readFileText(JSON.stringify({ Resources }), PLACE)
  if ('unreadable' in reading) throw new Error(reading.unreadable)
  return reading.declarations
    .filter(({ place }) => place.address === 'Web')
    .map(({ place: { line: _, ...place }, ...rest }) => ({ ...rest, place }))
}

const FROM_TEMPLATE: readonly (readonly [type: string, of: (specification: object) => Properties])[] = [
  ['AWS::EC2::Instance', LaunchTemplate => ({ LaunchTemplate, InstanceType: 't3.micro' })],
  ['AWS::AutoScaling::AutoScalingGroup', LaunchTemplate => ({ LaunchTemplate })],
  [
    'AWS::AutoScaling::AutoScalingGroup',
    specification => ({
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: specification,
          Overrides: [
            { InstanceType: 'm7i.large' },
            { InstanceType: 'm7g.large', LaunchTemplateSpecification: specification },
          ],
        },
      },
    }),
  ],
  [
    'AWS::EC2::EC2Fleet',
    specification => ({
      LaunchTemplateConfigs: [
        { LaunchTemplateSpecification: specification, Overrides: [{ InstanceType: 'm7i.large' }] },
      ],
    }),
  ],
  [
    'AWS::EC2::SpotFleet',
    specification => ({
      SpotFleetRequestConfigData: { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: specification }] },
    }),
  ],
  [
    'AWS::Batch::ComputeEnvironment',
    LaunchTemplate => ({ ComputeResources: { Type: 'EC2', LaunchTemplate, InstanceTypes: ['m7i.large'] } }),
  ],
  ['AWS::EKS::Nodegroup', LaunchTemplate => ({ LaunchTemplate, InstanceTypes: ['m7i.large', 'm7g.large'] })],
]

const PLAIN: readonly (readonly [type: string, properties: Properties])[] = [
  ['AWS::EC2::Instance', DATA],
  ['AWS::EC2::LaunchTemplate', { LaunchTemplateData: DATA }],
  ['AWS::AutoScaling::LaunchConfiguration', DATA],
  [
    'AWS::EC2::SpotFleet',
    { SpotFleetRequestConfigData: { LaunchSpecifications: [DATA, { ...DATA, InstanceType: 't2.nano' }] } },
  ],
  ['AWS::EKS::Nodegroup', { AmiType: 'AL2023_ARM_64_STANDARD', InstanceTypes: ['m7i.large'] }],
  ['AWS::EKS::Nodegroup', {}],
  ['AWS::Batch::ComputeEnvironment', { ComputeResources: { Type: 'FARGATE' } }],
  ['AWS::Batch::ComputeEnvironment', { ComputeResources: { Type: 'EC2', InstanceTypes: ['optimal'] } }],
]

describe('what a resource of a request declares', () => {
  test.each(PLAIN)('is what lint reads of it in a template: %s %j', (Type, Properties) => {
    expect(declare(Type, Properties)).toEqual(lint({ Web: { Type, Properties } }))
  })

  test.each(FROM_TEMPLATE)('by a launch template is what lint reads of both in one template: %s', (Type, of) => {
    const found = declare(Type, of({ LaunchTemplateId: 'lt-1', Version: '3' }), withTemplate(DATA))
    const Template = { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: DATA } }
    const Properties = of({
      LaunchTemplateId: { Ref: 'Template' },
      Version: { 'Fn::GetAtt': 'Template.LatestVersionNumber' },
    })
    expect(found).toEqual(lint({ Template, Web: { Type, Properties } }))
    expect(JSON.stringify(found)).toContain(IMAGE)
  })

  test('by a launch configuration is what lint reads of both in one template', () => {
    const Type = 'AWS::AutoScaling::AutoScalingGroup'
    const named = { ...NONE, configurations: new Map([['old', DATA]]) }
    const Old = { Type: 'AWS::AutoScaling::LaunchConfiguration', Properties: DATA }
    const Properties = { LaunchConfigurationName: { Ref: 'Old' } }
    expect(declare(Type, { LaunchConfigurationName: 'old' }, named)).toEqual(lint({ Old, Web: { Type, Properties } }))
  })

  test('by a launch template that is not known is open', () => {
    const [declared] = declare('AWS::EC2::Instance', { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '3' } })
    expect(declared).toMatchObject({ pairs: [{ open: [{ side: 'image' }, { side: 'type' }] }] })
  })

  test('is not that of another version', () => {
    const other = { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '4' } }
    expect(JSON.stringify(declare('AWS::EC2::Instance', other, withTemplate(DATA)))).not.toContain(IMAGE)
  })

  test.each(['__proto__', 'constructor', 'launch template ["lt-1",null,"3"]'])(
    'is its own, whatever it is called: %s',
    address => {
      const [declared] = declareResource({ address, type: 'AWS::EC2::Instance', properties: DATA }, NONE, PLACE)
      expect(declared).toMatchObject({ place: { address }, pairs: [{ instanceType: 'm1.small' }] })
    },
  )
})

describe('the launch templates of a request', () => {
  test.each(FROM_TEMPLATE)('are found at their places, each once: %s', (type, of) => {
    const properties = of({ LaunchTemplateId: 'lt-1', Version: 3 })
    expect(listNamedLaunches({ address: 'Web', type, properties })).toEqual({ templates: [REF], configurations: [] })
  })

  test.each([
    [{ LaunchTemplateName: 'web' }, { name: 'web', version: '$Default' }],
    [
      { LaunchTemplateName: 'web', Version: null },
      { name: 'web', version: '$Default' },
    ],
    [
      { Name: 'nodes', Version: '$Latest' },
      { name: 'nodes', version: '$Latest' },
    ],
    [
      { Id: 'lt-2', Version: '1' },
      { id: 'lt-2', version: '1' },
    ],
  ])('are named as EC2 and EKS name them: %j', (LaunchTemplate, ref) => {
    const asked = { address: 'Web', type: 'AWS::EKS::Nodegroup', properties: { LaunchTemplate } }
    expect(listNamedLaunches(asked).templates).toEqual([ref])
  })

  test('are not looked for deeper than any resource has them', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(4_000)}{}${'}'.repeat(4_000)}`)
    const properties = { deep, LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '3' } }
    expect(listNamedLaunches({ address: 'Web', type: 'AWS::EC2::Instance', properties }).templates).toEqual([REF])
  })
})
