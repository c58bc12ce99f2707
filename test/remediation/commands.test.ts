/** Every command that a remedy prints is one of AWS, with options that it has; and the ways come in the right order. */
import * as autoscaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import type { MigrationTarget } from '../../shared/remediation/migration-target.ts'
import { findRemedy } from '../../shared/remediation/remedy.ts'
import { anInstance } from '../support/findings.ts'

const types = loadCatalogue()

const migration = (facts: InstanceFacts = {}, more: Partial<MigrationTarget> = {}): MigrationTarget => ({
  region: 'eu-west-1',
  instance: anInstance(facts),
  actor: {},
  rootVolumeId: 'vol-0123456789abcdef0',
  isWindows: false,
  isOnDedicatedHost: false,
  isHibernatable: false,
  productCode: 'none',
  imageOwner: 'this-account',
  isImageLaunchable: true,
  ...more,
})

const HVM_ON_XEN: InstanceFacts = { instanceType: 'm4.large', virtualizationType: 'hvm', enaSupport: true }

const CASES: readonly (readonly [string, MigrationTarget])[] = [
  ['PV on EBS', migration()],
  ['PV on instance store', migration({ rootDeviceType: 'instance-store' })],
  ['PV, 32 bit', migration({ architecture: 'i386' })],
  ['PV in a group', migration({}, { actor: { autoScalingGroup: 'web', launchTemplate: 'lt-0123456789abcdef0:4' } })],
  ['PV by a template by name', migration({}, { actor: { launchTemplate: 'web:$Latest' } })],
  ['HVM on Xen', migration(HVM_ON_XEN)],
  ['HVM on Xen without ENA', migration({ ...HVM_ON_XEN, enaSupport: false })],
  ['Windows on Xen', migration(HVM_ON_XEN, { isWindows: true })],
  ['HVM on Xen, stopped and protected', migration({ ...HVM_ON_XEN, state: 'stopped', stopProtected: true })],
  ['HVM on Xen, of which little is known', { region: 'eu-west-1', instance: { ...HVM_ON_XEN }, actor: {} }],
  ['Spot', migration({ ...HVM_ON_XEN, lifecycle: 'spot', spotRequest: 'persistent' })],
  ['HVM on Xen, set up to hibernate', migration(HVM_ON_XEN, { isHibernatable: true })],
  ['HVM on Xen on a Dedicated Host', migration(HVM_ON_XEN, { isOnDedicatedHost: true, productCode: 'abc123' })],
  ['PV in a fleet', migration({ tags: {} }, { actor: { fleet: 'fleet-12345678-1234-1234-1234-123456789012' } })],
  ['PV in a Spot fleet', migration({ tags: {} }, { actor: { fleet: 'sfr-12345678-1234-1234-1234-123456789012' } })],
  [
    'HVM on Xen on instance store',
    migration({ ...HVM_ON_XEN, instanceType: 'm3.large', rootDeviceType: 'instance-store' }),
  ],
]

const commandsOf = (one: MigrationTarget): readonly string[] =>
  findRemedy(one, types).ways.flatMap(({ steps }) => steps.flatMap(({ commands = [] }) => commands))

const pascal = (name: string): string =>
  name
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

// A schema of the SDK is a list: kind, namespace, name, traits, and the names of the members.
const membersOf = (service: string, call: string): readonly string[] => {
  const module: Readonly<Record<string, unknown>> = service === 'ec2' ? { ...ec2 } : { ...autoscaling }
  // One list of groups is named after what it takes.
  const named = call === 'DescribeAutoScalingGroups' ? 'AutoScalingGroupNames' : call
  const schema = [`${named}Request$`, `${named}Type$`].map(name => module[name]).find(Array.isArray)
  const members: unknown = schema?.[4]
  if (!Array.isArray(members)) throw new Error(`the SDK knows no ${service} ${call}`)
  return members.map(String)
}

/** Of every command of the AWS CLI itself, or of Systems Manager, whose SDK is not among ours. */
const OTHER_OPTIONS = ['Region', 'Query', 'Output']
/** Commands of the AWS CLI for which the API has no call. */
const WAITERS = /^aws ec2 wait instance-(running|stopped) --instance-ids i-[0-9a-f]+ --region eu-west-1$/
const DOCUMENTS =
  /^aws ssm describe-document --name AWSSupport-(MigrateXenToNitroLinux|UpgradeWindowsAWSDrivers) --region eu-west-1$/

