import { getFamily, getSize } from '../../shared/catalogue/family.ts'
import { encodeProfile, PROFILE_COLUMNS } from '../../shared/catalogue/profile.ts'
import type { TypeTable } from '../../shared/catalogue/table.ts'
import type { InstanceTypeFacts } from '../../shared/facts/facts.ts'

/** The families and profiles of a table, sorted, so that equal facts give equal bytes. */
export const tabulateTypes = (types: Iterable<InstanceTypeFacts>): Pick<TypeTable, 'profiles' | 'families'> => {
  const sorted = [...types].toSorted(compareBySize)
  const profiles = [...new Set(sorted.map(encodeProfile))].toSorted()
  const families: Record<string, Record<string, string>> = {}
  for (const facts of sorted) {
    const family = families[getFamily(facts.instanceType)] ?? {}
    const index = profiles.indexOf(encodeProfile(facts))
    family[index] = family[index] === undefined ? formatSize(facts) : `${family[index]},${formatSize(facts)}`
    families[getFamily(facts.instanceType)] = family
  }
  return { profiles, families }
}

/** JSON with one line for each profile and each family: small, and a change of facts is a change of few lines. */
export const formatTable = ({ asOf, source, inputs, profiles, families }: TypeTable): string => {
  const renderLines = (items: readonly string[]): string => `\n${items.join(',\n')}\n`
  const entries = Object.entries(families).map(([name, sizes]) => `${JSON.stringify(name)}:${JSON.stringify(sizes)}`)
  return `{
"asOf":${JSON.stringify(asOf)},
"source":${JSON.stringify(source)},
"inputs":[${renderLines(inputs.map(input => JSON.stringify(input)))}],
"columns":${JSON.stringify(PROFILE_COLUMNS)},
"profiles":[${renderLines(profiles.map(profile => JSON.stringify(profile)))}],
"families":{${renderLines(entries)}}
}
`
}

const formatSize = ({ instanceType, vCpus, memoryMiB }: InstanceTypeFacts): string =>
  [getSize(instanceType), ...(vCpus === undefined || memoryMiB === undefined ? [] : [vCpus, memoryMiB])].join(' ')

const compareBySize = (a: InstanceTypeFacts, b: InstanceTypeFacts): number =>
  compare(getFamily(a.instanceType), getFamily(b.instanceType)) ||
  (a.vCpus ?? 0) - (b.vCpus ?? 0) ||
  (a.memoryMiB ?? 0) - (b.memoryMiB ?? 0) ||
  compare(a.instanceType, b.instanceType)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
