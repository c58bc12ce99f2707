import type { InstanceTypeFacts, Support } from '../facts/facts.ts'

/** The facts that many types share: all except name and size. */
export type Profile = Omit<InstanceTypeFacts, 'instanceType' | 'vCpus' | 'memoryMiB'>

/** The order of the words of a written profile. */
export const PROFILE_COLUMNS =
  'virtualizationTypes hypervisor ena nvmeEbs nvmeLocal bootModes architectures rootDeviceTypes [partial] [retired] [no-tpm | tpm | tpm:VERSIONS]'

const SUPPORT: readonly Support[] = ['unsupported', 'supported', 'required']
const HYPERVISORS: readonly InstanceTypeFacts['hypervisor'][] = ['nitro', 'xen', 'none']
const FLAGS = ['partial', 'retired', 'no-tpm', 'tpm']
const VERSIONS = 'tpm:'
const LOCAL: readonly InstanceTypeFacts['nvmeLocal'][] = [...SUPPORT, 'none']

const list = (values: readonly string[]): string => values.toSorted().join(',')

/** One line for each distinct profile: equal facts, in any order of their lists, give equal lines. */
export const encodeProfile = (facts: Profile): string =>
  [
    list(facts.virtualizationTypes),
    facts.hypervisor,
    facts.ena,
    facts.nvmeEbs,
    facts.nvmeLocal,
    list(facts.bootModes),
    list(facts.architectures),
    list(facts.rootDeviceTypes),
    ...(facts.partial ? ['partial'] : []),
    ...(facts.retired ? ['retired'] : []),
    ...encodeNitroTpm(facts),
  ].join(' ')

/** Empty if it is not known. */
const encodeNitroTpm = ({ nitroTpm, nitroTpmVersions }: Profile): readonly string[] => {
  if (nitroTpm === undefined) return []
  if (nitroTpm === 'unsupported') return ['no-tpm']
  return [nitroTpmVersions === undefined ? 'tpm' : `tpm:${list(nitroTpmVersions)}`]
}

const decodeNitroTpm = (words: readonly string[]): Pick<Profile, 'nitroTpm' | 'nitroTpmVersions'> => {
  if (words.includes('no-tpm')) return { nitroTpm: 'unsupported' }
  if (words.includes('tpm')) return { nitroTpm: 'supported' }
  const versions = words.find(word => word.startsWith(VERSIONS))
  return versions === undefined
    ? {}
    : { nitroTpm: 'supported', nitroTpmVersions: splitWords(versions.slice(VERSIONS.length)) }
}

/** The inverse of encodeProfile. A line that it did not write is a bug: the error names the word. */
export const decodeProfile = (line: string): Profile => {
  const [virtualization = '', hypervisor = '', ena = '', nvmeEbs = '', nvmeLocal = '', ...rest] = line.split(' ')
  const [bootModes = '', architectures = '', rootDevices = '', ...flags] = rest
  for (const flag of flags) if (!flag.startsWith(VERSIONS)) requireOneOf(FLAGS, flag)
  return {
    virtualizationTypes: splitWords(virtualization),
    hypervisor: requireOneOf(HYPERVISORS, hypervisor),
    ena: requireOneOf(SUPPORT, ena),
    nvmeEbs: requireOneOf(SUPPORT, nvmeEbs),
    nvmeLocal: requireOneOf(LOCAL, nvmeLocal),
    bootModes: splitWords(bootModes),
    architectures: splitWords(architectures),
    rootDeviceTypes: splitWords(rootDevices),
    partial: flags.includes('partial'),
    ...(flags.includes('retired') ? { retired: true } : {}),
    ...decodeNitroTpm(flags),
  }
}

const splitWords = (text: string): readonly string[] => {
  if (text === '') throw new Error('catalogue: a profile lacks a list')
  return text.split(',')
}

const requireOneOf = <T extends string>(known: readonly T[], word: string): T => {
  const found = known.find(value => value === word)
  if (found === undefined) throw new Error(`catalogue: '${word}' is none of ${known.join(', ')}`)
  return found
}
