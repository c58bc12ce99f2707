import { describe, expect, test } from '@jest/globals'
import type { Actor } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { aLaunchRequest, anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'

const actorOf = (record: unknown): Actor => {
  const event = readEvent(record)
  return event.kind === 'ignored' ? {} : event.actor
}

const taggedWith = (tags: Record<string, string>, request = aLaunchRequest()): Actor =>
  actorOf(aRunInstancesRecord({ instances: [anInstanceItem({ tags })], request }))

describe('the actor of a call', () => {
  test.each([
    [{ userIdentity: { invokedBy: 'autoscaling.amazonaws.com' } }, 'autoscaling.amazonaws.com'],
    [{ userIdentity: { invokedBy: 'AWS Internal' } }, 'AWS Internal'],
    [{ sourceIPAddress: 'ec2fleet.amazonaws.com' }, 'ec2fleet.amazonaws.com'],
    [{ sourceIPAddress: 'autoscaling.amazonaws.com.cn' }, 'autoscaling.amazonaws.com.cn'],
    // Whoever calls writes what they like into it.
    [{ userAgent: 'autoscaling.amazonaws.com' }, undefined],
    [{ userAgent: 'eks-nodegroup.amazonaws.com', sourceIPAddress: '203.0.113.7' }, undefined],
    [{ userAgent: 'console.ec2.amazonaws.com' }, undefined],
    [{ sourceIPAddress: 'AWS Internal', userAgent: 'AWS Internal' }, undefined],
  ])('with the record %j came via %s', (more, via) => {
    expect(actorOf(aRunInstancesRecord({ more })).via).toBe(via)
  })

  test('keeps the name of its session', () => {
    expect(actorOf(aRunInstancesRecord()).arn).toBe('arn:aws:sts::123456789012:assumed-role/Builder/jane')
  })

  test('is nobody if the record names nobody', () => {
    expect(actorOf(aRunInstancesRecord({ more: { userIdentity: null } }))).toEqual({})
  })
})

describe('the owner for whom a launch was made', () => {
  test.each([
    ['aws:autoscaling:groupName', 'web', 'autoScalingGroup', 'web'],
    ['aws:ec2:fleet-id', 'fleet-1', 'fleet', 'fleet-1'],
    ['aws:ec2spot:fleet-request-id', 'sfr-1', 'fleet', 'sfr-1'],
    ['aws:cloudformation:stack-name', 'shop', 'stack', 'shop'],
    ['eks:cluster-name', 'prod', 'cluster', 'prod'],
    ['aws:eks:cluster-name', 'prod', 'cluster', 'prod'],
    ['aws:ecs:clusterName', 'prod', 'cluster', 'prod'],
    ['kubernetes.io/cluster/prod', 'owned', 'cluster', 'prod'],
    ['aws:ec2launchtemplate:id', 'lt-0abc', 'launchTemplate', 'lt-0abc'],
  ] as const)('is read from the tag %s', (tag, value, fact, expected) => {
    expect(taggedWith({ [tag]: value })).toMatchObject({ [fact]: expected })
  })

  test.each([
    [{ launchTemplateId: 'lt-0abc', version: '4' }, {}, 'lt-0abc:4'],
    [{ launchTemplateName: 'web', version: '4' }, {}, 'web:4'],
    [{ launchTemplateId: 'lt-0abc' }, {}, 'lt-0abc'],
    [{ launchTemplateId: 'lt-0abc', version: '$Latest' }, {}, 'lt-0abc:$Latest'],
    [{ launchTemplateId: 'lt-0abc', version: '$Latest' }, { 'aws:ec2launchtemplate:version': '7' }, 'lt-0abc:7'],
    [{ launchTemplateId: 'lt-0abc' }, { 'aws:ec2launchtemplate:version': '7' }, 'lt-0abc:7'],
    [null, { 'aws:ec2launchtemplate:id': 'lt-0def', 'aws:ec2launchtemplate:version': '2' }, 'lt-0def:2'],
  ])('is the launch template of %j with the tags %j', (launchTemplate, tags, expected) => {
    expect(taggedWith(tags, aLaunchRequest({ more: { launchTemplate } })).launchTemplate).toBe(expected)
  })

  test('is read from the first instance', () => {
    const instances = [
      anInstanceItem({ tags: { 'aws:autoscaling:groupName': 'first' } }),
      anInstanceItem({ instanceId: 'i-02', tags: { 'aws:autoscaling:groupName': 'second' } }),
    ]
    expect(actorOf(aRunInstancesRecord({ instances })).autoScalingGroup).toBe('first')
  })
})
