import { describe, expect, test } from '@jest/globals'
import { findingsOf, fitOf } from './evaluating.ts'
import { aChange, aFoundImage, aPlan, aSource, HVM, refers } from './planning.ts'

const ID = 'ami-0aaaaaaaaaaaaaaaa'
const ARM = { architecture: 'arm64' }
const web = (type: string, ami = ID) => aChange('aws_instance.web', { ami, instance_type: type })

describe('an image that a data source found', () => {
  test('fails on a type of another architecture, and every fact says where it is from', () => {
    const plan = aPlan({ found: [aFoundImage(ID)], changes: [web('t4g.micro')] })
    const [finding, ...others] = findingsOf(plan).filter(({ rule }) => rule === 'incompatible-launch')
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      id: 'incompatible-launch/p.json/aws_instance.web',
      status: 'FAILED',
      reasons: ['ARCH_UNSUPPORTED'],
      resource: { type: 'AwsEc2Instance', id: 'aws_instance.web' },
      place: { file: 'p.json', address: 'aws_instance.web' },
      factSources: { virtualizationType: 'plan', architecture: 'plan' },
      action: { type: 'alert', decision: 'alert-only', code: 'NOT_AN_INSTANCE' },
    })
    expect(finding).not.toHaveProperty('event')
    expect(finding?.message).toContain(`aws_instance.web asks for ${ID} on t4g.micro, which EC2 would refuse`)
  })

  test('passes on a type that takes it', () =>
    expect(fitOf(aPlan({ found: [aFoundImage(ID)], changes: [web('m7i.large')] }))).toEqual({
      'aws_instance.web': 'PASSED',
    }))

  test('is read from the planned values and the changes of a plan without a prior state', () => {
    const { prior_state, ...plan } = aPlan({ changes: [web('t4g.micro')] })
    const planned = { root_module: { resources: [aFoundImage(ID)] } }
    const read = { ...aFoundImage(ID), values: {}, change: { actions: ['read'], after: aFoundImage(ID).values } }
    const changes = [web('t4g.micro'), read]
    expect(fitOf({ ...plan, planned_values: planned })).toEqual({ 'aws_instance.web': 'FAILED ARCH_UNSUPPORTED' })
    expect(fitOf({ ...plan, resource_changes: changes })).toEqual({ 'aws_instance.web': 'FAILED ARCH_UNSUPPORTED' })
  })

  test.each([
    ['is unknown where an old provider has no such key', undefined, 'UNKNOWN FACTS_MISSING'],
    ['is off where it is null', null, 'FAILED ENA_REQUIRED'],
  ])('ENA %s', (_, ena_support, expected) => {
    const { ena_support: _dropped, ...values } = aFoundImage(ID).values
    const image = { ...aFoundImage(ID), values: { ...values, ...(ena_support === null && { ena_support }) } }
    expect(fitOf(aPlan({ found: [image], changes: [web('m7i.large')] }))).toEqual({ 'aws_instance.web': expected })
  })

  test('says how to learn what an old provider does not read', () => {
    const { ena_support, ...values } = aFoundImage(ID).values
    const plan = aPlan({ found: [{ ...aFoundImage(ID), values }], changes: [web('m7i.large')] })
    expect(findingsOf(plan)[0]?.message).toContain(`has not all facts of ${ID}: a newer provider reads more`)
  })

  test('has no boot mode where the key is absent, and none is set where it is empty', () => {
    const { boot_mode, ...values } = aFoundImage(ID, ARM).values
    const absent = { ...aFoundImage(ID), values: { ...values, architecture: 'x86_64' } }
    const facts = (found: object) => findingsOf(aPlan({ found: [{ ...found }], changes: [web('t4g.micro')] }))[0]?.facts
    expect(facts(absent)).not.toHaveProperty('bootMode')
    expect(facts(aFoundImage(ID, { boot_mode: '' }))).toMatchObject({ bootMode: 'unset' })
  })
})

test('a paravirtual image on t1.micro fits it, and the instance is reported as paravirtual', () => {
  const image = aFoundImage(ID, { virtualization_type: 'paravirtual', ena_support: null })
  const plan = aPlan({ found: [image], changes: [web('t1.micro')] })
  expect(fitOf(plan)).toEqual({ 'aws_instance.web': 'PASSED' })
  expect(findingsOf(plan).map(({ rule, status }) => `${rule} ${status}`)).toContain('paravirtual-instance FAILED')
})

