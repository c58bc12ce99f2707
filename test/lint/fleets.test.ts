import { describe, expect, test } from '@jest/globals'
import { findingsOf, fitOf } from './evaluating.ts'
import { aChange, aFoundImage, aPlan, aSource, refers } from './planning.ts'

const ID = 'ami-0aaaaaaaaaaaaaaaa'
const ARM_ID = 'ami-0bbbbbbbbbbbbbbbb'
const found = [aFoundImage(ID), aFoundImage(ARM_ID, { architecture: 'arm64' }, 'arm')]
const MISFIT = 'FAILED ARCH_UNSUPPORTED'
const UNKNOWN = 'UNKNOWN FACTS_MISSING'
const template = aChange('aws_launch_template.t', { id: 'lt-1', image_id: ID, instance_type: 'm7i.large' })

/** The answer on a resource beside the launch template. */
const answer = (change: ReturnType<typeof aChange>, sources: readonly ReturnType<typeof aSource>[] = []) =>
  fitOf(aPlan({ found, changes: [template, change], sources }))[change.address]

const SPECIFICATION = [{ launch_template_id: 'lt-1', version: '$Latest' }]

describe('a fleet of a plan', () => {
  const fleet = (...types: readonly string[]) =>
    aChange('aws_ec2_fleet.f', {
      launch_template_config: [
        { launch_template_specification: SPECIFICATION, override: types.map(instance_type => ({ instance_type })) },
      ],
    })
  const spot = (more: object) => aChange('aws_spot_fleet_request.f', { ...more })

  test('of EC2 launches each override, or the type of the template', () => {
    expect(answer(fleet('c7i.large', 'm7i.large'))).toBe('PASSED')
    expect(answer(fleet('c7i.large', 'c7g.large'))).toBe(MISFIT)
    expect(answer(fleet())).toBe('PASSED')
  })

  test('of Spot launches each of its specifications, and each override', () => {
    const specification = (type: string) => ({ ami: ARM_ID, instance_type: type })
    expect(answer(spot({ launch_specification: [specification('c7g.large'), specification('c5n.large')] }))).toBe(
      MISFIT,
    )
    expect(answer(spot({ launch_specification: [specification('c7g.large')] }))).toBe('PASSED')
    const launch = {
      launch_template_specification: [{ id: 'lt-1', version: '$Latest' }],
      overrides: [{ instance_type: 'c7g.large' }],
    }
    expect(answer(spot({ launch_template_config: [launch] }))).toBe(MISFIT)
  })

  test('that says nothing, or only at apply, is UNKNOWN', () => {
    expect(answer(spot({}))).toBe(UNKNOWN)
    expect(answer(aChange('aws_ec2_fleet.f', {}, { unknown: { launch_template_config: true } }))).toBe(UNKNOWN)
  })

  test('whose capacity alone changes launches nothing else', () => {
    const before = { launch_template_config: [], target_capacity: 1 }
    const change = aChange('aws_ec2_fleet.f', { ...before, target_capacity: 2 }, { actions: ['update'], before })
    expect(findingsOf(aPlan({ changes: [change] }), true)).toEqual([])
  })
})

describe('a node group of EKS in a plan', () => {
  const nodes = (values: object, unknown: object = {}) =>
    aChange('aws_eks_node_group.n', { ...values }, { unknown: { ...unknown } })

  test.each([
    ['AL2023_x86_64_STANDARD', ['t4g.large'], MISFIT],
    ['AL2023_ARM_64_STANDARD', ['t4g.large'], 'PASSED'],
    ['AL2023_x86_64_STANDARD', ['m7i.large', 'm7g.large'], MISFIT],
    ['AL2023_x86_64_STANDARD', null, 'PASSED'],
    ['AL2023_ARM_64_STANDARD', null, MISFIT],
    ['A NEW ONE', ['t3.large'], UNKNOWN],
  ])('with the image type %s on %p is %s', (ami_type, instance_types, expected) =>
    expect(answer(nodes({ ami_type, instance_types }))?.startsWith(expected)).toBe(true),
  )

  test('whose image type is computed is UNKNOWN', () =>
    expect(answer(nodes({ instance_types: ['t4g.large'] }, { ami_type: true }))).toBe(UNKNOWN))

  test('with an image of its own has that of its template', () => {
    const launch_template = [{ id: 'lt-1', version: '$Latest' }]
    expect(answer(nodes({ ami_type: 'CUSTOM', instance_types: ['c7g.large'], launch_template }))).toBe(MISFIT)
    expect(answer(nodes({ ami_type: 'CUSTOM', launch_template }, { instance_types: true }))).toBe('PASSED')
  })

  test('whose types come from what is only known at apply is UNKNOWN', () => {
    const source = aSource('aws_eks_node_group.n', { instance_types: refers('random_shuffle.r.result') })
    const change = nodes({ ami_type: 'AL2023_x86_64_STANDARD' }, { instance_types: true })
    expect(answer(change, [source])).toBe(UNKNOWN)
  })
})

describe('a compute environment of Batch in a plan', () => {
  const batch = (resources: object) =>
    aChange('aws_batch_compute_environment.b', { compute_resources: [{ type: 'EC2', ...resources }] })

  test('is evaluated on each of its types', () => {
    expect(answer(batch({ image_id: ID, instance_type: ['m7i.large'] }))).toBe('PASSED')
    expect(answer(batch({ image_id: ID, instance_type: ['m7i.large', 'm7g.large'] }))).toBe(MISFIT)
    expect(answer(batch({ image_id: ID, instance_type: ['optimal'] }))).toBe(UNKNOWN)
  })

  test('has the image of its configuration, or of its template', () => {
    expect(answer(batch({ ec2_configuration: [{ image_id_override: ARM_ID }], instance_type: ['m7i.large'] }))).toBe(
      MISFIT,
    )
    const launch_template = [{ launch_template_id: 'lt-1', version: '$Latest' }]
    expect(answer(batch({ launch_template, instance_type: ['m7g.large'] }))).toBe(MISFIT)
  })

  test('without an image is UNKNOWN, because Batch chooses it', () =>
    expect(answer(batch({ instance_type: ['m7i.large'] }))).toBe(UNKNOWN))

  test('of Fargate, or that Batch does not manage, launches nothing', () => {
    expect(answer(batch({ type: 'FARGATE' }))).toBeUndefined()
    expect(answer(aChange('aws_batch_compute_environment.b', { compute_resources: [] }))).toBeUndefined()
    expect(answer(aChange('aws_batch_compute_environment.b', {}, { unknown: { compute_resources: true } }))).toBe(
      UNKNOWN,
    )
  })
})
