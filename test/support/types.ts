import { getFamily } from '../../shared/catalogue/family.ts'
import type { DescribedType } from '../../shared/catalogue/from-description.ts'
import type { InstanceTypes, TypeProfile } from '../../shared/catalogue/instance-types.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'

/** A type as DescribeInstanceTypes has it: by default a Nitro type like m5.large. */
export const aDescribedType = (more: DescribedType = {}): DescribedType => ({
  InstanceType: 'm5.large',
  SupportedVirtualizationTypes: ['hvm'],
  Hypervisor: 'nitro',
  BareMetal: false,
  NetworkInfo: { EnaSupport: 'required' },
  EbsInfo: { NvmeSupport: 'required' },
  InstanceStorageSupported: false,
  SupportedBootModes: ['legacy-bios', 'uefi'],
  ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
  SupportedRootDeviceTypes: ['ebs'],
  VCpuInfo: { DefaultVCpus: 2 },
  MemoryInfo: { SizeInMiB: 8192 },
  ...more,
})

/** The facts of a type: by default the same Nitro type. */
export const aType = (more: Partial<InstanceTypeFacts> = {}): InstanceTypeFacts => ({
  instanceType: 'm5.large',
  virtualizationTypes: ['hvm'],
  hypervisor: 'nitro',
  ena: 'required',
  nvmeEbs: 'required',
  nvmeLocal: 'none',
  bootModes: ['legacy-bios', 'uefi'],
  architectures: ['x86_64'],
  rootDeviceTypes: ['ebs'],
  partial: false,
  vCpus: 2,
  memoryMiB: 8192,
  ...more,
})

/** An image that launches on every current x86 type. */
export const anImage = (more: ImageFacts = {}): ImageFacts => ({
  virtualizationType: 'hvm',
  enaSupport: true,
  architecture: 'x86_64',
  bootMode: 'unset',
  rootDeviceType: 'ebs',
  ...more,
})

export const NO_TYPES: InstanceTypes = { get: () => undefined, profiles: () => [] }

/** A profile of one type. */
export const aProfile = (facts: InstanceTypeFacts): TypeProfile => ({
  facts,
  families: [{ name: getFamily(facts.instanceType), count: 1 }],
  types: () => [facts.instanceType],
})

/** The profiles with all that they give, as plain values that can be compared. */
export const writtenOut = (types: InstanceTypes) =>
  types.profiles().map(profile => ({
    facts: profile.facts,
    families: profile.families.map(({ name, count }) => ({ name, count })),
    types: profile.types(),
  }))
