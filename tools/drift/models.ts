import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { UserError } from '../../shared/errors.ts'
import { MAY_LAUNCH } from './decided.ts'

export type PartitionModel = { readonly id: string; readonly regions: string; readonly dnsSuffix: string }

/** The parts of the installed SDK's models that describe EC2. */
export type Models = {
  /** The package and its version. */
  readonly source: string
  readonly instanceTypes: readonly string[]
  /** The members of a shape. Undefined if the model has no shape of the name. */
  readonly membersOf: (shape: string) => readonly string[] | undefined
  /** The values of an enumeration. Undefined if the model has none of the name. */
  readonly valuesOf: (name: string) => readonly string[] | undefined
  /** The calls that may launch something, by their names. */
  readonly operations: readonly string[]
  readonly partitions: readonly PartitionModel[]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string')

// A shape is a list: its kind, namespace, name, traits, members' names, members' shapes.
const MEMBERS = 4

const CORE = '@aws-sdk/core'

// The package does not export its table, so that it is read as the JSON that it is.
const PARTITIONS = '/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'

const readPartitions = (core: string): readonly PartitionModel[] => {
  const text = /partitionsInfo = (\{[\s\S]*?\n\});/.exec(readFileSync(`${core}${PARTITIONS}`, 'utf8'))?.[1]
  const table: unknown = JSON.parse(text ?? 'null')
  if (!isRecord(table) || !Array.isArray(table['partitions']))
    throw new UserError('@aws-sdk/core: its table of partitions has another form; correct tools/drift/models.ts')
  return table['partitions'].map((one: unknown) => {
    const { id, regionRegex, outputs } = isRecord(one) ? one : {}
    const { dnsSuffix } = isRecord(outputs) ? outputs : {}
    return { id: String(id), regions: String(regionRegex), dnsSuffix: String(dnsSuffix) }
  })
}

/** Reads the models of the installed SDK. Throws UserError if they have another form than expected. */
export const readModels = (): Models => {
  const require = createRequire(import.meta.url)
  const ec2: Readonly<Record<string, unknown>> = require('@aws-sdk/client-ec2')
  const { version } = require('@aws-sdk/client-ec2/package.json')
  const valuesOf = (name: string): readonly string[] | undefined => {
    const values = isRecord(ec2[name]) ? Object.values(ec2[name]) : undefined
    return isTexts(values) ? values : undefined
  }
  const instanceTypes = valuesOf('_InstanceType')
  if (instanceTypes === undefined)
    throw new UserError('@aws-sdk/client-ec2: it lists no instance types; correct tools/drift/models.ts')
  // The client's own copy, which is no dependency of the project.
  const core = createRequire(require.resolve('@aws-sdk/client-ec2'))
    .resolve(CORE)
    .replace(/[\\/]dist-cjs[\\/].*$/, '')
  return {
    source: `@aws-sdk/client-ec2 ${version}`,
    instanceTypes,
    membersOf: shape => {
      const schema = ec2[`${shape}$`]
      const members: unknown = Array.isArray(schema) ? schema[MEMBERS] : undefined
      return isTexts(members) ? members : undefined
    },
    valuesOf,
    operations: Object.keys(ec2).flatMap(name => {
      const operation = /^(\w+)Command$/.exec(name)?.[1]
      return operation !== undefined && MAY_LAUNCH.test(operation) ? operation : []
    }),
    partitions: readPartitions(core),
  }
}
