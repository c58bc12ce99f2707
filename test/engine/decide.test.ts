import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Decided, decide, type Situation } from '../../shared/engine/decide.ts'
import type { Actor, InstanceFacts } from '../../shared/facts/facts.ts'
import { DECISIONS } from '../../shared/reasons/action.ts'
import { describeReason } from '../../shared/wording/reasons.ts'
import { imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { SERVICES_THAT_REPLACE, situation, situations, TAGS_OF_OWNERS, unprotected } from './situations.ts'

const OBSERVE = { mode: 'observe', severity: 'MEDIUM', options: {} } as const
const ENFORCE = { mode: 'enforce', severity: 'MEDIUM', options: {} } as const
const observed = (more: Parameters<typeof situation>[0] = {}): Situation => situation({ rule: OBSERVE, ...more })
const whyOf = ({ because }: Decided): string => describeReason(because)
const STOPS = ['stop', 'defer', 'would-stop']

/** Written anew, from what EC2 and Auto Scaling do, not from the code: whatever makes a stop wrong. */
const mustBeLeftAlone = ({ subject, actor, status, exemption }: Situation): boolean => {
  if (subject.kind !== 'instance' || status !== 'FAILED' || exemption !== 'none') return true
  const { instanceId, rootDeviceType, lifecycle, spotRequest, stopProtected, managedBy, tags = {} } = subject.instance
  return (
    instanceId === undefined ||
    rootDeviceType !== 'ebs' ||
    lifecycle === undefined ||
    (lifecycle === 'spot' && spotRequest !== 'persistent') ||
    stopProtected === true ||
    managedBy !== undefined ||
    actor.autoScalingGroup !== undefined ||
    actor.fleet !== undefined ||
    SERVICES_THAT_REPLACE.some(service => service === actor.via) ||
    TAGS_OF_OWNERS.some(tag => Object.hasOwn(tags, tag))
  )
}

describe('a decision about a stop', () => {
  test('never promises to stop an instance that must be left alone', () => {
    fc.assert(
      fc.property(situations.filter(mustBeLeftAlone), one => {
        expect(STOPS).not.toContain(decide(one).decision)
      }),
      { numRuns: 1_000 },
    )
  })

  test('says of a rule that observes that an instance without protection would be stopped', () => {
    fc.assert(
      fc.property(unprotected, one => {
        expect(mustBeLeftAlone(one)).toBe(false)
        expect(decide({ ...one, rule: OBSERVE }).decision).toBe('would-stop')
      }),
      { numRuns: 300 },
    )
  })

  test('promises the stop for the end of the grace period if nothing speaks against it', () => {
    expect(decide(situation())).toEqual({
      type: 'stop',
      decision: 'defer',
      because: { code: 'STOP_SCHEDULED', args: { at: '2026-11-24T08:15:30Z' } },
      at: '2026-11-24T08:15:30Z',
    })
    fc.assert(
      fc.property(unprotected, one => {
        expect(decide({ ...one, rule: ENFORCE }).decision).toBe('defer')
      }),
    )
  })

  test('promises the stop in whole seconds, and never sooner than the grace period', () => {
    const now = new Date('2026-11-24T08:00:30.001Z')
    expect(decide(situation({ now })).at).toBe('2026-11-24T08:15:31Z')
  })

  test('promises a stop only if a rule enforces, there is a function that stops, and stops are on', () => {
    fc.assert(
      fc.property(situations, one => {
        const { decision, at } = decide(one)
        if (decision === 'defer')
          expect(one).toMatchObject({ rule: { mode: 'enforce' }, canStop: true, stopsDisabled: false })
        expect(at !== undefined).toBe(decision === 'defer')
        expect(decision).not.toBe('stop')
      }),
      { numRuns: 1_000 },
    )
  })

  test.each<[string, Partial<Situation>, string, string]>([
    ['no function that stops', { canStop: false }, 'alert-only', 'without the function that stops'],
    ['stops switched off', { stopsDisabled: true }, 'would-stop', 'stops are switched off'],
    [
      'nobody who could stop, as on the command line',
      { canStop: undefined },
      'would-stop',
      'a deployed virtguard would stop it',
    ],
  ])('promises no stop with %s', (_, more, decision, reason) => {
    expect(decide(situation(more)).decision).toBe(decision)
    expect(whyOf(decide(situation(more)))).toContain(reason)
  })

  test('that refuses is the same in both modes', () => {
    fc.assert(
      fc.property(situations, one => {
        const inMode = (mode: 'observe' | 'enforce') => decide({ ...one, rule: { ...one.rule, mode } })
        if (inMode('enforce').decision === 'refuse') expect(inMode('observe')).toEqual(inMode('enforce'))
      }),
      { numRuns: 500 },
    )
  })
})

describe('a decision', () => {
  test('has one of the known codes, with a reason in words', () => {
    fc.assert(
      fc.property(situations, one => {
        const decided = decide(one)
        expect(DECISIONS).toContain(decided.decision)
        expect(whyOf(decided)).toMatch(/^\S.*[^\s.]$/)
      }),
    )
  })

  test.each<[string, Situation, string]>([
    ['an UNKNOWN verdict', observed({ status: 'UNKNOWN' }), 'UNKNOWN'],
    ['an exemption that may cover it', observed({ exemption: 'undecided' }), 'an exemption may cover it'],
    [
      'a root on instance store',
      observed({ facts: { rootDeviceType: 'instance-store' } }),
      'EC2 can only terminate it',
    ],
    ['a root that is not known', observed({ unknown: ['rootDeviceType'] }), 'root device is not known'],
    [
      'a Spot instance',
      observed({ facts: { lifecycle: 'spot' } }),
      'it is not known whether its request is persistent',
    ],
    [
      'a one-time Spot instance',
      observed({ facts: { lifecycle: 'spot', spotRequest: 'one-time' } }),
      'EC2 can only terminate it',
    ],
    ['stop protection', observed({ facts: { stopProtected: true } }), 'stop protection'],
    ['a managed instance', observed({ facts: { managedBy: 'eks.amazonaws.com' } }), 'eks.amazonaws.com'],
    ['an instance managed by somebody', observed({ facts: { managedBy: 'unnamed' } }), 'an AWS service'],
    ['an instance without an id', observed({ unknown: ['instanceId'] }), 'no instance is known'],
  ])('refuses to stop for %s, and says so', (_, one, reason) => {
    expect(decide(one)).toMatchObject({ type: 'stop', decision: 'refuse' })
    expect(whyOf(decide(one))).toContain(reason)
  })

  test.each<[string, Actor, InstanceFacts, string]>([
    ['group of the call', { autoScalingGroup: 'legacy-web' }, {}, 'the Auto Scaling group legacy-web'],
    ['service that called', { via: 'autoscaling.amazonaws.com' }, {}, 'an Auto Scaling group'],
    ['cluster tag', {}, { tags: { 'kubernetes.io/cluster/blue': 'owned' } }, 'a Kubernetes cluster'],
    ['node pool', {}, { tags: { 'karpenter.sh/nodepool': 'default' } }, 'a Kubernetes cluster'],
    ['ECS tag', {}, { tags: { AmazonECSManaged: '' } }, 'an ECS cluster'],
    ['EMR tag', {}, { tags: { 'aws:elasticmapreduce:job-flow-id': 'j-1' } }, 'an EMR cluster'],
    ['Batch tag', {}, { tags: { AWSBatchServiceTag: 'batch' } }, 'a Batch compute environment'],
    ['Beanstalk tag', {}, { tags: { 'elasticbeanstalk:environment-name': 'e' } }, 'an Elastic Beanstalk environment'],
    ['service that launched it', { via: 'batch.amazonaws.com' }, {}, 'a Batch compute environment'],
    ['fleet of the call', { fleet: 'fleet-1' }, {}, 'an EC2 fleet'],
    ['fleet', {}, { tags: { 'aws:ec2:fleet-id': 'fleet-1' } }, 'an EC2 fleet'],
  ])('names the owner that would replace the instance by its %s', (_, actor, facts, owner) => {
    const decided = decide(observed({ actor, facts }))
    expect(decided.decision).toBe('refuse')
    expect(whyOf(decided)).toMatch(
      /^it belongs to .*(, which|; if that is so, the owner) would replace it: fix the template$/,
    )
    expect(whyOf(decided)).toContain(`to ${owner}`)
  })

  test.each<[string, string]>([
    ['autoscaling.amazonaws.com', 'AUTO_SCALING_GROUP'],
    ['ec2fleet.amazonaws.com', 'EC2_FLEET'],
    ['spotfleet.amazonaws.com', 'EC2_FLEET'],
    ['eks.amazonaws.com', 'KUBERNETES_CLUSTER'],
    ['eks-nodegroup.amazonaws.com', 'KUBERNETES_CLUSTER'],
    ['ecs.amazonaws.com', 'ECS_CLUSTER'],
    ['elasticmapreduce.amazonaws.com', 'EMR_CLUSTER'],
    ['elasticbeanstalk.amazonaws.com', 'BEANSTALK_ENVIRONMENT'],
  ])('names the owner by the service that launched the instance: %s', (via, owner) => {
    expect(decide(observed({ actor: { via } })).because.args).toMatchObject({ owner, evidence: `call of ${via}` })
  })

  test('names the service that manages the instance if EC2 does', () => {
    const facts = { managedBy: 'eks.amazonaws.com' }
    expect(decide(observed({ facts })).because.args).toMatchObject({ owner: 'AWS_SERVICE', name: 'eks.amazonaws.com' })
  })

  // Nobody's: no service marks its instances so.
  test.each([
    'kube-eks:x',
    'kube-kubernetes.io/cluster/x',
    'kube-karpenter.sh/x',
    'kube-aws:ecs:x',
    'kube-AmazonECSManaged',
    'AmazonECSManagedBy',
    'kube-AWSBatchServiceTag',
    'AWSBatchServiceTags',
    'kube-elasticbeanstalk:x',
    'kube-aws:ec2:fleet-id',
    'kube-aws:ec2spot:fleet-request-id',
    'aws:ec2spot:fleet-request-ids',
  ])('takes a tag that only looks like one of an owner for nobody’s: %s', tag => {
    expect(decide(observed({ facts: { tags: { [tag]: '' } } })).decision).toBe('would-stop')
  })

  test('takes a caller of any other name for nobody who replaces', () => {
    for (const via of ['constructor', 'cloudformation.amazonaws.com', ''])
      expect(decide(observed({ actor: { via } })).decision).toBe('would-stop')
  })

  test('names the group that only the tag of the instance names', () => {
    const facts = { tags: { 'aws:autoscaling:groupName': 'legacy-web' } }
    expect(whyOf(decide(observed({ facts })))).toContain('the Auto Scaling group legacy-web')
  })

  test('names the template to fix if it is known', () => {
    const actor = { autoScalingGroup: 'legacy-web', launchTemplate: 'lt-0abc:4' }
    expect(whyOf(decide(observed({ actor })))).toMatch(/would replace it: fix its launch template lt-0abc:4$/)
  })

  test.each<[string, Situation, string]>([
    ['what passed', situation({ status: 'PASSED' }), 'nothing to do'],
    ['what is exempt', situation({ exemption: 'exempt' }), 'exempt by the policy'],
    ['an image', situation({ subject: imageSubject() }), 'there is no instance to stop'],
    ['a refused launch', situation({ subject: refusedLaunch() }), 'there is no instance to stop'],
  ])('is to alert only for %s', (_, one, reason) => {
    expect(decide(one)).toMatchObject({ type: 'alert', decision: 'alert-only' })
    expect(whyOf(decide(one))).toBe(reason)
  })

  test('says of a refused start or resize that the call was refused, and not that there is no instance', () => {
    const subject = { ...refusedLaunch(), resource: instanceSubject().resource }
    const decided = decide(situation({ subject }))
    expect(decided).toMatchObject({ decision: 'alert-only', because: { code: 'REFUSED_CALL' } })
    expect(whyOf(decided)).not.toContain('no instance')
  })

  test.each([
    [900, 'after 15 min'],
    [90, 'after 90 s'],
    [0, 'at once'],
  ])('of a rule that observes says when enforce would stop: %d s are "%s"', (graceSeconds, words) => {
    const stop = { graceSeconds, budget: { stops: 5, perSeconds: 600 } }
    expect(decide(observed({ stop }))).toEqual({
      type: 'stop',
      decision: 'would-stop',
      because: { code: 'RULE_OBSERVES', args: { graceSeconds } },
    })
    expect(whyOf(decide(observed({ stop })))).toBe(`the rule is on observe; on enforce it would be stopped ${words}`)
  })
})

describe('the basis of a refusal', () => {
  const KUBERNETES = 'kubernetes.io/cluster/x'
  const argsOf = (one: Situation) => decide(one).because.args

  test.each<[string, Actor, InstanceFacts, string, string]>([
    ['a tag of Kubernetes', {}, { tags: { [KUBERNETES]: 'owned' } }, `tag ${KUBERNETES}`, 'launcher'],
    ['a tag of Karpenter', {}, { tags: { 'karpenter.sh/a': '' } }, 'tag karpenter.sh/a', 'launcher'],
    ['a tag of Batch', {}, { tags: { AWSBatchServiceTag: 'batch' } }, 'tag AWSBatchServiceTag', 'launcher'],
    ['a tag of ECS', {}, { tags: { AmazonECSManaged: '' } }, 'tag AmazonECSManaged', 'launcher'],
    ['a tag of Beanstalk', {}, { tags: { 'elasticbeanstalk:x': '' } }, 'tag elasticbeanstalk:x', 'launcher'],
    ['a tag of EKS', {}, { tags: { 'eks:cluster-name': 'x' } }, 'tag eks:cluster-name', 'launcher'],
    ['the tag of AWS for EKS', {}, { tags: { 'aws:eks:cluster-name': 'x' } }, 'tag aws:eks:cluster-name', 'aws'],
    ['the group', { autoScalingGroup: 'web' }, {}, 'tag aws:autoscaling:groupName', 'creator'],
    ['the operator', {}, { managedBy: 'eks.amazonaws.com' }, 'operator of the instance', 'aws'],
    ['the fleet', { fleet: 'fleet-1' }, {}, 'fleet of the launch', 'creator'],
    ['the tag of a fleet', {}, { tags: { 'aws:ec2:fleet-id': 'x' } }, 'tag aws:ec2:fleet-id', 'creator'],
    ['Auto Scaling', { via: 'autoscaling.amazonaws.com' }, {}, 'call of autoscaling.amazonaws.com', 'creator'],
    ['the service', { via: 'batch.amazonaws.com' }, {}, 'call of batch.amazonaws.com', 'aws'],
    ['protection', {}, { stopProtected: true }, 'attribute disableApiStop', 'launcher'],
  ])('is given with who can write it: %s', (_, actor, facts, evidence, writtenBy) => {
    expect(argsOf(observed({ actor, facts }))).toMatchObject({ evidence, writtenBy })
  })

  test('holds no key without a value', () => {
    expect(argsOf(observed({ actor: { fleet: 'fleet-1' } }))).toStrictEqual({
      owner: 'EC2_FLEET',
      evidence: 'fleet of the launch',
      writtenBy: 'creator',
    })
  })

  test('is in the words if the launcher can set it', () => {
    expect(whyOf(decide(observed({ facts: { tags: { [KUBERNETES]: 'owned' } } })))).toBe(
      `it belongs to a Kubernetes cluster according to the tag ${KUBERNETES}, which the launcher can set; if that is so, the owner would replace it: fix the template`,
    )
  })

  test('is what AWS says, even if a tag that anybody can set says something too', () => {
    const tags = { [KUBERNETES]: 'owned', 'aws:ec2:fleet-id': 'fleet-1' }
    expect(argsOf(observed({ facts: { tags } }))).toMatchObject({ owner: 'EC2_FLEET', writtenBy: 'creator' })
    const actor = { via: 'batch.amazonaws.com' }
    expect(argsOf(observed({ actor, facts: { tags: { [KUBERNETES]: '' } } }))).toMatchObject({
      owner: 'BATCH_ENVIRONMENT',
      writtenBy: 'aws',
    })
    const eks = { tags: { 'aws:eks:cluster-name': 'x' } }
    for (const caller of [{ via: 'autoscaling.amazonaws.com' }, { fleet: 'fleet-1' }])
      expect(argsOf(observed({ actor: caller, facts: eks }))).toMatchObject({ evidence: 'tag aws:eks:cluster-name' })
  })
})

describe('a policy that ignores the owner tags which anybody may set', () => {
  const ignoring = (facts: InstanceFacts, actor: Actor = {}) =>
    decide(situation({ facts, actor, stop: { ...situation().stop, ownerTags: 'ignore' } }))

  test.each(TAGS_OF_OWNERS.filter(tag => !tag.startsWith('aws:')))('promises a stop in spite of %s', tag => {
    expect(ignoring({ tags: { [tag]: 'x' } }).decision).toBe('defer')
  })

  test.each(TAGS_OF_OWNERS.filter(tag => tag.startsWith('aws:')))('still refuses a stop for %s', tag => {
    expect(ignoring({ tags: { [tag]: 'x', 'kubernetes.io/cluster/x': '' } }).because).toMatchObject({
      code: 'OWNED',
      args: { writtenBy: expect.stringMatching(/^(aws|creator)$/) },
    })
  })

  test('still refuses a stop for an operator, a fleet, a service and protection', () => {
    expect(ignoring({ managedBy: 'unnamed' }).decision).toBe('refuse')
    expect(ignoring({}, { fleet: 'fleet-1' }).decision).toBe('refuse')
    expect(ignoring({}, { via: 'eks.amazonaws.com' }).decision).toBe('refuse')
    expect(ignoring({ stopProtected: true }).decision).toBe('refuse')
  })
})

describe('an uncertain instance', () => {
  test('is never promised a stop if it is not known whether it is a Spot instance', () => {
    expect(decide(situation({ unknown: ['lifecycle'] })).because).toEqual({ code: 'LIFECYCLE_UNKNOWN' })
  })

  test('is never promised a stop if its root device is of an unknown kind', () => {
    expect(decide(situation({ facts: { rootDeviceType: 'holographic' } })).because).toEqual({
      code: 'ROOT_DEVICE_NOT_EBS',
    })
  })
})
