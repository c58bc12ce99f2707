import { extname } from 'node:path'
import { type Command, Option } from 'commander'
import pkg from '../../package.json' with { type: 'json' }
import { UserError } from '../../shared/errors.ts'
import { SEVERITIES, type Severity } from '../../shared/rules/rule.ts'
import { REPORT_FORMATS, type ReportFormat } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { type OrganizationScope, USUAL_ROLE } from '../scan/organization-scope.ts'
import { addScope, parseRoleName, parseUnits, type ScopeOptions, toScope } from './aws-options.ts'
import { collect, formatExamples, parseDate } from './options.ts'

type Options = ScopeOptions & {
  readonly organization?: true
  readonly ou?: readonly string[]
  readonly roleName?: string
  readonly facts?: string
  readonly quick?: true
  readonly images?: true
  readonly templates?: true
  readonly policy?: string
  readonly rule?: readonly string[]
  readonly format?: ReportFormat
  readonly output?: string
  readonly table?: string
  readonly stack?: string
  readonly all?: true
  readonly failOn: Severity
  readonly allowPartial?: true
  readonly now?: Date
  readonly progress: boolean
}

const BY_ENDING: Readonly<Record<string, ReportFormat>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.html': 'html',
}

const chooseFormat = (io: Io, output: string | undefined): ReportFormat => {
  if (output !== undefined) return BY_ENDING[extname(output).toLowerCase()] ?? 'ndjson'
  return io.out.isTerminal ? 'table' : 'ndjson'
}

/** The history that a report shows: only with a ledger that is named. */
const readHistoryFor = async (io: Io, { table, stack, profile, region = [] }: Options, format: ReportFormat) => {
  if (table === undefined && stack === undefined) return []
  if (format !== 'html') throw new UserError('--table and --stack are for the history in a report; add --format html')
  const { readHistory } = await import('../report/read-history.ts')
  const where = {
    ...(table !== undefined && { table }),
    ...(stack !== undefined && { stack }),
    ...(profile !== undefined && { profile }),
    ...(region[0] !== undefined && { region: region[0] }),
  }
  return readHistory(where, io.now())
}

/** The organization to read, if one is asked for. Throws UserError. */
const toOrganization = ({ organization, ou = [], roleName, roleArn = [] }: Options): OrganizationScope | undefined => {
  if (organization !== true) {
    if (ou.length > 0 || roleName !== undefined)
      throw new UserError('--ou and --role-name are for --organization; add it, or leave them out')
    return undefined
  }
  if (roleArn.length > 0)
    throw new UserError('--organization reads every account; leave out --role-arn, or name the role with --role-name')
  return { ous: ou, roleName: roleName ?? USUAL_ROLE }
}

const run = async (io: Io, options: Options): Promise<number> => {
  const { output, facts, quick = false, all = false } = options
  const scope = toScope(options)
  const organization = toOrganization(options)
  if (quick && all) throw new UserError('--quick leaves out what passes; leave out --all, or --quick')
  const { checkRuleId, selectRules, readPolicy } = await import('../policy/policy-file.ts')
  const { loadCatalogue } = await import('../../shared/catalogue/catalogue.ts')
  const { scan } = await import('../scan/scan.ts')
  for (const id of options.rule ?? []) checkRuleId(id)
  const policy = selectRules(await readPolicy(options.policy), options.rule ?? [])
  const now = options.now ?? io.now()
  const format = options.format ?? chooseFormat(io, output)
  const history = await readHistoryFor(io, options, format)
  return scan(io, scope, {
    world: { policy, types: loadCatalogue(), now },
    head: {
      madeAt: io.now(),
      version: pkg.version,
      source: 'scan',
      policy: { name: options.policy ?? 'default', rules: policy.rules },
      quick,
      history,
    },
    options: {
      format,
      ...(output !== undefined && { output }),
      ...(facts !== undefined && { facts }),
      ...(organization !== undefined && { organization }),
      quick,
      images: options.images === true,
      templates: options.templates === true,
      all,
      failOn: options.failOn,
      allowPartial: options.allowPartial === true,
      progress: options.progress,
    },
  })
}

const addParts = (command: Command): Command =>
  command
    .option('--images', 'also the account’s own images that are in use, and by whom')
    .option('--templates', 'also launch templates and Auto Scaling groups: what they would launch')
    .option('--facts <file>', 'also write the facts of the images that are owned or used, for lint --facts')
    .option('--quick', 'read only what EC2’s own filters select: paravirtual, and types that a rule objects to')

const addOrganization = (command: Command): Command =>
  command
    .option('--organization', 'every account of the organization, as a role that each of them has')
    .option('--ou <id>', 'with --organization: only this OU and those below it (may be repeated)', parseUnits)
    .option('--role-name <name>', `with --organization: the role to read as (default: ${USUAL_ROLE})`, parseRoleName)

const addJudging = (command: Command): Command =>
  command
    .option('--policy <file>', 'the policy to evaluate by (default: every rule of the first preset)')
    .option('--rule <id>', 'evaluate this rule only (may be repeated)', collect)
    .option('--now <date>', 'the date by which exemptions expire (default: today)', parseDate)
    .option('--all', 'also write what passed')
    .addOption(
      new Option('--fail-on <severity>', 'the lowest severity that makes the exit code 1')
        .choices(SEVERITIES)
        .default('LOW'),
    )
    .option('--allow-partial', 'do not make the exit code 2 for regions that could not be read')

export const addScan = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('scan')
    .summary('evaluate the instances that are there now')
    .description(
      'Reads the instances of a live account (ec2:DescribeInstances, and images and new types if a rule needs them). It writes findings as it finds them. It names a region that it cannot read, and the missing permission.',
    )
  addJudging(addParts(addOrganization(addScope(command))))
    .addOption(
      new Option('--format <format>', 'how to write it (default: table on a terminal, else ndjson)').choices(
        REPORT_FORMATS,
      ),
    )
    .option('--output <file>', 'write to this file; without --format, its ending decides the format')
    .option('--table <name>', 'with html: the ledger whose history it shows')
    .option('--stack <name>', 'with html: the stack to find that ledger by')
    .option('--no-progress', 'show no progress bars')
    .addHelpText(
      'after',
      `
Exit code: 0 nothing failed, 1 findings (UNKNOWN is one), 2 a mistake, or a
region that was not covered.
${formatExamples(
  'virtguard scan --region eu-west-1',
  'virtguard scan --all-regions --policy policy.yaml --output fleet.html',
  'virtguard scan --quick --role-arn arn:aws:iam::123456789012:role/audit',
  'virtguard scan --region eu-west-1 --images --templates',
  'virtguard scan --organization --all-regions --output fleet.html',
)}`,
    )
    .action(async (options: Options) => done(await run(io, options)))
}