describe('an image that is named by its id', () => {
  test('is that of the aws_ami which has the id, and no other', () => {
    const registered = aChange(
      'aws_ami.old',
      { ...HVM, id: 'ami-87654321', virtualization_type: 'paravirtual', ena_support: false },
      { actions: ['no-op'] },
    )
    const other = aChange('aws_instance.other', { ami: 'ami-notfound', instance_type: 't3.small' })
    expect(fitOf(aPlan({ changes: [registered, web('t2.micro', 'ami-87654321'), other] }))).toEqual({
      'aws_instance.web': 'FAILED VIRT_TYPE_UNSUPPORTED',
      'aws_instance.other': 'UNKNOWN FACTS_MISSING',
    })
  })

  test('is UNKNOWN where nothing has its facts, with the command that reads them', () => {
    const [finding] = findingsOf(aPlan({ changes: [web('t3.micro')] }))
    expect(finding).toMatchObject({ status: 'UNKNOWN', facts: { imageId: ID } })
    expect(finding?.message).toContain(`virtguard check --image-id ${ID}`)
  })
})

const UNKNOWN_AMI = { unknown: { ami: true, id: true } } as const
const aRegistered = (facts: object = {}, index?: number) =>
  aChange(
    'aws_ami.built',
    { virtualization_type: 'paravirtual', architecture: 'x86_64', ena_support: null, ...facts },
    {
      unknown: { id: true, root_device_type: true },
      ...(index !== undefined && { index }),
    },
  )

describe('an image whose id is only known at apply', () => {
  const waiting = aChange('aws_instance.web', { instance_type: 'm5.large' }, UNKNOWN_AMI)

  test('is the one that the expression refers to', () => {
    const sources = [aSource('aws_instance.web', { ami: refers('aws_ami.built.id', 'aws_ami.built') })]
    const plan = aPlan({ changes: [aRegistered(), waiting], sources })
    expect(fitOf(plan)['aws_instance.web']).toContain('FAILED VIRT_TYPE_UNSUPPORTED')
  })

  test.each([
    ['several resources', refers('aws_ami.built.id', 'aws_ami.built', 'data.aws_ami.x.id', 'data.aws_ami.x')],
    ['a variable and a resource', refers('var.ami', 'aws_ami.built.id', 'aws_ami.built')],
    ['a local value', refers('local.ami')],
    ['another attribute', refers('aws_ami.built.name', 'aws_ami.built')],
    ['a variable of the root', refers('var.ami')],
  ])('is UNKNOWN where the expression refers to %s', (_, ami) => {
    const plan = aPlan({ changes: [aRegistered(), waiting], sources: [aSource('aws_instance.web', { ami })] })
    expect(fitOf(plan)).toEqual({ 'aws_instance.web': 'UNKNOWN FACTS_MISSING' })
  })

  test('is the one resource that Terraform up to 0.15 refers to, which names no attribute', () => {
    const sources = [aSource('aws_instance.web', { ami: refers('aws_ami.built') })]
    const answer = (version: string) => fitOf(aPlan({ version, changes: [aRegistered(), waiting], sources }))
    expect(answer('0.1')['aws_instance.web']).toContain('FAILED VIRT_TYPE_UNSUPPORTED')
    expect(answer('1.2')['aws_instance.web']).toBe('UNKNOWN FACTS_MISSING')
  })

  test('is UNKNOWN in a plan without a configuration', () => {
    const { configuration, ...plan } = aPlan({ changes: [aRegistered(), waiting] })
    expect(fitOf(plan)).toEqual({ 'aws_instance.web': 'UNKNOWN FACTS_MISSING' })
  })

  test('is followed through the variable of a module with for_each, whose index is kept in the address', () => {
    const module = 'module.app["a.b"]'
    const inside = aChange('aws_instance.web', { instance_type: 'm5.large' }, { ...UNKNOWN_AMI, module, index: 0 })
    const call = {
      expressions: { ami: refers('aws_ami.built.id', 'aws_ami.built') },
      module: { resources: [aSource('aws_instance.web', { ami: refers('var.ami') })] },
    }
    const plan = aPlan({ changes: [aRegistered(), inside], calls: { app: call } })
    expect(Object.keys(fitOf(plan))).toEqual(['module.app["a.b"].aws_instance.web[0]'])
    expect(Object.values(fitOf(plan))[0]).toContain('FAILED VIRT_TYPE_UNSUPPORTED')
  })

  test('is followed through the output of a module', () => {
    const image = { ...aRegistered(), address: 'module.img.aws_ami.built', module_address: 'module.img' }
    const output = { expression: refers('aws_ami.built.id', 'aws_ami.built') }
    const plan = aPlan({
      changes: [image, waiting],
      sources: [aSource('aws_instance.web', { ami: refers('module.img.ami', 'module.img') })],
      calls: { img: { module: { outputs: { ami: output } } } },
    })
    expect(fitOf(plan)['aws_instance.web']).toContain('FAILED VIRT_TYPE_UNSUPPORTED')
  })

  test('is the one of its own index, where images of one resource differ', () => {
    const at = (index: number) => aChange('aws_instance.web', { instance_type: 'm5.large' }, { ...UNKNOWN_AMI, index })
    const hvm = { virtualization_type: 'hvm', ena_support: true, boot_mode: null, root_device_type: 'ebs' }
    const own = refers('aws_ami.built', 'count.index')
    const build = (ami: object) =>
      aPlan({
        changes: [
          aRegistered({}, 0),
          aChange('aws_ami.built', { ...HVM, ...hvm }, { unknown: { id: true }, index: 1 }),
          at(0),
          at(1),
        ],
        sources: [aSource('aws_instance.web', { ami })],
      })
    const answers = Object.values(fitOf(build(own)))
    expect(answers[0]).toContain('FAILED VIRT_TYPE_UNSUPPORTED')
    expect(answers[1]).toBe('PASSED')
    expect(Object.values(fitOf(build(refers('aws_ami.built[0].id', 'aws_ami.built[0]', 'aws_ami.built'))))).toEqual([
      'UNKNOWN FACTS_MISSING',
      'UNKNOWN FACTS_MISSING',
    ])
  })
})

