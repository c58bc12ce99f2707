import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { findingsOf, fitOf } from './evaluating.ts'

const MISFIT = 'FAILED ARCH_UNSUPPORTED'
const UNKNOWN = 'UNKNOWN FACTS_MISSING'
const ID = 'ami-0abcdef1234567890'

const rulesOf = (file: unknown): readonly string[] =>
  findingsOf(file).map(({ rule, place, status }) => `${place.address} ${rule} ${status}`)

describe('a ClusterConfig of eksctl', () => {
  const aCluster = (...managedNodeGroups: readonly object[]) => ({
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: 'c', region: 'eu-west-1' },
    managedNodeGroups,
  })

  test('passes where eksctl picks the image by the type, also for types that it did not know', () =>
    expect(
      fitOf(
        aCluster(
          { name: 'a', instanceType: 'x8g.16xlarge', amiFamily: 'AmazonLinux2' },
          { name: 'b', instanceTypes: ['m7i.large', 'm7a.large'] },
          { name: 'c', ami: 'auto' },
        ),
      ),
    ).toEqual({ 'managedNodeGroups[a]': 'PASSED', 'managedNodeGroups[b]': 'PASSED', 'managedNodeGroups[c]': 'PASSED' }))

  test('fails for types of several architectures, for which eksctl picks one image', () => {
    expect(
      fitOf(
        aCluster(
          { name: 'a', instanceTypes: ['m7i.large', 'm7g.large'] },
          { name: 'b', ami: 'auto', instancesDistribution: { instanceTypes: ['m7g.large', 'm7i.large', 'm7a.large'] } },
          { name: 'c', instanceTypes: ['m7g.large', 'c7g.large', 'x9z.large'] },
        ),
      ),
    ).toEqual({
      'managedNodeGroups[a]': 'FAILED ARCH_UNSUPPORTED',
      'managedNodeGroups[b]': 'FAILED ARCH_UNSUPPORTED',
      'managedNodeGroups[c]': 'PASSED',
    })
  })

  test('is evaluated by the rules about types', () =>
    expect(rulesOf(aCluster({ name: 'a', instanceTypes: ['m7i.large', 'm4.large'] }))).toEqual([
      'managedNodeGroups[a] xen-hypervisor FAILED',
    ]))

  test.each([
    ['an image by its id', { ami: ID, instanceType: 'm7i.large' }],
    ['a launch template of the account', { launchTemplate: { id: 'lt-0123456789abcdef0' } }],
    ['a text that is no image', { ami: 'golden', instanceType: 'm7i.large' }],
    ['a text that is no type', { ami: ID, instanceType: 'large' }],
  ])('is UNKNOWN for %s', (_, group) =>
    expect(fitOf(aCluster({ name: 'a', ...group }))).toEqual({ 'managedNodeGroups[a]': UNKNOWN }),
  )

  test('is read as YAML, in which there may be other documents, with groups of both kinds', () => {
    const text = `${stringify({ apiVersion: 'v1', kind: 'Namespace' })}---\n${stringify({
      ...aCluster({ name: 'a', instanceType: 'm7i.large' }),
      nodeGroups: [{ name: 'b', instancesDistribution: { instanceTypes: ['t2.micro'] }, instanceType: 'mixed' }],
    })}`
    expect(rulesOf(text)).toEqual(['nodeGroups[b] xen-hypervisor FAILED'])
    expect(findingsOf(text)[0]).toMatchObject({ resource: { region: 'eu-west-1' } })
  })
})

