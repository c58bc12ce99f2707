import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { Partition } from '../../shared/facts/partitions.ts'
import { type Decided, ENUMS, OPERATIONS, SHAPES } from './decided.ts'
import type { Models, PartitionModel } from './models.ts'

/** A name of AWS without a decision here, or one of ours that AWS does not have any more. */
export type Drift = { readonly what: string; readonly names: readonly string[]; readonly todo: string }

type Known = {
  readonly types: InstanceTypes
  /** Types that are known by their names alone. */
  readonly named: readonly string[]
  readonly partitions: readonly Partition[]
}

const listDecided = ({ used, ignored }: Decided): readonly string[] => [...used, ...Object.values(ignored).flat()]

const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter(name => !others.includes(name))

const DECIDE = 'decide in tools/drift/decided.ts whether it is used or ignored'
const REMOVE = 'remove it from tools/drift/decided.ts, and what reads it'

const compareNames = (
  what: string,
  model: readonly string[] | undefined,
  ours: readonly string[],
): readonly Drift[] => {
  if (model === undefined) return [{ what: `${what}: the model has none of this name`, names: [], todo: REMOVE }]
  return [
    { what: `${what}: new`, names: without(model, ours), todo: DECIDE },
    { what: `${what}: missing`, names: without(ours, model), todo: REMOVE },
  ].filter(({ names }) => names.length > 0)
}

const compareTypes = ({ instanceTypes }: Models, { types, named }: Known): readonly Drift[] => {
  const isKnown = (name: string): boolean => types.get(name) !== undefined
  return [
    {
      what: 'Instance types that the catalogue does not name',
      names: instanceTypes.filter(name => !isKnown(name) && !named.includes(name)),
      todo: 'npm run drift -- --write-names, and the facts with npm run catalogue',
    },
    {
      what: 'Instance types known by their names alone, of which the catalogue has facts by now',
      names: named.filter(isKnown),
      todo: 'npm run drift -- --write-names',
    },
  ].filter(({ names }) => names.length > 0)
}

const describePartition = ({ id, regions, dnsSuffix }: PartitionModel): string => `${id} ${regions} ${dnsSuffix}`

const comparePartitions = ({ partitions }: Models, known: Known): readonly Drift[] => {
  // AWS's patterns escape characters without need, and group with capturing parentheses.
  const plain = (pattern: string): string => pattern.replaceAll('\\-', '-').replaceAll('(?:', '(')
  const toModel = ({ id, regions, dnsSuffix }: Partition) => ({ id, regions: plain(regions.source), dnsSuffix })
  const model = partitions.map(one => describePartition({ ...one, regions: plain(one.regions) }))
  const ours = known.partitions.map(one => describePartition(toModel(one)))
  const todo = 'change shared/facts/partitions.ts'
  return [
    { what: 'Partitions: new or changed', names: without(model, ours), todo },
    { what: 'Partitions: missing or changed', names: without(ours, model), todo },
  ].filter(({ names }) => names.length > 0)
}

/** The names in AWS's models without a decision here, and the other way round. */
export const compareWithModels = (models: Models, known: Known): readonly Drift[] => [
  ...compareTypes(models, known),
  ...Object.entries(SHAPES).flatMap(([shape, decided]) =>
    compareNames(`Members of ${shape}`, models.membersOf(shape), listDecided(decided)),
  ),
  ...Object.entries(ENUMS).flatMap(([name, values]) =>
    compareNames(`Values of ${name}`, models.valuesOf(name), values),
  ),
  ...compareNames('Calls that may launch', models.operations, listDecided(OPERATIONS)),
  ...comparePartitions(models, known),
]
