import fc from 'fast-check'
import type { Situation } from '../../shared/engine/decide.ts'
import type { Actor, InstanceFacts } from '../../shared/facts/facts.ts'
import { anInstance, imageSubject, instanceSubject, NOW, refusedLaunch } from '../support/findings.ts'

/** A failed rule on enforce, on an instance that nothing protects. */
export const situation = ({
  facts = {},
  unknown = [],
  ...more
}: Partial<Situation> & {
  readonly facts?: InstanceFacts
  readonly unknown?: readonly (keyof InstanceFacts)[]
} = {}): Situation => ({
  subject: instanceSubject(facts, unknown),
  actor: {},
  status: 'FAILED',
  rule: { mode: 'enforce', severity: 'MEDIUM', options: {} },
  stop: { graceSeconds: 900, budget: { stops: 5, perSeconds: 600 } },
  exemption: 'none',
  now: NOW,
  canStop: true,
  stopsDisabled: false,
  ...more,
})

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** As the readers build facts: an unknown one is an absent key. */
const withoutUndefined = <T extends object>(facts: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  JSON.parse(JSON.stringify(facts))

const OWNER_TAGS = [
  'eks:cluster-name',
  'aws:eks:cluster-name',
  'kubernetes.io/cluster/blue',
  'karpenter.sh/nodepool',
  'aws:ecs:clusterName',
]
/** Written anew, not taken from the code. */
export const SERVICES_THAT_REPLACE = [
  'autoscaling.amazonaws.com',
  'ec2fleet.amazonaws.com',
  'spotfleet.amazonaws.com',
  'eks.amazonaws.com',
  'eks-nodegroup.amazonaws.com',
  'ecs.amazonaws.com',
  'elasticmapreduce.amazonaws.com',
  'batch.amazonaws.com',
  'elasticbeanstalk.amazonaws.com',
] as const
const MORE_OWNER_TAGS = [
  'aws:elasticmapreduce:job-flow-id',
  'AWSBatchServiceTag',
  'elasticbeanstalk:environment-name',
  'aws:ec2:fleet-id',
]
export const TAGS_OF_OWNERS: readonly string[] = [
  ...OWNER_TAGS,
  ...MORE_OWNER_TAGS,
  'aws:autoscaling:groupName',
  'AmazonECSManaged',
  'aws:ec2spot:fleet-request-id',
  'aws:autoscaling:groupName',
]

const tags = fc.dictionary(fc.constantFrom('Name', 'team', 'eks', 'fleet', ...TAGS_OF_OWNERS), fc.string(), {
  maxKeys: 2,
})

const instances = fc
  .record({
    instanceId: maybe(fc.constant('i-0123456789abcdef0')),
    rootDeviceType: maybe(fc.constantFrom('ebs', 'instance-store')),
    lifecycle: maybe(fc.constantFrom('on-demand', 'spot', 'scheduled')),
    spotRequest: maybe(fc.constantFrom('persistent', 'one-time')),
    stopProtected: maybe(fc.boolean()),
    managedBy: maybe(fc.constantFrom('eks.amazonaws.com', 'unnamed')),
    state: maybe(fc.constantFrom('pending', 'running')),
    tags: maybe(tags),
  })
  .map((facts): InstanceFacts => withoutUndefined(facts) as InstanceFacts)

const actors = fc
  .record({
    autoScalingGroup: maybe(fc.constantFrom('legacy-web', '')),
    fleet: maybe(fc.constant('fleet-1')),
    via: maybe(fc.constantFrom('cloudformation.amazonaws.com', ...SERVICES_THAT_REPLACE)),
  })
  .map((actor): Actor => withoutUndefined(actor))

const subjects = fc.oneof(
  { weight: 8, arbitrary: instances.map(facts => instanceSubject(facts, absent(facts))) },
  { weight: 1, arbitrary: fc.constant(imageSubject()) },
  { weight: 1, arbitrary: fc.constant(refusedLaunch()) },
)

/** What the builder would fill in where the arbitrary left it unknown. */
function absent(facts: InstanceFacts): readonly (keyof InstanceFacts)[] {
  const keys = ['instanceId', 'rootDeviceType', 'lifecycle', 'tags'] as const
  return keys.filter(key => facts[key] === undefined && anInstance()[key] !== undefined)
}

/** Any situation at all: most are ones in which an instance must be left alone. */
export const situations: fc.Arbitrary<Situation> = fc.record({
  subject: subjects,
  actor: actors,
  status: fc.constantFrom('PASSED', 'FAILED', 'FAILED', 'UNKNOWN'),
  rule: fc.record({
    mode: fc.constantFrom('observe', 'enforce'),
    severity: fc.constantFrom('LOW', 'HIGH'),
    options: fc.constant({}),
  }),
  stop: fc.record({
    graceSeconds: fc.nat(100_000),
    budget: fc.record({ stops: fc.nat(10), perSeconds: fc.nat(1_000) }),
  }),
  exemption: fc.constantFrom('none', 'none', 'exempt', 'undecided'),
  now: fc.constant(NOW),
  canStop: fc.constantFrom(true, true, false, undefined),
  stopsDisabled: fc.boolean(),
})

const INNOCENT_TAGS = ['Name', 'team', 'eks', 'fleet', 'aws:cloudformation:stack-name']

/** A failed rule on an instance that nothing protects, in every way in which that can be. */
export const unprotected: fc.Arbitrary<Situation> = fc
  .record({
    market: fc.constantFrom(
      { lifecycle: 'on-demand' } as const,
      { lifecycle: 'scheduled' } as const,
      { lifecycle: 'spot', spotRequest: 'persistent' } as const,
    ),
    stopProtected: maybe(fc.constant(false)),
    state: maybe(fc.constantFrom('pending', 'running')),
    tags: maybe(fc.dictionary(fc.constantFrom(...INNOCENT_TAGS), fc.string(), { maxKeys: 2 })),
  })
  .map(({ market, ...facts }) => withoutUndefined({ ...facts, ...market }) as InstanceFacts)
  .chain(facts =>
    fc.record({
      subject: fc.constant(
        instanceSubject(
          facts,
          (['lifecycle', 'tags'] as const).filter(key => facts[key] === undefined),
        ),
      ),
      actor: fc.constantFrom<Actor>(
        {},
        { arn: 'a' },
        { via: 'cloudformation.amazonaws.com' },
        { launchTemplate: 'lt-1:2' },
      ),
      mode: fc.constantFrom('observe', 'enforce'),
    }),
  )
  .map(({ mode, ...more }) => situation({ ...more, rule: { mode, severity: 'MEDIUM', options: {} } }))
