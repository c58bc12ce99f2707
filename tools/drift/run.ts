import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { CATALOGUE_DATE, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { NAMED_TYPES } from '../../shared/catalogue/named-types.ts'
import { PARTITIONS } from '../../shared/facts/partitions.ts'
import { type Output, runProgram } from '../run-program.ts'
import { compareWithModels, type Drift } from './compare.ts'
import { type Models, readModels } from './models.ts'

const NAMES = 'shared/catalogue/named-types.json'

type Options = { readonly writeNames?: true; readonly table: string }

const describeDrift = ({ what, names, todo }: Drift): string =>
  `${what}${names.length === 0 ? '' : `: ${names.join(', ')}`}; ${todo}`

const writeNames = ({ source, instanceTypes }: Models, file: string): string => {
  const types = loadCatalogue()
  const names = instanceTypes.filter(name => types.get(name) === undefined).toSorted()
  writeFileSync(file, `${JSON.stringify({ source, types: names }, undefined, 2)}\n`)
  return `${file}: ${names.length} types of which the catalogue (of ${CATALOGUE_DATE}) has no facts, as ${source} names them`
}

const compare = ({ out, err }: Output, models: Models): number => {
  const drifts = compareWithModels(models, { types: loadCatalogue(), named: NAMED_TYPES, partitions: PARTITIONS })
  for (const drift of drifts) err(describeDrift(drift))
  out(
    drifts.length === 0
      ? `virtguard knows every name of ${models.source} that it has to decide about.`
      : `${models.source} has ${drifts.length} kinds of names to decide about.`,
  )
  out(
    'No model has the words of EC2’s refusals, nor the envelope of CloudTrail: docs/refusals.md says where they come from.',
  )
  return drifts.length === 0 ? 0 : 1
}

/** Runs one command line; 0 nothing drifted, 1 something did, 2 the user's mistake (one line). */
export const run = async (
  args: readonly string[],
  output: Output,
  read: () => Models = readModels,
): Promise<number> => {
  const { out, err } = output
  let exitCode = 0
  const program = new Command('drift')
    .description('Compare what virtguard knows of EC2 with the models of the installed AWS SDK.')
    .exitOverride()
    .configureOutput({ writeOut: text => out(text.trimEnd()), writeErr: text => err(text.trimEnd()) })
    .option('--write-names', 'write the names of the types of which the catalogue has no facts')
    .option('--table <file>', 'where they are written', NAMES)
    .action((options: Options) => {
      const models = read()
      if (options.writeNames) out(writeNames(models, options.table))
      else exitCode = compare(output, models)
    })
  return runProgram(program, args, { err, answer: () => exitCode })
}
