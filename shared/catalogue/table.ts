import type { InstanceTypeFacts } from '../facts/facts.ts'
import { getFamily } from './family.ts'
import type { Blocked, InstanceTypes, TypeProfile } from './instance-types.ts'
import { decodeProfile, type Profile } from './profile.ts'

/** The catalogue as a file: see tools/catalogue, which writes it. */
export type TypeTable = {
  /** The day on which EC2 gave these answers, ISO 8601. */
  readonly asOf: string
  readonly source: string
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[]
  /** Written profiles, see PROFILE_COLUMNS. */
  readonly profiles: readonly string[]
  /** Family to profile index to its sizes: `large 2 8192,metal` is size, vCPUs and memory in MiB if known. */
  readonly families: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Only in a bundle: values that follow from the rest and take long to compute. */
  readonly blocked?: Readonly<Record<string, Blocked>>
}

/** Reads a table on demand: a look-up decodes one family, profiles() one type of each profile. */
export const openTable = (table: TypeTable): InstanceTypes => {
  const profileAt = memoize((index: string) => decodeProfile(table.profiles[Number(index)] ?? ''))
  const typesOf = memoize((family: string) => expandFamily(family, table.families[family] ?? {}, profileAt))
  const known = new Map<string, InstanceTypeFacts>()
  const look = (instanceType: string): InstanceTypeFacts | undefined => {
    const family = getFamily(instanceType)
    const facts = Object.hasOwn(table.families, family) ? typesOf(family).get(instanceType) : undefined
    if (facts !== undefined) known.set(instanceType, facts)
    return facts
  }
  const get = (instanceType: string): InstanceTypeFacts | undefined => known.get(instanceType) ?? look(instanceType)
  const profiles = memoize((_: 'all') => expandProfiles(table.families, profileAt))
  return { get, profiles: () => profiles('all'), ...(table.blocked && { blocked: table.blocked }) }
}

const expandFamily = (
  family: string,
  sizesByProfile: Readonly<Record<string, string>>,
  profileAt: (index: string) => Profile,
): ReadonlyMap<string, InstanceTypeFacts> => {
  const types = new Map<string, InstanceTypeFacts>()
  for (const index in sizesByProfile)
    for (const text of sizesByProfile[index]?.split(',') ?? []) {
      const facts = { ...parseSizeFacts(family, text), ...profileAt(index) }
      types.set(facts.instanceType, facts)
    }
  return types
}

type FamilySizes = { readonly name: string; readonly count: number; readonly sizes: string }

const expandProfiles = (
  families: TypeTable['families'],
  profileAt: (index: string) => Profile,
): readonly TypeProfile[] => {
  const groups = new Map<string, FamilySizes[]>()
  for (const name in families) {
    const sizesByProfile = families[name]
    for (const index in sizesByProfile) {
      const sizes = sizesByProfile[index] ?? ''
      const group = groups.get(index)
      const member = { name, count: countOf(sizes), sizes }
      if (group === undefined) groups.set(index, [member])
      else group.push(member)
    }
  }
  return Array.from(groups, ([index, members]) => {
    const [{ name, sizes } = { name: '', sizes: '' }] = members
    const facts = { ...parseSizeFacts(name, sizes.split(',', 1)[0] ?? ''), ...profileAt(index) }
    return { facts, families: members, types: () => members.flatMap(expandNames) }
  })
}

const expandNames = ({ name, sizes }: FamilySizes): readonly string[] =>
  sizes.split(',').map(text => `${name}.${text.split(' ', 1)[0]}`)

/** The sizes of a list, without taking it apart. */
const countOf = (sizes: string): number => {
  let count = 1
  for (let at = sizes.indexOf(','); at >= 0; at = sizes.indexOf(',', at + 1)) count += 1
  return count
}

const parseSizeFacts = (family: string, text: string) => {
  const [size, vCpus, memoryMiB] = text.split(' ')
  return {
    instanceType: `${family}.${size}`,
    ...(vCpus === undefined ? {} : { vCpus: Number(vCpus) }),
    ...(memoryMiB === undefined ? {} : { memoryMiB: Number(memoryMiB) }),
  }
}

const memoize = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new Map<K, V>()
  return key => {
    const found = made.get(key)
    if (found !== undefined) return found
    const value = make(key)
    made.set(key, value)
    return value
  }
}
