import { describe, expect, test } from '@jest/globals'
import { findingsOf, fitOf } from './evaluating.ts'
import { aChange, aFoundImage, aPlan, aSource, refers } from './planning.ts'

const ID = 'ami-0aaaaaaaaaaaaaaaa'
const ARM_ID = 'ami-0bbbbbbbbbbbbbbbb'
const found = [aFoundImage(ID), aFoundImage(ARM_ID, { architecture: 'arm64' }, 'arm')]
const NEW = { unknown: { id: true } } as const

describe('a spot request', () => {
  test('is evaluated as an instance is', () => {
    const spot = aChange('aws_spot_instance_request.s', { ami: ARM_ID, instance_type: 'c5n.large' })
    const plan = aPlan({ found, changes: [spot] })
    expect(fitOf(plan)).toEqual({ 'aws_spot_instance_request.s': 'FAILED ARCH_UNSUPPORTED' })
    expect(findingsOf(plan)[0]?.resource.type).toBe('AwsEc2LaunchRequest')
  })

  test('whose price alone changes launches nothing', () => {
    const before = { ami: ARM_ID, instance_type: 'c5n.large', spot_price: '1' }
    const actions = ['update']
    const spot = aChange('aws_spot_instance_request.s', { ...before, spot_price: '2' }, { actions, before })
    expect(findingsOf(aPlan({ found, changes: [spot] }))).toEqual([])
  })
})

describe('a launch configuration', () => {
  const configuration = (type: string) =>
    aChange('aws_launch_configuration.c', { image_id: ID, instance_type: type, name: null }, NEW)
  const group = aChange('aws_autoscaling_group.g', { name: 'g' }, { unknown: { launch_configuration: true, id: true } })
  const sources = [
    aSource('aws_autoscaling_group.g', {
      launch_configuration: refers('aws_launch_configuration.c.name', 'aws_launch_configuration.c'),
    }),
  ]

  test('that does not fit is a finding, and so is the group that launches by it', () =>
    expect(fitOf(aPlan({ found, changes: [configuration('t4g.micro'), group], sources }))).toEqual({
      'aws_launch_configuration.c': 'FAILED ARCH_UNSUPPORTED',
      'aws_autoscaling_group.g': 'FAILED ARCH_UNSUPPORTED',
    }))

  test('is found by its name where that is known', () => {
    const named = aChange('aws_launch_configuration.c', { image_id: ID, instance_type: 't4g.micro', name: 'web-1' })
    const launching = aChange('aws_autoscaling_group.g', { launch_configuration: 'web-1' })
    expect(fitOf(aPlan({ found, changes: [named, launching] }))['aws_autoscaling_group.g']).toContain('FAILED')
  })

  test('that is not in the plan is UNKNOWN', () => {
    const launching = aChange('aws_autoscaling_group.g', { launch_configuration: 'elsewhere' })
    expect(fitOf(aPlan({ found, changes: [launching] }))).toEqual({
      'aws_autoscaling_group.g': 'UNKNOWN FACTS_MISSING',
    })
  })

  test('is UNKNOWN where a group has neither it nor a template', () =>
    expect(fitOf(aPlan({ changes: [aChange('aws_autoscaling_group.g', {})] }))).toEqual({
      'aws_autoscaling_group.g': 'UNKNOWN FACTS_MISSING',
    }))
})

describe('the version of a launch template', () => {
  const values = { id: 'lt-1', name: 't', image_id: ARM_ID, instance_type: 'm7i.large', latest_version: 7 }
  const at = (version: unknown, template: object = {}, actions = ['no-op']) => {
    const kept = { ...values, default_version: 3, ...template }
    const web = aChange('aws_instance.web', { launch_template: [{ id: 'lt-1', version }] })
    const changed = aChange('aws_launch_template.t', kept, { actions, before: { ...kept, image_id: ID } })
    return fitOf(aPlan({ found, changes: [changed, web] }))['aws_instance.web']
  }

  test.each([
    ['the latest', '$Latest', {}],
    ['the number of the latest', '7', {}],
    ['the default, which is the latest', '$Default', { default_version: 7 }],
    ['none, where the default is the latest', null, { default_version: 7 }],
  ])('that is %s is the one of the plan', (_, version, template) =>
    expect(at(version, template)).toBe('FAILED ARCH_UNSUPPORTED'),
  )

  test.each([
    ['an older number', '3', {}],
    ['the default, which is older', '$Default', {}],
    ['none, where the default is older', null, {}],
  ])('that is %s is not in the plan', (_, version, template) =>
    expect(at(version, template)).toBe('UNKNOWN FACTS_MISSING'),
  )

  test('that was the latest is not the one which an update makes', () =>
    expect(at('7', {}, ['update'])).toBe('UNKNOWN FACTS_MISSING'))

  test('that is only known at apply is the latest if the expression says so', () => {
    const refersTo = (attribute: string) => {
      const web = aChange(
        'aws_instance.web',
        { launch_template: [{ id: 'lt-1' }] },
        { unknown: { launch_template: [{ version: true }] } },
      )
      const version = refers(`aws_launch_template.t.${attribute}`, 'aws_launch_template.t')
      const sources = [aSource('aws_instance.web', { launch_template: [{ version }] })]
      const changed = aChange('aws_launch_template.t', values, { actions: ['update'], before: values })
      return fitOf(aPlan({ found, changes: [changed, web], sources }))['aws_instance.web']
    }
    expect(refersTo('latest_version')).toBe('FAILED ARCH_UNSUPPORTED')
    expect(refersTo('default_version')).toBe('UNKNOWN FACTS_MISSING')
  })
})