// The CLI has its own spelling of a few lists.
const spelt = (member: string): readonly string[] => [
  member,
  `${member}s`,
  member.replace(/y$/, 'ies'),
  // A switch has its negation.
  `No${member}`,
]
const unknownIn = (command: string): readonly string[] => {
  if (command.startsWith('virtguard check ') || DOCUMENTS.test(command) || WAITERS.test(command)) return []
  const [, service = '', verb = ''] = /^aws (\S+) (\S+)/.exec(command) ?? []
  const members = membersOf(service, pascal(verb)).flatMap(spelt)
  const options = [...command.replace(/"(?:\\.|[^"\\])*"/g, '""').matchAll(/ --([a-z-]+)/g)].map(([, name = '']) =>
    pascal(name),
  )
  return options.filter(name => !OTHER_OPTIONS.includes(name) && !members.includes(name))
}

test('the check of commands finds what does not exist', () => {
  expect(unknownIn('aws ec2 modify-instance-attribute --instance-id i-1 --virtualization-type hvm')).toEqual([
    'VirtualizationType',
  ])
  expect(() => unknownIn('aws ec2 convert-instance --instance-id i-1')).toThrow('knows no ec2 ConvertInstance')
})

describe.each(CASES)('the remediation %s', (_, one) => {
  test('has only commands and options that exist', () => {
    const commands = commandsOf(one)
    expect(commands.length).toBeGreaterThan(0)
    for (const command of commands) expect({ command, unknown: unknownIn(command) }).toEqual({ command, unknown: [] })
  })

  test('has no step that claims to change the virtualization type', () => {
    for (const command of commandsOf(one))
      expect(command).not.toMatch(/modify-(instance|image)-attribute.*virtualization/)
  })

  test('proposes Nitro types, and none smaller than the present one', () => {
    const { fits, fitsArm } = findRemedy(one, types)
    const like = types.get(one.instance.instanceType ?? '')
    expect(fits.length).toBeGreaterThan(0)
    for (const type of [...fits, ...fitsArm]) {
      expect(type.hypervisor).toBe('nitro')
      expect(type.vCpus).toBeGreaterThanOrEqual(like?.vCpus ?? 0)
      expect(type.memoryMiB).toBeGreaterThanOrEqual(like?.memoryMiB ?? 0)
    }
  })
})

const titles = (one: MigrationTarget): readonly string[] => findRemedy(one, types).ways.map(({ title }) => title)

/** What an instance may be, in every combination. */
const COMBINATIONS: readonly MigrationTarget[] = ['hvm', 'paravirtual'].flatMap(virtualizationType =>
  ['m1.small', 'm4.large', 'x1.16xlarge', 'm7i.large', 'zz9.large'].flatMap(instanceType =>
    ['i386', 'x86_64', 'arm64'].flatMap(architecture =>
      ['ebs', 'instance-store'].flatMap(rootDeviceType =>
        [true, false].flatMap(isWindows =>
          [{}, { autoScalingGroup: 'web', launchTemplate: 'lt-0123456789abcdef0:4' }].map(actor =>
            migration(
              {
                virtualizationType: virtualizationType === 'hvm' ? 'hvm' : 'paravirtual',
                instanceType,
                architecture,
                rootDeviceType,
              },
              { isWindows, actor },
            ),
          ),
        ),
      ),
    ),
  ),
)

