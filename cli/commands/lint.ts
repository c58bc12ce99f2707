import { type Command, Option } from 'commander'
import pkg from '../../package.json' with { type: 'json' }
import { SEVERITIES, type Severity } from '../../shared/rules/rule.ts'
import type { UnknownWay } from '../lint/lint.ts'
import { LINT_FORMATS } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { parseRegions } from './aws-options.ts'
import { collect, formatExamples, formatOption, lintFormatOf, parseDate } from './options.ts'

type Options = {
  readonly policy?: string
  readonly format?: string
  readonly all?: true
  readonly failOn: Severity
  readonly unknown: UnknownWay
  readonly rule?: readonly string[]
  readonly now?: Date
  readonly facts?: readonly string[]
  readonly region?: readonly string[]
  readonly profile?: string
}

const run = async (io: Io, paths: readonly string[], options: Options): Promise<number> => {
  const { checkRuleId, selectRules, readPolicy } = await import('../policy/policy-file.ts')
  const { loadCatalogue } = await import('../../shared/catalogue/catalogue.ts')
  const { lint } = await import('../lint/lint.ts')
  const { createKnownFacts, refuseIdleProfile } = await import('../lint/known-facts.ts')
  const { readFactsFiles } = await import('../lint/read-facts-files.ts')
  const { facts = [], region: regions = [], profile } = options
  refuseIdleProfile(profile, regions)
  for (const id of options.rule ?? []) checkRuleId(id)
  const policy = selectRules(await readPolicy(options.policy), options.rule ?? [])
  const format = lintFormatOf(options.format, io.out.isTerminal ? 'table' : 'ndjson')
  const types = loadCatalogue()
  const caches = await readFactsFiles(io, facts)
  return lint(io, paths, {
    world: { policy, types, now: options.now ?? io.now() },
    known: createKnownFacts({ caches, regions, types, ...(profile !== undefined && { profile }) }),
    options: {
      format,
      all: options.all === true,
      failOn: options.failOn,
      unknown: options.unknown,
      version: pkg.version,
    },
  })
}

export const addLint = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  program
    .command('lint')
    .summary('evaluate what declares launches, before it is applied')
    .description(
      'Evaluates the launches that a file declares, without AWS unless --region is given: plans of Terraform and OpenTofu (terraform show -json PLAN), templates of CloudFormation and SAM, cdk.out, requests of the AWS CLI, and files of eksctl, Karpenter, Packer and Pulumi. Image and type are joined only where they can really occur together. What a file leaves open is UNKNOWN, and says how to learn it.',
    )
    .argument('<path...>', 'files and folders, or - for standard input')
    .option('--policy <file>', 'the policy to evaluate by (default: every rule of the first preset)')
    .addOption(formatOption('table on a terminal, else ndjson', LINT_FORMATS))
    .option('--all', 'also write what passed')
    .addOption(
      new Option('--fail-on <severity>', 'the lowest severity that makes the exit code 1')
        .choices(SEVERITIES)
        .default('LOW'),
    )
    .addOption(
      new Option('--unknown <way>', 'what UNKNOWN does: exit code 1, listed, or only counted')
        .choices(['fail', 'warn', 'ignore'])
        .default('warn'),
    )
    .option('--facts <file>', 'facts of images that virtguard images wrote (may be repeated)', collect)
    .option('--region <region>', 'read open images and new types of EC2 there (may be repeated)', parseRegions)
    .option('--profile <name>', 'the AWS profile to read with')
    .option('--rule <id>', 'evaluate this rule only (may be repeated)', collect)
    .option('--now <date>', 'the date by which exemptions expire (default: today)', parseDate)
    .addHelpText(
      'after',
      `
Exit code: 0 nothing found, 1 findings, 2 a mistake or unreadable input.
${formatExamples('virtguard lint template.yaml cdk.out', 'terraform show -json PLAN | virtguard lint -', 'virtguard lint cdk.out --facts facts.ndjson')}`,
    )
    .action(async (paths: readonly string[], options: Options) => done(await run(io, paths, options)))
}
