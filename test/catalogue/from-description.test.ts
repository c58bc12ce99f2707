import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { type DescribedType, typeFromDescription } from '../../shared/catalogue/from-description.ts'
import { EventError } from '../../shared/errors.ts'
import { aDescribedType, aType } from '../support/types.ts'

const said = (described: DescribedType): string => {
  try {
    typeFromDescription(described)
  } catch (error) {
    if (error instanceof EventError) return error.message
    throw error
  }
  return 'read'
}

const without = (key: keyof DescribedType): DescribedType => {
  const { [key]: _, ...rest } = aDescribedType()
  return rest
}

describe('a DescribeInstanceTypes record', () => {
  test('gives the facts of its type', () => {
    expect(typeFromDescription(aDescribedType())).toEqual(aType())
  })

  test('has the shape that the SDK returns', () => {
    const info: InstanceTypeInfo = { InstanceType: 'm5.large' }
    expect(said(info)).toContain('m5.large: SupportedVirtualizationTypes is missing')
  })

  test('has no hypervisor on bare metal, and only there', () => {
    const bare = { ...without('Hypervisor'), BareMetal: true }
    expect(typeFromDescription(bare).hypervisor).toBe('none')
    expect(said(without('Hypervisor'))).toBe('m5.large: Hypervisor is missing from its DescribeInstanceTypes record')
    expect(said({ ...without('Hypervisor'), BareMetal: undefined })).toContain('Hypervisor is missing')
  })

  test('gives the same facts with its lists in any order', () => {
    const turned = aDescribedType({ SupportedBootModes: ['uefi', 'legacy-bios'] })
    expect(typeFromDescription(turned)).toEqual(aType())
  })

  test.each([
    ['SupportedVirtualizationTypes', 'SupportedVirtualizationTypes'],
    ['NetworkInfo', 'NetworkInfo.EnaSupport'],
    ['EbsInfo', 'EbsInfo.NvmeSupport'],
    ['InstanceStorageSupported', 'InstanceStorageSupported'],
    ['SupportedBootModes', 'SupportedBootModes'],
    ['ProcessorInfo', 'ProcessorInfo.SupportedArchitectures'],
    ['SupportedRootDeviceTypes', 'SupportedRootDeviceTypes'],
  ] as const)('without %s is refused by name', (key, field) => {
    expect(said(without(key))).toBe(`m5.large: ${field} is missing from its DescribeInstanceTypes record`)
  })

  test('with an empty list is refused: no type supports nothing', () => {
    expect(said(aDescribedType({ SupportedBootModes: [] }))).toContain('SupportedBootModes is missing')
  })

  test('with an instance store has to say how its disks are attached', () => {
    const stored = aDescribedType({ InstanceStorageSupported: true })
    expect(said(stored)).toContain('InstanceStorageInfo.NvmeSupport is missing')
    expect(typeFromDescription({ ...stored, InstanceStorageInfo: { NvmeSupport: 'required' } }).nvmeLocal).toBe(
      'required',
    )
  })

  test('with an unknown word is refused, and not read as no', () => {
    expect(said(aDescribedType({ Hypervisor: 'kvm' }))).toBe("m5.large: Hypervisor is 'kvm', expected nitro or xen")
    expect(said(aDescribedType({ NetworkInfo: { EnaSupport: 'yes' } }))).toContain("EnaSupport is 'yes'")
  })

  test('without a name is refused', () => {
    expect(said(without('InstanceType'))).toContain('no InstanceType')
  })

  test('without vCPUs and memory leaves both unknown', () => {
    const facts = typeFromDescription({ ...without('VCpuInfo'), MemoryInfo: undefined })
    expect(Object.keys(facts)).not.toEqual(expect.arrayContaining(['vCpus']))
    expect('memoryMiB' in facts).toBe(false)
  })
})