describe('a registered image', () => {
  test('is evaluated by the rules about images, with the defaults that the provider writes out', () => {
    const rules = findingsOf(aPlan({ changes: [aRegistered()] })).map(({ rule, status }) => `${rule} ${status}`)
    expect(rules).toEqual(['paravirtual-image FAILED', 'incompatible-image FAILED'])
  })

  test('as a copy has the facts of its source', () => {
    const copy = aChange('aws_ami_copy.c', { source_ami_id: ID }, { unknown: { id: true, virtualization_type: true } })
    const found = [aFoundImage(ID, { virtualization_type: 'paravirtual' })]
    expect(findingsOf(aPlan({ found, changes: [copy] })).map(({ rule }) => rule)).toContain('paravirtual-image')
  })
})

describe('what launches nothing has no finding', () => {
  const before = { ami: ID, instance_type: 't4g.micro', tags: {} }
  test.each([
    ['a no-op', aChange('aws_instance.web', before, { actions: ['no-op'], before })],
    ['a destroy', aChange('aws_instance.web', null, { actions: ['delete'], before })],
    ['a forget', aChange('aws_instance.web', null, { actions: ['forget'], before })],
    ['a change of tags', aChange('aws_instance.web', { ...before, tags: { a: '1' } }, { actions: ['update'], before })],
  ])('%s', (_, change) => expect(findingsOf(aPlan({ found: [aFoundImage(ID)], changes: [change] }), true)).toEqual([]))
})

describe('a change of an instance', () => {
  const before = { ami: ID, instance_type: 'm5.2xlarge' }
  const resized = aChange(
    'aws_instance.web',
    { ...before, instance_type: 'm6g.2xlarge' },
    { actions: ['update'], before },
  )

  test('in place is a resize, and says so', () => {
    const [finding] = findingsOf(aPlan({ found: [aFoundImage(ID)], changes: [resized] }))
    expect(finding).toMatchObject({ status: 'FAILED', reasons: ['ARCH_UNSUPPORTED'] })
    expect(finding?.message).toContain('The resize of aws_instance.web from m5.2xlarge, which is planned in place,')
  })

  test('across architectures fails though nothing is known of the image', () =>
    expect(fitOf(aPlan({ changes: [resized] }))).toEqual({ 'aws_instance.web': 'FAILED ARCH_UNSUPPORTED' }))

  test('that replaces it is a launch', () => {
    const replaced = { ...resized, change: { ...resized.change, actions: ['delete', 'create'] } }
    const [finding] = findingsOf(aPlan({ found: [aFoundImage(ID)], changes: [replaced] }))
    expect(finding?.message).toMatch(/^aws_instance.web asks for/)
  })
})

