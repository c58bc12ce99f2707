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

/** Reads a table on demand: a look-up decodes the one family that it asks for, profiles() no more than names. */
export const openTable = (table: TypeTable): InstanceTypes => {
  const profileAt = memo((index: string) => decodeProfile(table.profiles[Number(index)] ?? ''))
  const typesOf = memo((family: string) => familyTypes(family, table.families[family] ?? {}, profileAt))
  const get = (instanceType: string): InstanceTypeFacts | undefined => {
    const family = familyOf(instanceType)
    return Object.hasOwn(table.families, family) ? typesOf(family).get(instanceType) : undefined
  }
  const profiles = memo((_: 'all') =>
    [...namesByProfile(table.families).values()].flatMap(types => {
      const facts = get(types[0] ?? '')
      return facts === undefined ? [] : [{ facts, types }]
    }),
  )
  return { get, profiles: () => profiles('all') }
}

const familyTypes = (
  family: string,
  sizesByProfile: Readonly<Record<string, string>>,
  profileAt: (index: string) => Profile,
): ReadonlyMap<string, InstanceTypeFacts> => {
  const types = new Map<string, InstanceTypeFacts>()
  for (const [index, sizes] of Object.entries(sizesByProfile))
    for (const text of sizes.split(',')) {
      const facts = { ...sizeFacts(family, text), ...profileAt(index) }
      types.set(facts.instanceType, facts)
    }
  return types
}

const namesByProfile = (families: TypeTable['families']): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>()
  for (const [family, sizesByProfile] of Object.entries(families))
    for (const [index, sizes] of Object.entries(sizesByProfile)) {
      const group = names.get(index) ?? []
      names.set(index, group)
      for (const text of sizes.split(',')) group.push(`${family}.${text.split(' ', 1)[0]}`)
    }
  return names
}

const sizeFacts = (family: string, text: string) => {
  const [size, vCpus, memoryMiB] = text.split(' ')
  return {
    instanceType: `${family}.${size}`,
    ...(vCpus === undefined ? {} : { vCpus: Number(vCpus) }),
    ...(memoryMiB === undefined ? {} : { memoryMiB: Number(memoryMiB) }),
  }
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
