import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide, type Situation } from '../../shared/engine/decide.ts'
import { DECISIONS } from '../../shared/engine/finding.ts'
import type { Actor, InstanceFacts } from '../../shared/facts/facts.ts'
import { imageSubject, refusedLaunch } from '../support/findings.ts'
import { situation, situations, TAGS_OF_OWNERS, unprotected } from './situations.ts'

const OBSERVE = { mode: 'observe', severity: 'MEDIUM', options: {} } as const
const observed = (more: Parameters<typeof situation>[0] = {}): Situation => situation({ rule: OBSERVE, ...more })
const STOPS = ['stop', 'defer', 'would-stop']

/** Written anew, from what EC2 and Auto Scaling do, not from the code: whatever makes a stop wrong. */
const mustBeLeftAlone = ({ subject, actor, status, exemption }: Situation): boolean => {
  if (subject.kind !== 'instance' || status !== 'FAILED' || exemption !== 'none') return true
  const { instanceId, rootDeviceType, lifecycle, stopProtected, managedBy, tags = {} } = subject.instance
  return (
    instanceId === undefined ||
    rootDeviceType !== 'ebs' ||
    lifecycle === 'spot' ||
    lifecycle === undefined ||
    stopProtected === true ||
    managedBy !== undefined ||
    actor.autoScalingGroup !== undefined ||
    actor.via === 'autoscaling.amazonaws.com' ||
    actor.via === 'ec2fleet.amazonaws.com' ||
    TAGS_OF_OWNERS.some(tag => Object.hasOwn(tags, tag))
  )
}

describe('a stop', () => {
  test('never threatens an instance that must be left alone', () => {
    fc.assert(
      fc.property(situations.filter(mustBeLeftAlone), one => {
        expect(STOPS).not.toContain(decide(one).decision)
      }),
      { numRuns: 1_000 },
    )
  })

  test('would come for an instance that nothing protects, if the rule did not only observe', () => {
    fc.assert(
      fc.property(unprotected, one => {
        expect(mustBeLeftAlone(one)).toBe(false)
        expect(decide({ ...one, rule: OBSERVE }).decision).toBe('would-stop')
      }),
      { numRuns: 300 },
    )
  })

  test('is not promised by this version, which cannot: on enforce it says so', () => {
    expect(decide(situation())).toEqual({
      type: 'alert',
      decision: 'alert-only',
      reason: 'this version of virtguard does not stop instances: the rule is on enforce, and only the alert is sent',
    })
  })

  test('that is refused is refused alike in both modes', () => {
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
  test('is always one of those there are, with a reason in words', () => {
    fc.assert(
      fc.property(situations, one => {
        const { decision, reason } = decide(one)
        expect(DECISIONS).toContain(decision)
        expect(reason).toMatch(/^\S.*[^\s.]$/)
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
    ['a Spot instance', observed({ facts: { lifecycle: 'spot' } }), 'Spot instance'],
    ['stop protection', observed({ facts: { stopProtected: true } }), 'protected against stopping'],
    ['a managed instance', observed({ facts: { managedBy: 'eks.amazonaws.com' } }), 'eks.amazonaws.com'],
    ['an instance managed by somebody', observed({ facts: { managedBy: 'unnamed' } }), 'an AWS service'],
    ['an instance without an id', observed({ unknown: ['instanceId'] }), 'no instance is known'],
  ])('refuses to stop for %s, and says so', (_, one, reason) => {
    expect(decide(one)).toMatchObject({ type: 'stop', decision: 'refuse' })
    expect(decide(one).reason).toContain(reason)
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
    ['fleet', {}, { tags: { 'aws:ec2:fleet-id': 'fleet-1' } }, 'an EC2 fleet'],
  ])('names the owner that would replace the instance: by its %s', (_, actor, facts, owner) => {
    const { decision, reason } = decide(observed({ actor, facts }))
    expect(decision).toBe('refuse')
    expect(reason).toBe(`it belongs to ${owner}, which would replace it: fix the template`)
  })

  // The actor of a launch is read from its first instance; a member's own tag is looked at nowhere yet.
  test('names the group that only the tag of the instance tells of', () => {
    const facts = { tags: { 'aws:autoscaling:groupName': 'legacy-web' } }
    expect(decide(observed({ facts })).decision).toBe('refuse')
  })

  test.each<[string, Situation, string]>([
    ['what passed', situation({ status: 'PASSED' }), 'nothing to do'],
    ['what is exempt', situation({ exemption: 'exempt' }), 'exempt by the policy'],
    ['an image', situation({ subject: imageSubject() }), 'there is no instance to stop'],
    ['a refused launch', situation({ subject: refusedLaunch() }), 'there is no instance to stop'],
  ])('is to alert only for %s', (_, one, reason) => {
    expect(decide(one)).toEqual({ type: 'alert', decision: 'alert-only', reason })
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
      reason: `the rule observes; on enforce it would be stopped ${words}`,
    })
  })
})
