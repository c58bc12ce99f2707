import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Recorded answers of DescribeInstanceTypes and cases with known results; they lie beside the project, not in it. */
const FOLDER = join(__dirname, '../../../shared/catalog')

export const SOURCE_FILES = ['describe-instance-types.json', 'supplement-instance-types.json'].map(name =>
  join(FOLDER, name),
)

/** False if the folder is absent, so that a test can be skipped. An error in CI, where it has to exist. */
export const hasReference = (): boolean => {
  if (existsSync(FOLDER)) return true
  if (process.env.CI) throw new Error(`${FOLDER} is absent: the reference data has to be there in CI`)
  return false
}

export type RawType = {
  readonly InstanceType: string
  readonly SupportedRootDeviceTypes: readonly string[]
  readonly SupportedVirtualizationTypes: readonly string[]
  readonly BareMetal: boolean
  readonly Hypervisor?: string
  readonly ProcessorInfo: { readonly SupportedArchitectures: readonly string[] }
  readonly VCpuInfo?: { readonly DefaultVCpus: number }
  readonly MemoryInfo?: { readonly SizeInMiB: number }
  readonly InstanceStorageSupported?: boolean
  readonly InstanceStorageInfo?: { readonly NvmeSupport: string }
  readonly EbsInfo: { readonly NvmeSupport: string }
  readonly NetworkInfo: { readonly EnaSupport: string }
  readonly SupportedBootModes: readonly string[]
}

export const referenceJson = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))

/** Every record that the table was made from. */
export const rawTypes = (): readonly RawType[] =>
  ['describe-instance-types.json', 'supplement-instance-types.json'].flatMap(name => referenceJson(name).InstanceTypes)

/** The types that are known from documents alone. */
export const documented = (): ReadonlySet<string> => {
  const provenance: Record<string, { confidence: string }> = referenceJson('supplement-instance-types.json').Provenance
  return new Set(Object.keys(provenance).filter(name => provenance[name]?.confidence !== 'api-history'))
}
