import { EventError } from '../errors.ts'
import type { InstanceTypeFacts, Support } from '../facts/facts.ts'

/** The part of DescribeInstanceTypes' InstanceTypeInfo that is read; the SDK's type fits it. */
export type DescribedType = {
  readonly InstanceType?: string | undefined
  readonly SupportedVirtualizationTypes?: readonly string[] | undefined
  readonly Hypervisor?: string | undefined
  readonly BareMetal?: boolean | undefined
  readonly NetworkInfo?: { readonly EnaSupport?: string | undefined } | undefined
  readonly EbsInfo?: { readonly NvmeSupport?: string | undefined } | undefined
  readonly InstanceStorageSupported?: boolean | undefined
  readonly InstanceStorageInfo?: { readonly NvmeSupport?: string | undefined } | undefined
  readonly SupportedBootModes?: readonly string[] | undefined
  readonly ProcessorInfo?: { readonly SupportedArchitectures?: readonly string[] | undefined } | undefined
  readonly SupportedRootDeviceTypes?: readonly string[] | undefined
  readonly NitroTpmSupport?: string | undefined
  readonly NitroTpmInfo?: { readonly SupportedVersions?: readonly string[] | undefined } | undefined
  readonly VCpuInfo?: { readonly DefaultVCpus?: number | undefined } | undefined
  readonly MemoryInfo?: { readonly SizeInMiB?: number | undefined } | undefined
}

/** The facts of one DescribeInstanceTypes record; throws an EventError that names the type and the field that it lacks. */
export const typeFromDescription = (described: DescribedType): InstanceTypeFacts => {
  const instanceType = described.InstanceType
  if (!instanceType) throw new EventError('a record of DescribeInstanceTypes has no InstanceType')
  const field = requireFields(instanceType)
  const vCpus = described.VCpuInfo?.DefaultVCpus
  const memoryMiB = described.MemoryInfo?.SizeInMiB
  return {
    instanceType,
    virtualizationTypes: field.list('SupportedVirtualizationTypes', described.SupportedVirtualizationTypes),
    hypervisor: readHypervisor(instanceType, described),
    ena: field.support('NetworkInfo.EnaSupport', described.NetworkInfo?.EnaSupport),
    nvmeEbs: field.support('EbsInfo.NvmeSupport', described.EbsInfo?.NvmeSupport),
    nvmeLocal: readNvmeLocal(instanceType, described),
    bootModes: field.list('SupportedBootModes', described.SupportedBootModes),
    architectures: field.list('ProcessorInfo.SupportedArchitectures', described.ProcessorInfo?.SupportedArchitectures),
    rootDeviceTypes: field.list('SupportedRootDeviceTypes', described.SupportedRootDeviceTypes),
    partial: false,
    ...readNitroTpm(instanceType, described),
    ...(vCpus === undefined ? {} : { vCpus }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
  }
}

const requireFields = (instanceType: string) => ({
  /** Sorted, because the order in the answer means nothing and changes. */
  list: (name: string, values: readonly string[] | undefined): readonly string[] => {
    if (values === undefined || values.length === 0) throw createLackError(instanceType, name)
    return values.toSorted()
  },
  support: (name: string, value: string | undefined): Support => {
    if (value === 'unsupported' || value === 'supported' || value === 'required') return value
    if (value === undefined) throw createLackError(instanceType, name)
    throw new EventError(`${instanceType}: ${name} is '${value}', expected unsupported, supported or required`)
  },
})

/** EC2 names no hypervisor for bare metal; elsewhere its absence is a record that is not whole. */
const readHypervisor = (instanceType: string, { Hypervisor: value, BareMetal }: DescribedType) => {
  if (value === 'nitro' || value === 'xen') return value
  if (value !== undefined) throw new EventError(`${instanceType}: Hypervisor is '${value}', expected nitro or xen`)
  if (BareMetal !== true) throw createLackError(instanceType, 'Hypervisor')
  return 'none'
}

const readNvmeLocal = (instanceType: string, described: DescribedType): InstanceTypeFacts['nvmeLocal'] => {
  if (described.InstanceStorageSupported === undefined) throw createLackError(instanceType, 'InstanceStorageSupported')
  if (!described.InstanceStorageSupported) return 'none'
  return requireFields(instanceType).support(
    'InstanceStorageInfo.NvmeSupport',
    described.InstanceStorageInfo?.NvmeSupport,
  )
}

/** Answers of before 2022, and documents, do not say it: then it is not known. */
const readNitroTpm = (
  instanceType: string,
  { NitroTpmSupport: support, NitroTpmInfo: info }: DescribedType,
): Pick<InstanceTypeFacts, 'nitroTpm' | 'nitroTpmVersions'> => {
  if (support === undefined) return {}
  if (support !== 'supported' && support !== 'unsupported')
    throw new EventError(`${instanceType}: NitroTpmSupport is '${support}', expected supported or unsupported`)
  const versions = info?.SupportedVersions ?? []
  return { nitroTpm: support, ...(versions.length > 0 && { nitroTpmVersions: versions.toSorted() }) }
}

const createLackError = (instanceType: string, field: string): EventError =>
  new EventError(`${instanceType}: ${field} is missing from its DescribeInstanceTypes record`)