test('an override of a group with a template of its own is evaluated by that', () => {
  const intel = aChange('aws_launch_template.intel', { id: 'lt-1', image_id: ID, instance_type: 'm7i.large' })
  const arm = aChange('aws_launch_template.arm', { id: 'lt-2', image_id: ARM_ID, instance_type: 'm7g.large' })
  const group = (types: readonly [string, string]) =>
    aChange('aws_autoscaling_group.g', {
      mixed_instances_policy: [
        {
          launch_template: [
            {
              launch_template_specification: [{ launch_template_id: 'lt-1', version: '$Latest' }],
              override: [
                { instance_type: types[0] },
                { instance_type: types[1], launch_template_specification: [{ launch_template_id: 'lt-2' }] },
              ],
            },
          ],
        },
      ],
    })
  const answer = (types: readonly [string, string]) =>
    fitOf(aPlan({ found, changes: [intel, arm, group(types)] }))['aws_autoscaling_group.g']
  expect(answer(['c7i.large', 'c7g.large'])).toBe('PASSED')
  expect(answer(['c7i.large', 'c7i.xlarge'])).toBe('FAILED ARCH_UNSUPPORTED')
  expect(answer(['c7g.large', 'c7g.large'])).toBe('FAILED ARCH_UNSUPPORTED')
})

test('what only the planned values have is a launch', () => {
  const web = { address: 'aws_instance.web', mode: 'managed', type: 'aws_instance', name: 'web' }
  const inside = { ...web, address: 'module.a.aws_instance.web', values: { ami: ID, instance_type: 't4g.nano' } }
  const root = {
    resources: [aFoundImage(ID), { ...web, values: { ami: ID, instance_type: 'm7i.large' } }],
    child_modules: [{ address: 'module.a', resources: [inside] }],
  }
  expect(fitOf({ format_version: '1.0', planned_values: { root_module: root } })).toEqual({
    'aws_instance.web': 'PASSED',
    'module.a.aws_instance.web': 'FAILED ARCH_UNSUPPORTED',
  })
})

describe('an image of a public parameter of AWS', () => {
  const NAME = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
  const read = (value: string, name = NAME, more: object = {}) => ({
    address: 'data.aws_ssm_parameter.p',
    mode: 'data',
    type: 'aws_ssm_parameter',
    name: 'p',
    values: { name, value, ...more },
  })
  const web = (type: string) =>
    aChange('aws_instance.web', { ami: ID, instance_type: type }, { sensitive: { ami: true } })
  const answer = (type: string, ...data: readonly object[]) =>
    fitOf(aPlan({ found: data.map(one => ({ ...one })), changes: [web(type)] }))['aws_instance.web']

  test.each([
    ['as it is', read(ID)],
    ['in an object', read(`{"image_id":"${ID}"}`)],
    ['in the value that is not sensitive', read('', NAME, { insecure_value: ID })],
  ])('is known by the name, though its id %s is sensitive', (_, data) => {
    expect(answer('t4g.micro', data)).toBe('FAILED ARCH_UNSUPPORTED')
    expect(answer('t3.micro', data)).toBe('PASSED')
    const written = JSON.stringify(findingsOf(aPlan({ found: [data], changes: [web('t4g.micro')] }), true))
    expect(written).toContain(`resolve:ssm:${NAME} on t4g.micro`)
    expect(written).not.toContain(ID)
  })

  test('is not that of a parameter of your own, or of another id', () => {
    expect(answer('t4g.micro', read(ID, '/mine/al2023-ami-x86_64'))).toBe('UNKNOWN FACTS_MISSING')
    expect(answer('t4g.micro', read(`${ID}0`))).toBe('UNKNOWN FACTS_MISSING')
  })

  test('is known by the facts of a data source, where there is one', () => {
    const plain = aChange('aws_instance.web', { ami: ID, instance_type: 't4g.micro' })
    const data = [read(ID), aFoundImage(ID, { architecture: 'arm64' })]
    expect(fitOf(aPlan({ found: data, changes: [plain] }))['aws_instance.web']).toBe('PASSED')
  })
})

describe('a resource of the provider awscc', () => {
  test('that is an instance is evaluated as one', () =>
    expect(
      fitOf(aPlan({ found, changes: [aChange('awscc_ec2_instance.w', { image_id: ID, instance_type: 't4g.nano' })] })),
    ).toEqual({ 'awscc_ec2_instance.w': 'FAILED ARCH_UNSUPPORTED' }))

  test('that is a template is evaluated by its data', () => {
    const template = (data: object) => aChange('awscc_ec2_launch_template.t', { launch_template_data: { ...data } })
    const answer = (data: object) => Object.values(fitOf(aPlan({ found, changes: [template(data)] })))[0]
    expect(answer({ image_id: ID, instance_type: 't4g.nano' })).toBe('FAILED ARCH_UNSUPPORTED')
    expect(answer({ image_id: ID, instance_type: 't3.nano' })).toBe('PASSED')
    expect(answer({ image_id: ID })).toBe('PASSED')
  })

  test('that is a template whose data are only known at apply is UNKNOWN', () => {
    const template = aChange('awscc_ec2_launch_template.t', {}, { unknown: { launch_template_data: true } })
    expect(fitOf(aPlan({ changes: [template] }))).toEqual({ 'awscc_ec2_launch_template.t': 'UNKNOWN FACTS_MISSING' })
  })

  test.each([
    'awscc_autoscaling_auto_scaling_group',
    'awscc_ec2_ec2_fleet',
    'awscc_ec2_spot_fleet',
    'awscc_eks_nodegroup',
    'awscc_batch_compute_environment',
  ])('%s is UNKNOWN, and not left out', type =>
    expect(fitOf(aPlan({ changes: [aChange(`${type}.x`, {})] }))).toEqual({ [`${type}.x`]: 'UNKNOWN FACTS_MISSING' }),
  )
})
