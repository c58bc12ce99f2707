import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Command } from 'commander'
import * as z from 'zod/mini'
import { openTable, type TypeTable } from '../../shared/catalogue/table.ts'
import { UserError } from '../../shared/errors.ts'
import { type Output, runProgram } from '../run-program.ts'
import { listDifferences } from './compare.ts'
import { describeLive } from './live.ts'
import { readSources, type Source } from './source.ts'
import { formatTable, tabulateTypes } from './write.ts'

type GenerateOptions = {
  readonly asOf?: string
  readonly source?: string
  readonly live?: true
  readonly region?: string
  readonly table: string
}

const TABLE = 'shared/catalogue/types.json'

const EXAMPLE = `
Examples:
  npm run catalogue -- generate types.json --as-of 2026-08-02 --source "aws ec2 describe-instance-types, us-east-1"
  npm run catalogue -- generate --live --region us-east-1
  npm run catalogue -- verify types.json`

/** Runs one command line; 0 done, 1 the table differs from its sources, 2 the user's mistake (one line). */
export const run = async (args: readonly string[], output: Output): Promise<number> => {
  let exitCode = 0
  const program = listCommands(output, code => {
    exitCode = code
  })
  return runProgram(program, args, { err: output.err, answer: () => exitCode })
}

const listCommands = ({ out, err }: Output, finish: (code: number) => void): Command => {
  const program = new Command('catalogue')
    .description('Maintain the built-in table of EC2 instance types.')
    .exitOverride()
    .configureOutput({ writeOut: text => out(text.trimEnd()), writeErr: text => err(text.trimEnd()) })
    .addHelpText('after', EXAMPLE)
  program
    .command('generate')
    .description('write the table from answers of DescribeInstanceTypes, in files or asked for now')
    .argument('[FILE...]', 'JSON files with InstanceTypes, as `aws ec2 describe-instance-types` prints them')
    .option('--as-of <date>', 'the day of the answers, YYYY-MM-DD (with --live: today)')
    .option('--source <text>', 'where the answers come from, one line (with --live: the call and its Region)')
    .option('--live', 'ask EC2 now, with the credentials of the environment; a table of one Region')
    .option('--region <region>', 'the Region to ask, with --live')
    .option('--table <file>', 'the table to write', TABLE)
    .action(async (files: string[], options: GenerateOptions) => out(await generate(files, options)))
  program
    .command('verify')
    .description('prove that the table holds every fact of the sources, and nothing more')
    .argument('<FILE...>', 'the files that it was generated from')
    .option('--table <file>', 'the table to check', TABLE)
    .action((files: string[], options: { readonly table: string }) => {
      const lines = verify(files, options.table)
      for (const line of lines.differences) err(line)
      out(lines.summary)
      finish(lines.differences.length === 0 ? 0 : 1)
    })
  return program
}

const generate = async (files: readonly string[], options: GenerateOptions): Promise<string> => {
  const { sources, asOf, source } = await gather(files, options)
  const types = readSources(sources)
  const inputs = sources.map(({ name, text }) => ({ name: basename(name), sha256: hashSha256(text) }))
  const table = { asOf, source, inputs, ...tabulateTypes(types.values()) }
  // A table is written only if it decodes to its own facts.
  const lost = listDifferences(table, types)
  if (lost.length > 0) throw new Error(`the table loses facts: ${lost.slice(0, 3).join('; ')}`)
  write(options.table, formatTable(table))
  const families = Object.keys(table.families).length
  return `${options.table}: ${types.size} types of ${families} families, ${table.profiles.length} distinct profiles, as of ${asOf}`
}

const gather = async (files: readonly string[], { asOf, source, live, region }: GenerateOptions) => {
  if (asOf !== undefined && !isDate(asOf)) throw new UserError(`--as-of '${asOf}' is not a date: write YYYY-MM-DD`)
  if (!live) {
    if (region !== undefined) throw new UserError('--region goes with --live')
    if (files.length === 0) throw new UserError('nothing to read: name files, or ask EC2 with --live --region REGION')
    if (asOf === undefined) throw new UserError('--as-of is missing: the day of the answers, YYYY-MM-DD')
    if (source === undefined) throw new UserError('--source is missing: say in a line where the answers come from')
    return { sources: files.map(read), asOf, source }
  }
  if (files.length > 0) throw new UserError('--live takes no files: it asks EC2 for all types of the Region')
  if (region === undefined) throw new UserError('--live needs --region, e.g. --region us-east-1')
  const answered = await describeLive(region)
  return {
    sources: [answered],
    asOf: asOf ?? new Date().toISOString().slice(0, 10),
    source: source ?? `DescribeInstanceTypes in ${region}`,
  }
}

const verify = (files: readonly string[], tableFile: string) => {
  const table = parseTable(read(tableFile))
  const sources = files.map(read)
  const types = readSources(sources)
  const found = listDifferences(table, types)
  const recorded = new Set(table.inputs.map(input => input.sha256))
  const same = sources.every(({ text }) => recorded.has(hashSha256(text))) && sources.length === recorded.size
  const bytes = same ? 'the very files it was generated from' : 'not byte for byte the files it was generated from'
  const summary =
    found.length === 0
      ? `${tableFile}: reproduces every fact of ${types.size} types (${bytes})`
      : `${tableFile}: ${found.length} differences (${bytes})`
  return { differences: found, summary }
}

const tableSchema = z.object({
  asOf: z.string(),
  source: z.string(),
  inputs: z.array(z.object({ name: z.string(), sha256: z.string() })),
  profiles: z.array(z.string()),
  families: z.record(z.string(), z.record(z.string(), z.string())),
})

const parseTable = ({ name, text }: Source): TypeTable => {
  try {
    const table = tableSchema.parse(JSON.parse(text))
    openTable(table).profiles()
    return table
  } catch {
    throw new UserError(`${name}: not a table that \`catalogue generate\` wrote`)
  }
}

const read = (file: string): Source => {
  try {
    return { name: file, text: readFileSync(file, 'utf8') }
  } catch (error) {
    throw new UserError(`${file}: cannot be read (${readCode(error)})`)
  }
}

const write = (file: string, text: string): void => {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new UserError(`${file}: cannot be written (${readCode(error)})`)
  }
}

const readCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error'

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text

const hashSha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