describe('a NodePool of Karpenter', () => {
  const aPool = (...requirements: readonly object[]) => ({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'default' },
    spec: { template: { spec: { requirements } } },
  })
  const where = (key: string, operator: string, ...values: readonly string[]) => ({ key, operator, values })
  const usual = [
    where('kubernetes.io/arch', 'In', 'amd64'),
    where('karpenter.k8s.aws/instance-category', 'In', 'c', 'm', 'r'),
    where('karpenter.k8s.aws/instance-generation', 'Gt', '2'),
  ]

  test('of the usual generations admits types on Xen, of which some are named', () => {
    const [finding, ...others] = findingsOf(stringify(aPool(...usual)))
    expect(others).toEqual([])
    expect(finding).toMatchObject({ rule: 'xen-hypervisor', status: 'FAILED', resource: { id: 'NodePool/default' } })
    expect(finding?.message).toMatch(/of type (c3|c4|m3|m4|r3|r4)\./)
    expect(finding?.message).toMatch(/The same goes for \d+ more of its types\.$/)
  })

  test.each([
    ['a newer generation', where('karpenter.k8s.aws/instance-generation', 'Gt', '4')],
    ['the hypervisor', where('karpenter.k8s.aws/instance-hypervisor', 'In', 'nitro')],
    ['Arm', where('kubernetes.io/arch', 'In', 'arm64')],
    ['families', where('karpenter.k8s.aws/instance-family', 'NotIn', 'c3', 'c4', 'm3', 'm4', 'r3', 'r4')],
    ['types', where('node.kubernetes.io/instance-type', 'In', 'm7i.large')],
    ['few vCPUs of many', where('karpenter.k8s.aws/instance-cpu', 'Gt', '64')],
  ])('that asks for %s admits none', (_, requirement) => expect(rulesOf(aPool(...usual, requirement))).toEqual([]))

  test('never fails for the fit, and an EC2NodeClass declares no launch', () => {
    expect(fitOf(aPool(...usual))).toEqual({ 'NodePool/default': 'PASSED' })
    const nodeClass = { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', spec: {} }
    expect(readFileText(stringify(nodeClass))).toEqual({ declarations: [] })
  })
})

describe('a preview of Pulumi', () => {
  const aStep = (type: string, inputs: object, op = 'create', old?: object) => ({
    op,
    urn: `urn:pulumi:dev::proj::my:component:Web$${type}::web`,
    newState: { type, inputs },
    ...(old !== undefined && { oldState: { type, inputs: old } }),
  })
  const instance = 'aws:ec2/instance:Instance'

  test('has images as ids alone, so that they are UNKNOWN', () =>
    expect(fitOf({ steps: [aStep(instance, { ami: ID, instanceType: 't3.micro' })] })).toEqual({
      [`${instance}::web`]: UNKNOWN,
    }))

  test('is evaluated by the rules about types, also of launch templates and groups', () => {
    const template = aStep('aws:ec2/launchTemplate:LaunchTemplate', { imageId: ID, instanceType: 'm4.large' })
    const group = aStep('aws:autoscaling/group:Group', {
      mixedInstancesPolicy: {
        launchTemplate: {
          launchTemplateSpecification: { launchTemplateId: 'lt-0123456789abcdef0', version: '1' },
          overrides: [{ instanceType: 't2.micro' }],
        },
      },
    })
    const found = rulesOf({ steps: [template, group] }).filter(text => text.includes('xen-hypervisor'))
    expect(found).toEqual([
      'aws:ec2/launchTemplate:LaunchTemplate::web xen-hypervisor FAILED',
      'aws:autoscaling/group:Group::web xen-hypervisor FAILED',
    ])
  })

  test('sees a resize in place across architectures', () => {
    const step = aStep(instance, { ami: ID, instanceType: 'm6g.large' }, 'update', {
      ami: ID,
      instanceType: 'm5.large',
    })
    expect(fitOf({ steps: [step] })).toEqual({ [`${instance}::web`]: MISFIT })
  })

  test('sees an image that is registered, which is paravirtual unless it says otherwise', () => {
    const ami = 'aws:ec2/ami:Ami'
    expect(rulesOf({ steps: [aStep(ami, { name: 'a', rootDeviceName: '/dev/sda1' })] })).toContain(
      `${ami}::web paravirtual-image FAILED`,
    )
    expect(rulesOf({ steps: [aStep(ami, { name: 'a', virtualizationType: 'hvm', enaSupport: true })] })).toEqual([])
  })

  test.each(['same', 'delete', 'refresh', 'read'])('launches nothing by %s', op =>
    expect(findingsOf({ steps: [aStep(instance, { ami: ID, instanceType: 't2.micro' }, op)] })).toEqual([]),
  )

  test('reads the inputs of older versions, and prints no secret', () => {
    const { newState, ...step } = aStep(instance, { ami: ID, instanceType: 't2.micro' })
    expect(rulesOf({ steps: [{ ...step, inputs: newState.inputs }] })).toContain(
      `${instance}::web xen-hypervisor FAILED`,
    )
    const secret = { '4dabf18193072939515e22adb298388d': '1b47', plaintext: '"ami-0secret0secret0000"' }
    const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9'
    for (const ami of [secret, unknown]) {
      const found = findingsOf({ steps: [aStep(instance, { ami, instanceType: 't3.micro' })] })
      expect(found.map(({ status }) => status)).toContain('UNKNOWN')
      expect(JSON.stringify(found)).not.toContain('secret0')
    }
  })
})

