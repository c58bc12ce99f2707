import { describe, expect, test } from '@jest/globals'
import { aTemplate, evaluateTemplate } from './templates.ts'

const UNKNOWN = 'incompatible-launch UNKNOWN FACTS_MISSING'
const XEN = 'xen-hypervisor FAILED XEN_HYPERVISOR'

/** What is found of a resource, and what the finding about the pair says. */
const findingsOf = (Type: string, Properties: object, parts: object = {}) => {
  const { findings } = evaluateTemplate(aTemplate({ It: { Type, Properties } }, parts))
  const found = findings.filter(({ status }) => status !== 'PASSED')
  return {
    rules: found
      .map(({ rule, status, reasons }) => [rule, status, ...reasons].join(' '))
      .filter(text => /^(incompatible-launch|xen-hypervisor)/.test(text)),
    message: found.find(({ rule }) => rule === 'incompatible-launch')?.message ?? '',
  }
}

const anEmrCluster = (Instances: object, more: object = {}) =>
  findingsOf('AWS::EMR::Cluster', { ReleaseLabel: 'emr-7.1.0', Instances, ...more })

describe('what a service launches with an image of its own', () => {
  test.each([
    ['AWS::Cloud9::EnvironmentEC2', { ImageId: 'amazonlinux-2023-x86_64', InstanceType: 't2.micro' }, 'Cloud9 takes'],
    [
      'AWS::ImageBuilder::InfrastructureConfiguration',
      { InstanceTypes: ['m7i.large', 't2.micro'] },
      'Image Builder takes',
    ],
    ['AWS::EMR::InstanceGroupConfig', { InstanceType: 'm4.large' }, 'EMR takes'],
    ['AWS::EMR::InstanceFleetConfig', { InstanceTypeConfigs: [{ InstanceType: 'm4.large' }] }, 'EMR takes'],
  ])('%s is UNKNOWN as a pair, says why, and its types are evaluated', (type, properties, why) => {
    const { rules, message } = findingsOf(type, properties)
    expect(rules).toEqual([UNKNOWN, XEN])
    expect(message).toContain(why)
  })

  test.each([
    [
      'a group',
      { MasterInstanceGroup: { InstanceType: 'm7i.xlarge' }, CoreInstanceGroup: { InstanceType: 'm4.large' } },
    ],
    ['a list of groups', { TaskInstanceGroups: [{ InstanceType: 'm7i.xlarge' }, { InstanceType: 'm4.large' }] }],
    ['a fleet', { CoreInstanceFleet: { InstanceTypeConfigs: [{ InstanceType: 'm4.large' }] } }],
    ['a list of fleets', { TaskInstanceFleets: [{ InstanceTypeConfigs: [{ InstanceType: 'm4.large' }] }] }],
  ])('a cluster of EMR has the types of %s', (_, instances) =>
    expect(anEmrCluster(instances).rules).toEqual([UNKNOWN, XEN]),
  )

  test('a cluster of EMR with an image of yours names it', () => {
    const { message } = anEmrCluster(
      { MasterInstanceGroup: { InstanceType: 'm7i.xlarge' } },
      { CustomAmiId: 'ami-0123456789abcdef0' },
    )
    expect(message).toContain('ami-0123456789abcdef0')
    expect(message).not.toContain('EMR takes')
  })

  test('a type that is a parameter is each of its values', () => {
    const parts = {
      Parameters: { Type: { Type: 'String', Default: 'm7i.large', AllowedValues: ['m7i.large', 't2.micro'] } },
    }
    const { rules } = findingsOf('AWS::Cloud9::EnvironmentEC2', { InstanceType: { Ref: 'Type' } }, parts)
    expect(rules).toEqual([UNKNOWN, XEN])
  })

  test('a cluster of EMR without groups is UNKNOWN', () => expect(anEmrCluster({}).rules[0]).toBe(UNKNOWN))
})
