import { describe, expect, test } from '@jest/globals'
import { readImageDescription, readInstanceDescription } from '../../shared/facts/described.ts'

describe('an instance as DescribeInstances returns it', () => {
  test('has the same facts as in the record of its launch', () => {
    expect(
      readInstanceDescription({
        InstanceId: 'i-01',
        ImageId: 'ami-01',
        InstanceType: 'm1.small',
        VirtualizationType: 'paravirtual',
        Architecture: 'i386',
        RootDeviceType: 'ebs',
        State: { Code: 16, Name: 'running' },
        LaunchTime: new Date('2026-11-24T08:00:00Z'),
        Tags: [{ Key: 'Name', Value: 'old' }, { Key: 'empty' }],
      }),
    ).toEqual({
      instanceId: 'i-01',
      imageId: 'ami-01',
      instanceType: 'm1.small',
      virtualizationType: 'paravirtual',
      enaSupport: false,
      architecture: 'i386',
      bootMode: 'unset',
      rootDeviceType: 'ebs',
      state: 'running',
      launchTime: '2026-11-24T08:00:00Z',
      lifecycle: 'on-demand',
      tags: { Name: 'old', empty: '' },
    })
  })

  test('has ENA off if EC2 leaves it out', () => {
    expect(readInstanceDescription({}).enaSupport).toBe(false)
    expect(readInstanceDescription({ EnaSupport: false }).enaSupport).toBe(false)
    expect(readInstanceDescription({ EnaSupport: true }).enaSupport).toBe(true)
  })

  test('says how it is leased, and who manages it', () => {
    expect(readInstanceDescription({ InstanceLifecycle: 'spot' }).lifecycle).toBe('spot')
    expect(readInstanceDescription({ InstanceLifecycle: 'capacity-block' })).not.toHaveProperty('lifecycle')
    expect(readInstanceDescription({ Operator: { Managed: true, Principal: 'eks.amazonaws.com' } }).managedBy).toBe(
      'eks.amazonaws.com',
    )
    expect(readInstanceDescription({ Operator: { Managed: true } }).managedBy).toBe('unnamed')
    expect(readInstanceDescription({ Operator: { Managed: false } })).not.toHaveProperty('managedBy')
  })
})

describe('an image as DescribeImages returns it', () => {
  test('has no ENA and no boot mode if EC2 names none', () => {
    expect(
      readImageDescription({
        ImageId: 'ami-01',
        Name: 'old',
        VirtualizationType: 'paravirtual',
        Architecture: 'i386',
        RootDeviceType: 'instance-store',
      }),
    ).toEqual({
      imageId: 'ami-01',
      name: 'old',
      virtualizationType: 'paravirtual',
      enaSupport: false,
      architecture: 'i386',
      bootMode: 'unset',
      rootDeviceType: 'instance-store',
      tpmSupport: 'unset',
      instanceTypeSpecification: 'unset',
    })
  })

  test('has the facts that EC2 names', () => {
    expect(
      readImageDescription({
        VirtualizationType: 'hvm',
        EnaSupport: true,
        BootMode: 'uefi',
        TpmSupport: 'v2.0',
        State: 'disabled',
        DeprecationTime: '2026-01-01T00:00:00.000Z',
        InstanceTypeSpecification: {
          SupportedInstanceTypes: [{ InstanceType: 't3.*' }],
          UnsupportedInstanceTypes: [{ InstanceType: 't3.micro' }],
        },
      }),
    ).toEqual({
      virtualizationType: 'hvm',
      enaSupport: true,
      bootMode: 'uefi',
      tpmSupport: 'v2.0',
      imageState: 'disabled',
      deprecationTime: '2026-01-01T00:00:00.000Z',
      instanceTypeSpecification: { supported: ['t3.*'], unsupported: ['t3.micro'] },
    })
  })

  test('limits no type if both of its lists are empty', () => {
    const described = readImageDescription({
      InstanceTypeSpecification: { SupportedInstanceTypes: [], UnsupportedInstanceTypes: [] },
    })
    expect(described.instanceTypeSpecification).toBe('unset')
  })
})
