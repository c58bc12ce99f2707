import type { InstanceTypeFacts } from '../facts/facts.ts'
import { getFamily } from './family.ts'
import type { InstanceTypes, TypeProfile } from './instance-types.ts'
import { encodeProfile } from './profile.ts'
import { openTable } from './table.ts'
import table from './types.json' with { type: 'json' }

/** The day on which the built-in facts were EC2's own answer, ISO 8601. */
export const CATALOGUE_DATE: string = table.asOf

const builtIn = openTable(table)

/** The types that virtguard knows without asking. A type that is not in it is unknown, never compatible. */
export const loadCatalogue = (): InstanceTypes => builtIn

/** The types of `base` and `extra`. For a type in both, only the last entry of `extra` counts. */
export const addTypes = (base: InstanceTypes, extra: readonly InstanceTypeFacts[]): InstanceTypes => {
  const added = new Map(extra.map(facts => [facts.instanceType, facts]))
  if (added.size === 0) return base
  let profiles: readonly TypeProfile[] | undefined
  return {
    get: instanceType => added.get(instanceType) ?? base.get(instanceType),
    profiles: () => {
      profiles ??= mergeFacts(base, added)
      return profiles
    },
  }
}

type Group = { readonly facts: InstanceTypeFacts; readonly types: string[] }

const mergeFacts = (base: InstanceTypes, added: ReadonlyMap<string, InstanceTypeFacts>): readonly TypeProfile[] => {
  const groups = new Map<string, Group>()
  for (const { facts, types } of base.profiles()) {
    const kept = types().filter(name => !added.has(name))
    const representative = kept[0] === undefined ? undefined : base.get(kept[0])
    if (representative) groups.set(encodeProfile(facts), { facts: representative, types: kept })
  }
  for (const facts of added.values()) {
    const group = groups.get(encodeProfile(facts))
    if (group) group.types.push(facts.instanceType)
    else groups.set(encodeProfile(facts), { facts, types: [facts.instanceType] })
  }
  return Array.from(groups.values(), getProfile)
}

const getProfile = ({ facts, types }: Group): TypeProfile => {
  const counts = new Map<string, number>()
  for (const family of types.map(getFamily)) counts.set(family, (counts.get(family) ?? 0) + 1)
  return { facts, families: Array.from(counts, ([name, count]) => ({ name, count })), types: () => types }
}
