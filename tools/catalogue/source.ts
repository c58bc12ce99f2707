import * as z from 'zod/mini'
import { type DescribedType, typeFromDescription } from '../../shared/catalogue/from-description.ts'
import { EventError, UserError } from '../../shared/errors.ts'
import type { InstanceTypeFacts } from '../../shared/facts/facts.ts'

/** A file of DescribeInstanceTypes records, or the records of a live call under a name of their own. */
export type Source = { readonly name: string; readonly text: string }

const support = z.optional(z.string())
const words = z.optional(z.array(z.string()))
const record = z.object({
  InstanceType: z.optional(z.string()),
  SupportedVirtualizationTypes: words,
  Hypervisor: z.optional(z.string()),
  BareMetal: z.optional(z.boolean()),
  NetworkInfo: z.optional(z.object({ EnaSupport: support })),
  EbsInfo: z.optional(z.object({ NvmeSupport: support })),
  InstanceStorageSupported: z.optional(z.boolean()),
  InstanceStorageInfo: z.optional(z.object({ NvmeSupport: support })),
  SupportedBootModes: words,
  ProcessorInfo: z.optional(z.object({ SupportedArchitectures: words })),
  SupportedRootDeviceTypes: words,
  NitroTpmSupport: support,
  NitroTpmInfo: z.optional(z.object({ SupportedVersions: words })),
  VCpuInfo: z.optional(z.object({ DefaultVCpus: z.optional(z.int().check(z.positive())) })),
  MemoryInfo: z.optional(z.object({ SizeInMiB: z.optional(z.int().check(z.positive())) })),
})

/** `Provenance` is ours: EC2's own answers have none. A type with an entry was missing from the last answer. */
const answer = z.object({
  InstanceTypes: z.array(record),
  Provenance: z.optional(z.record(z.string(), z.looseObject({ confidence: z.string() }))),
})

/** The facts of all types of all sources, by name. UserError if one cannot be read, lacks a fact or repeats a type. */
export const readSources = (sources: readonly Source[]): ReadonlyMap<string, InstanceTypeFacts> => {
  const found = new Map<string, InstanceTypeFacts>()
  const origin = new Map<string, string>()
  for (const source of sources) {
    for (const facts of readSource(source)) {
      const name = facts.instanceType
      const earlier = origin.get(name)
      if (earlier !== undefined) throw new UserError(`${source.name}: ${name} is also in ${earlier}: keep one of them`)
      origin.set(name, source.name)
      found.set(name, facts)
    }
  }
  return found
}

const readSource = ({ name, text }: Source): readonly InstanceTypeFacts[] => {
  const parsed = answer.safeParse(parseJson({ name, text }))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where = issue === undefined || issue.path.length === 0 ? 'the whole file' : issue.path.join('.')
    throw new UserError(`${name}: not an answer of DescribeInstanceTypes: ${where} is absent or of the wrong kind`)
  }
  const { InstanceTypes, Provenance } = parsed.data
  if (InstanceTypes.length === 0) throw new UserError(`${name}: InstanceTypes is empty`)
  return InstanceTypes.map((each, index) => {
    try {
      return collectFacts(each, Provenance?.[each.InstanceType ?? '']?.confidence)
    } catch (error) {
      if (error instanceof EventError) throw new UserError(`${name}: InstanceTypes[${index}]: ${error.message}`)
      throw error
    }
  })
}

const parseJson = ({ name, text }: Source): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError(`${name}: not JSON`)
  }
}

const collectFacts = (described: DescribedType, confidence: string | undefined): InstanceTypeFacts => {
  const fromDocuments = confidence !== undefined && confidence !== 'api-history'
  const facts = typeFromDescription(fromDocuments ? addStorage(described) : described)
  const { instanceType, vCpus, memoryMiB } = facts
  if (!/^[a-z0-9-]+\.[a-z0-9-]+$/.test(instanceType))
    throw new EventError(`InstanceType '${instanceType}' is not a type's name, e.g. m5.large`)
  if ((vCpus === undefined) !== (memoryMiB === undefined))
    throw new EventError(`${instanceType}: VCpuInfo and MemoryInfo belong together, one is missing`)
  if (confidence === undefined) return facts
  return { ...facts, partial: fromDocuments, retired: true }
}

/**
 * Documents do not say of every old type whether it had an instance store, which is no evidence that it had none. The
 * Xen types that are known from documents alone (cc1, cg1, cr1, hi1, hs1) are of 2013 and before, NVMe disks came
 * with i3 in 2017: so if they had disks, those were not NVMe.
 */
const addStorage = (described: DescribedType): DescribedType =>
  described.InstanceStorageSupported === undefined && described.Hypervisor === 'xen'
    ? { ...described, InstanceStorageSupported: true, InstanceStorageInfo: { NvmeSupport: 'unsupported' } }
    : described
