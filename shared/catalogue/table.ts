import type { InstanceTypeFacts } from '../facts/facts.ts'
import type { InstanceTypes } from '../rules/rule.ts'
import { familyOf } from './family.ts'
import { decodeProfile, type Profile } from './profile.ts'

/** The catalogue as a file: see tools/catalogue, which writes it. */
export type TypeTable = {
  /** The day on which EC2 gave these answers, ISO 8601. */
  readonly asOf: string
  readonly source: string
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[]
  /** Written profiles, see PROFILE_COLUMNS. */
  readonly profiles: readonly string[]
  /** Family to profile index to its sizes: `large 2 8192,metal` is size, vCPUs and memory in MiB where known. */
  readonly families: Readonly<Record<string, Readonly<Record<string, string>>>>
}

type Row = { readonly profile: string; readonly facts: InstanceTypeFacts }

/** Reads a table on demand: a look-up decodes the one family that it asks for, profiles() all of them, each once. */
export const openTable = (table: TypeTable): InstanceTypes => {
  const profileAt = memo((index: string) => decodeProfile(table.profiles[Number(index)] ?? ''))
  const rowsOf = memo((family: string) => familyRows(family, table.families[family] ?? {}, profileAt))
  const byName = memo((family: string) => new Map(rowsOf(family).map(({ facts }) => [facts.instanceType, facts])))
  const profiles = memo((_: 'all') => grouped(Object.keys(table.families).flatMap(rowsOf)))
  return {
    get: instanceType => {
      const family = familyOf(instanceType)
      return Object.hasOwn(table.families, family) ? byName(family).get(instanceType) : undefined
    },
    profiles: () => profiles('all'),
  }
}

const familyRows = (
  family: string,
  sizesByProfile: Readonly<Record<string, string>>,
  profileAt: (index: string) => Profile,
): readonly Row[] =>
  Object.entries(sizesByProfile).flatMap(([index, sizes]) =>
    sizes.split(',').map(text => ({ profile: index, facts: { ...sizeFacts(family, text), ...profileAt(index) } })),
  )

const sizeFacts = (family: string, text: string) => {
  const [size, vCpus, memoryMiB] = text.split(' ')
  return {
    instanceType: `${family}.${size}`,
    ...(vCpus === undefined ? {} : { vCpus: Number(vCpus) }),
    ...(memoryMiB === undefined ? {} : { memoryMiB: Number(memoryMiB) }),
  }
}

const grouped = (rows: readonly Row[]) => {
  const groups = new Map<string, { facts: InstanceTypeFacts; types: string[] }>()
  for (const { profile, facts } of rows) {
    const group = groups.get(profile)
    if (group) group.types.push(facts.instanceType)
    else groups.set(profile, { facts, types: [facts.instanceType] })
  }
  return [...groups.values()]
}

const memo = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new Map<K, V>()
  return key => {
    const found = made.get(key)
    if (found !== undefined) return found
    const value = make(key)
    made.set(key, value)
    return value
  }
}
