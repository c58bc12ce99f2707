import { encodeProfile, PROFILE_COLUMNS } from '../../shared/catalogue/profile.ts'
import { openTable, type TypeTable } from '../../shared/catalogue/table.ts'
import type { InstanceTypeFacts } from '../../shared/facts/facts.ts'

/** One line for each difference between the decoded table and the facts of the sources. Empty if they are the same. */
export const listDifferences = (
  table: TypeTable,
  sources: ReadonlyMap<string, InstanceTypeFacts>,
): readonly string[] => {
  const types = openTable(table)
  const listed = types.profiles().flatMap(profile => profile.types())
  const surplus = listed.filter(name => !sources.has(name)).map(name => `${name}: in the table, in no source`)
  const repeated = listed
    .filter((name, index) => listed.indexOf(name) !== index)
    .map(name => `${name}: more than once in the table`)
  const wrong = [...sources].flatMap(([name, facts]) => typeDifferences(name, types.get(name), facts))
  return [...surplus, ...repeated, ...wrong]
}

const typeDifferences = (
  name: string,
  found: InstanceTypeFacts | undefined,
  expected: InstanceTypeFacts,
): readonly string[] => {
  if (found === undefined) return [`${name}: in a source, not in the table`]
  const there = splitWords(found)
  return Object.entries(splitWords(expected))
    .filter(([fact, value]) => there[fact] !== value)
    .map(([fact, value]) => `${name}: ${fact} is ${value} in the source, ${there[fact]} in the table`)
}

const splitWords = (facts: InstanceTypeFacts): Readonly<Record<string, string>> => {
  const written = encodeProfile(facts).split(' ')
  const columns = PROFILE_COLUMNS.split(' ').filter(column => !column.startsWith('['))
  return {
    ...Object.fromEntries(columns.map((column, index) => [column, written[index] ?? 'absent'])),
    partial: String(facts.partial),
    retired: String(facts.retired ?? false),
    nitroTpm: facts.nitroTpm ?? 'unknown',
    nitroTpmVersions: facts.nitroTpmVersions?.join() ?? 'unknown',
    vCpus: String(facts.vCpus ?? 'unknown'),
    memoryMiB: String(facts.memoryMiB ?? 'unknown'),
  }
}