describe('no remediation proposes what cannot be done', () => {
  const all = COMBINATIONS.map(one => {
    const remedy = findRemedy(one, types)
    const text = [remedy.why, ...remedy.ways.flatMap(way => [way.title, way.when, JSON.stringify(way.steps)])].join(
      '\n',
    )
    return { one, remedy, text, commands: commandsOf(one).join('\n') }
  })
  const where = (is: (one: MigrationTarget) => boolean) => all.filter(({ one }) => is(one))

  test('to an instance whose root is on instance store: it is neither stopped nor changed', () => {
    for (const { commands, text } of where(({ instance }) => instance.rootDeviceType === 'instance-store')) {
      expect(commands).not.toMatch(/stop-instances|modify-instance-attribute|create-snapshot/)
      expect(text).not.toMatch(/stop it|while the old instance is stopped/)
    }
  })

  test('to a 32-bit system: it stays off Nitro, and no image is made of its disk', () => {
    for (const { commands, text } of where(({ instance }) => instance.architecture === 'i386')) {
      expect(commands).not.toMatch(/--instance-type "|--ena-support| register-image/)
      expect(text).not.toMatch(/can move to Nitro|MigrateXenToNitro/)
    }
  })

  test('to Windows: no tool of Linux, and no Arm type', () => {
    for (const { text, remedy } of where(({ isWindows }) => isWindows === true)) {
      expect(text).not.toMatch(/GRUB|chroot|initramfs|MigrateXenToNitroLinux|al2023|\/dev\/nvme/)
      expect(remedy.fitsArm).toEqual([])
    }
  })

  test('as a move to Nitro, unless there is a path to it', () => {
    for (const { remedy } of all)
      expect(remedy.why.includes('can move to Nitro')).toBe(
        remedy.ways.some(({ title }) => title.startsWith('Move it to Nitro')),
      )
  })
})

describe('the remediation paths', () => {
  test('rebuild PV first, and move it by its volume only if it has one', () => {
    expect(titles(migration())).toEqual(['Rebuild from a current HVM image', 'Move the system to a new HVM volume'])
    expect(titles(migration({ rootDeviceType: 'instance-store' }))).toEqual(['Rebuild from a current HVM image'])
  })

  test('rebuild what no type on Nitro takes: 32 bit, and roots on instance store', () => {
    for (const facts of [{ architecture: 'i386' }, { rootDeviceType: 'instance-store' }]) {
      const one = migration({ ...HVM_ON_XEN, instanceType: 'm3.medium', ...facts })
      expect(titles(one)).toEqual(['Rebuild from a current HVM image'])
      expect(findRemedy(one, types).why).toContain('cannot move to Nitro')
    }
    expect(titles(migration({ architecture: 'i386' }))).toEqual(['Rebuild from a current HVM image'])
  })

  test('correct a member of a group in its template first', () =>
    expect(titles(migration({}, { actor: { autoScalingGroup: 'web' } }))[0]).toBe('Correct the template'))

  test('follow the runbook of AWS for HVM on Xen', () => {
    expect(titles(migration(HVM_ON_XEN))[0]).toBe('Move it to Nitro with the AWS runbook')
    expect(JSON.stringify(findRemedy(migration(HVM_ON_XEN), types))).toContain('AWSSupport-MigrateXenToNitroLinux')
  })

  test('keep the change of type of an instance that can hibernate, if the new type can', () => {
    const { why, ways } = findRemedy(migration(HVM_ON_XEN, { isHibernatable: true }), types)
    expect(why).not.toContain('cannot move')
    expect(ways.find(({ code }) => code === 'MOVE_BY_HAND')?.onlyIf).toEqual(['HIBERNATION_ALLOWS'])
  })

  test('follow the runbook for a product of AWS Marketplace as well, if it supports the new type, and copy no disk of it', () => {
    const product = findRemedy(migration(HVM_ON_XEN, { productCode: 'abc123' }), types)
    expect(product.ways.find(({ code }) => code === 'RUN_RUNBOOK')?.onlyIf).toEqual(['PRODUCT_ALLOWS'])
    const paravirtual = findRemedy(migration({}, { productCode: 'abc123' }), types)
    expect(paravirtual.ways.map(({ code }) => code)).not.toContain('MOVE_VOLUME')
    expect(paravirtual.ways.flatMap(({ steps }) => steps.map(({ code }) => code))).not.toContain('COPY_ROOT')
  })

  test('are none if nothing is wrong, or nothing is known', () => {
    const good = findRemedy(migration({ ...HVM_ON_XEN, instanceType: 'm7i.large' }), types)
    const unknown = findRemedy(migration({ ...HVM_ON_XEN, instanceType: 'zz9.large' }), types)
    expect([good.state, good.ways, unknown.state, unknown.ways]).toEqual(['nothing to do', [], 'not known', []])
  })

  test('let no text of a stranger into a shell', () => {
    const hostile = '"; rm -rf / #'
    const commands = commandsOf(
      migration({ imageId: hostile }, { actor: { autoScalingGroup: hostile, launchTemplate: `${hostile}:1` } }),
    )
    expect(commands.join('\n')).not.toContain('rm -rf')
  })
})