describe('an Auto Scaling group', () => {
  const template = (image: string, more: object = {}) =>
    aChange(
      'aws_launch_template.t',
      { image_id: image, instance_type: 'm7i.large', ...more },
      { unknown: { id: true } },
    )
  const launching = { id: refers('aws_launch_template.t.id', 'aws_launch_template.t') }
  const group = (blocks: object, unknown: object) =>
    aChange('aws_autoscaling_group.g', { ...blocks }, { unknown: { ...unknown } })

  test('launches by the template that it refers to', () => {
    const plan = aPlan({
      found: [aFoundImage(ID, ARM)],
      changes: [
        template(ID),
        group({ launch_template: [{ version: '$Latest' }] }, { launch_template: [{ id: true }] }),
      ],
      sources: [aSource('aws_autoscaling_group.g', { launch_template: [launching] })],
    })
    expect(fitOf(plan)).toEqual({
      'aws_launch_template.t': 'FAILED ARCH_UNSUPPORTED',
      'aws_autoscaling_group.g': 'FAILED ARCH_UNSUPPORTED',
    })
  })

  const mixed = (overrides: readonly object[], expressions: readonly object[]) => ({
    ...group(
      {
        mixed_instances_policy: [
          { launch_template: [{ launch_template_specification: [{ version: '$Latest' }], override: overrides }] },
        ],
      },
      {
        mixed_instances_policy: [
          {
            launch_template: [
              { launch_template_specification: [{ launch_template_id: true }], override: overrides.map(() => ({})) },
            ],
          },
        ],
      },
    ),
    source: aSource('aws_autoscaling_group.g', {
      mixed_instances_policy: [
        {
          launch_template: [
            { launch_template_specification: [{ launch_template_id: launching.id }], override: expressions },
          ],
        },
      ],
    }),
  })

  test('is one finding that names every type, and the type of the template is not among them', () => {
    const { source, ...change } = mixed(
      [{ instance_type: 't4g.small' }, { instance_type: 'm7g.large' }, { instance_type: 'm5.large' }],
      [{}, {}, {}],
    )
    const plan = aPlan({ found: [aFoundImage(ID)], changes: [template(ID), change], sources: [source] })
    const findings = findingsOf(plan).filter(
      ({ rule, place }) => rule === 'incompatible-launch' && place.address.includes('group'),
    )
    expect(findings).toHaveLength(1)
    expect(findings[0]?.message).toContain(`${ID} on t4g.small, m7g.large, which`)
  })

  test('whose requirements let EC2 choose the type fits', () => {
    const { source, ...change } = mixed([{ instance_requirements: [{ vcpu_count: [{ min: 2 }] }] }], [{}])
    const plan = aPlan({ found: [aFoundImage(ID)], changes: [template(ID), change], sources: [source] })
    expect(fitOf(plan)['aws_autoscaling_group.g']).toBe('PASSED')
  })

  test('that stays as it is is evaluated while its template becomes another', () => {
    const before = { id: 'lt-1', image_id: 'ami-0b', instance_type: 'm7i.large', latest_version: 1 }
    const changed = aChange('aws_launch_template.t', { ...before, image_id: ID }, { actions: ['update'], before })
    const values = { launch_template: [{ id: 'lt-1', version: '$Latest' }] }
    const still = aChange('aws_autoscaling_group.g', values, { actions: ['no-op'], before: values })
    const plan = aPlan({ found: [aFoundImage(ID, ARM)], changes: [changed, still] })
    expect(fitOf(plan)['aws_autoscaling_group.g']).toBe('FAILED ARCH_UNSUPPORTED')
  })

  test('is UNKNOWN where its template is not in the plan', () =>
    expect(fitOf(aPlan({ changes: [group({ launch_template: [{ id: 'lt-9', version: '1' }] }, {})] }))).toEqual({
      'aws_autoscaling_group.g': 'UNKNOWN FACTS_MISSING',
    }))
})

test('a resource that lint does not read yet is UNKNOWN, and not left out', () =>
  expect(fitOf(aPlan({ changes: [aChange('aws_emr_cluster.n', {})] }))).toEqual({
    'aws_emr_cluster.n': 'UNKNOWN FACTS_MISSING',
  }))

test.each(['0.1', '0.2', '1.0', '1.1', '1.2'])('format_version %s is read', version =>
  expect(fitOf(aPlan({ version, found: [aFoundImage(ID)], changes: [web('t3.micro')] }))).toEqual({
    'aws_instance.web': 'PASSED',
  }),
)

test('nothing of a plan is written but what is evaluated', () => {
  const secret = 'hunter2'
  const values = { instance_type: secret, ami: secret, user_data: secret, tags: { Name: secret } }
  const hidden = aChange('aws_instance.b', { ami: ID, instance_type: 't4g.nano' }, { sensitive: { ami: true } })
  const image = aFoundImage(ID, { name: secret, architecture: `${secret} x` })
  const plan = aPlan({ found: [image], changes: [aChange('aws_instance.a', values), hidden] })
  const written = JSON.stringify(findingsOf(plan, true))
  expect(written).not.toContain(secret)
  expect(written).not.toContain(ID)
})

test('the order of resources changes nothing', () => {
  const changes = [
    aRegistered(),
    web('t4g.micro'),
    aChange('aws_instance.b', { ami: 'ami-0b', instance_type: 't3.nano' }),
  ]
  const found = [aFoundImage(ID), aFoundImage('ami-0b', ARM, 'b')]
  const sorted = (plan: unknown) => findingsOf(plan).toSorted((a, b) => a.id.localeCompare(b.id))
  expect(sorted(aPlan({ changes: changes.toReversed(), found: found.toReversed() }))).toEqual(
    sorted(aPlan({ changes, found })),
  )
})
