/** What an instance may be, property by property, and every combination of it. */
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { Actor, InstanceFacts } from '../../shared/facts/facts.ts'
import type { MigrationTarget } from '../../shared/remediation/migration-target.ts'

export type Change = (target: MigrationTarget) => MigrationTarget

export const of =
  (facts: InstanceFacts): Change =>
  target => ({ ...target, instance: { ...target.instance, ...facts } })
export const beside =
  (facts: Partial<MigrationTarget>): Change =>
  target => ({ ...target, ...facts })
export const owned =
  (actor: Actor, tags: Readonly<Record<string, string>>): Change =>
  target => ({ ...target, actor, instance: { ...target.instance, tags } })

export const TEMPLATE = { launchTemplate: 'lt-0123456789abcdef0:4' }
export const GROUP_TAG = { 'aws:autoscaling:groupName': 'web' }

/** What is known of each property, by its name. Whatever is left out of a combination is not known. */
export const PROPERTIES = {
  state: ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'].map(state => of({ state })),
  root: ['ebs', 'instance-store'].map(rootDeviceType => of({ rootDeviceType })),
  lifecycle: [
    of({ lifecycle: 'on-demand' }),
    of({ lifecycle: 'spot', spotRequest: 'one-time' }),
    of({ lifecycle: 'spot', spotRequest: 'persistent' }),
    of({ lifecycle: 'spot' }),
    of({ lifecycle: 'scheduled' }),
  ],
  owner: [
    owned({}, {}),
    owned({ autoScalingGroup: 'web', ...TEMPLATE }, GROUP_TAG),
    owned({ autoScalingGroup: 'web' }, GROUP_TAG),
    owned({ fleet: 'fleet-1', ...TEMPLATE }, { 'aws:ec2:fleet-id': 'fleet-1' }),
    owned({ fleet: 'sfr-1' }, { 'aws:ec2spot:fleet-request-id': 'sfr-1' }),
    owned({ autoScalingGroup: 'web', ...TEMPLATE }, { ...GROUP_TAG, 'eks:nodegroup-name': 'n' }),
    owned({}, { 'karpenter.sh/nodepool': 'n' }),
    owned({ autoScalingGroup: 'web' }, { ...GROUP_TAG, 'aws:ecs:clusterName': 'c' }),
    owned({}, { 'aws:elasticmapreduce:job-flow-id': 'j' }),
    owned({}, { AWSBatchServiceTag: 'batch' }),
    owned({}, { 'elasticbeanstalk:environment-name': 'e' }),
    target => of({ managedBy: 'eks.amazonaws.com' })(owned({}, {})(target)),
    owned(TEMPLATE, {}),
    owned({ stack: 'web' }, {}),
  ],
  /** What decides a change in place: On-Demand or not, 32 or 64 bit, and whether there is no owner, one, or perhaps one. */
  market: [of({ lifecycle: 'on-demand' }), of({ lifecycle: 'spot', spotRequest: 'persistent' })],
  bits: [of({ architecture: 'i386' }), of({ architecture: 'x86_64' })],
  freedom: [owned({}, {}), owned({ autoScalingGroup: 'web' }, GROUP_TAG), owned({}, { 'karpenter.sh/nodepool': 'n' })],
  system: [beside({ isWindows: true }), beside({ isWindows: false })],
  architecture: ['i386', 'x86_64', 'arm64'].map(architecture => of({ architecture })),
  boot: (['legacy-bios', 'uefi', 'uefi-preferred', 'unset'] as const).map(bootMode => of({ bootMode })),
  host: [beside({ isOnDedicatedHost: true }), beside({ isOnDedicatedHost: false })],
  hibernation: [beside({ isHibernatable: true }), beside({ isHibernatable: false })],
  product: [beside({ productCode: 'abc123' }), beside({ productCode: 'none' })],
  stopProtection: [of({ stopProtected: true }), of({ stopProtected: false })],
  ena: [of({ enaSupport: true }), of({ enaSupport: false })],
  image: [
    beside({ imageOwner: 'this-account', isImageLaunchable: true }),
    beside({ imageOwner: 'another', isImageLaunchable: true }),
    beside({ imageOwner: 'gone', isImageLaunchable: false }),
  ],
} as const satisfies Readonly<Record<string, readonly Change[]>>

export type Property = keyof typeof PROPERTIES

export const NOTHING_KNOWN: MigrationTarget = {
  region: 'eu-west-1',
  instance: { instanceId: 'i-0123456789abcdef0', imageId: 'ami-0abcdef1234567890' },
  actor: {},
}

/** Every combination of the values of these properties, as lists of changes in the same order. */
export function* combine(properties: readonly Property[]): Generator<readonly Change[]> {
  const [first, ...rest] = properties
  if (first === undefined) {
    yield []
    return
  }
  for (const one of PROPERTIES[first]) for (const others of combine(rest)) yield [one, ...others]
}

export const apply = (changes: readonly (Change | undefined)[], start: MigrationTarget): MigrationTarget =>
  changes.reduce<MigrationTarget>((target, change) => change?.(target) ?? target, start)

/** Which of so many properties are hidden: none, each one, and all. A condition reads one property, and no two together. */
export const listHidden = (count: number): readonly (readonly number[])[] => {
  const each = Array.from({ length: count }, (_, index) => index)
  return [[], ...each.map(one => [one]), each]
}

/** EC2 stops nothing whose root is on instance store. */
export const isPossible = ({ instance }: MigrationTarget): boolean =>
  instance.rootDeviceType !== 'instance-store' || (instance.state !== 'stopping' && instance.state !== 'stopped')

export const describeOf = (target: MigrationTarget): string => JSON.stringify({ ...target, region: undefined })

const CATALOGUE = loadCatalogue()

/** A few types of the catalogue, because each remedy looks through all that there are. */
export const chooseTypes = (names: readonly string[]): InstanceTypes => ({
  get: name => (names.includes(name) ? CATALOGUE.get(name) : undefined),
  profiles: () =>
    names
      .flatMap(name => CATALOGUE.get(name) ?? [])
      .map(facts => ({
        facts,
        families: [{ name: facts.instanceType, count: 1 }],
        types: () => [facts.instanceType],
      })),
})