describe('a template of Packer', () => {
  const aBuilder = (body: object, variables: object = {}) => ({
    variables,
    builders: [{ type: 'amazon-ebs', name: 'web', region: 'eu-west-1', ...body }],
  })
  const filter = (filters: object) => ({ source_ami_filter: { filters, owners: ['amazon'], most_recent: true } })

  test.each([
    ['the filter of its architecture', filter({ architecture: 'arm64' })],
    ['the name that it filters by', filter({ name: 'al2023-ami-2023*-arm64' })],
  ])('is evaluated by %s', (_, source) =>
    expect(fitOf(aBuilder({ ...source, instance_type: 't3.micro' }))).toEqual({ 'amazon-ebs.web': MISFIT }),
  )

  test('does not say that no type takes an image of which facts are missing', () => {
    const [finding] = findingsOf(aBuilder({ ...filter({ architecture: 'arm64' }), instance_type: 't3.micro' }))
    expect(finding?.message).toContain('Which types take it is not known: facts of the image are missing.')
  })

  test('is evaluated with each of its Spot types, and with defaults of variables', () => {
    const spot = { ...filter({ architecture: 'x86_64' }), spot_instance_types: ['m7i.large', 'm7g.large'] }
    expect(fitOf(aBuilder(spot))).toEqual({ 'amazon-ebs.web': MISFIT })
    const type = { ...filter({ architecture: 'x86_64' }), instance_type: '{{user `type`}}' }
    expect(fitOf(aBuilder(type, { type: 'm7g.large' }))).toEqual({ 'amazon-ebs.web': MISFIT })
    expect(fitOf(aBuilder(type, { type: null }))).toEqual({ 'amazon-ebs.web': UNKNOWN })
  })

  test.each([
    ['an id', { source_ami: ID, instance_type: 't3.micro' }],
    ['a text that only Packer knows', { source_ami: '{{ env `AMI` }}', instance_type: 't3.micro' }],
    ['nothing', {}],
  ])('is UNKNOWN for %s', (_, body) => expect(fitOf(aBuilder(body))).toEqual({ 'amazon-ebs.web': UNKNOWN }))

  test.each([
    ['amazon-ebssurrogate', {}, true],
    ['amazon-ebssurrogate', { ami_virtualization_type: 'hvm', ena_support: true }, false],
    ['amazon-chroot', { from_scratch: true }, true],
    ['amazon-chroot', {}, false],
    ['amazon-instance', {}, true],
    ['amazon-ebs', {}, false],
    ['amazon-ebsvolume', {}, false],
  ])('%s with %j registers a paravirtual image: %s', (type, body, isParavirtual) => {
    const found = rulesOf(aBuilder({ type, ...filter({ architecture: 'x86_64' }), instance_type: 't3.micro', ...body }))
    expect(found.includes(`${type}.web paravirtual-image FAILED`)).toBe(isParavirtual)
  })

  test('that builds elsewhere declares nothing', () =>
    expect(readFileText(JSON.stringify({ builders: [{ type: 'docker', image: 'x' }] }))).toEqual({ declarations: [] }))
})

test.each([
  ['apiVersion: eksctl.io/v1alpha5\nkind: [', 'broken YAML on line'],
  [`apiVersion: eksctl.io/v1alpha5\na: ${'['.repeat(200)}`, 'YAML nested too deeply'],
  [`apiVersion: karpenter.sh/v1\na: &a [1]\nb: [${'*a, '.repeat(200)}]\n`, 'more than 100 aliases'],
])('%# is refused in one line', (text, why) =>
  expect(readFileText(text)).toEqual({ unreadable: expect.stringContaining(why) }),
)
