import { type Command, Option } from 'commander'
import pkg from '../../package.json' with { type: 'json' }
import { SEVERITIES, type Severity } from '../../shared/rules/rule.ts'
import { REPORT_FORMATS, type ReportFormat } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { collect, formatExamples, formatOption, parseDate, reportFormatOf } from './options.ts'

type Options = {
  readonly policy?: string
  readonly format?: ReportFormat
  readonly all?: true
  readonly failOn: Severity
  readonly rule?: readonly string[]
  readonly now?: Date
  readonly progress: boolean
}

const run = async (io: Io, paths: readonly string[], options: Options): Promise<number> => {
  const { checkRuleId, selectRules, readPolicy } = await import('../policy/policy-file.ts')
  const { loadCatalogue } = await import('../../shared/catalogue/catalogue.ts')
  const { replay } = await import('../replay/replay.ts')
  for (const id of options.rule ?? []) checkRuleId(id)
  const policy = selectRules(await readPolicy(options.policy), options.rule ?? [])
  const format = reportFormatOf(options.format, io.out.isTerminal ? 'table' : 'ndjson')
  return replay(io, paths, {
    world: { policy, types: loadCatalogue(), now: options.now ?? io.now() },
    head: {
      madeAt: io.now(),
      version: pkg.version,
      source: 'replay',
      policy: { name: options.policy ?? 'default', rules: policy.rules },
    },
    options: { format, all: options.all === true, failOn: options.failOn, progress: options.progress },
  })
}

export const addReplay = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  program
    .command('replay')
    .summary('evaluate recorded events')
    .description(
      'Evaluates recorded events, without AWS: CloudTrail files, EventBridge events, output of the AWS CLI, messages of queues and topics, exports of log stores and query results, gzipped or not, and folders of them. What it is shows in the content (docs/replay.md lists it). A fact that the record lacks stays unknown.',
    )
    .argument('<path...>', 'files and folders, or - for standard input')
    .option('--policy <file>', 'the policy to evaluate by (default: every rule of the first preset)')
    .addOption(formatOption('table on a terminal, else ndjson', REPORT_FORMATS))
    .option('--all', 'also write what passed')
    .addOption(
      new Option('--fail-on <severity>', 'the lowest severity that makes the exit code 1')
        .choices(SEVERITIES)
        .default('LOW'),
    )
    .option('--rule <id>', 'evaluate this rule only (may be repeated)', collect)
    .option('--now <date>', 'the date by which exemptions expire (default: today)', parseDate)
    .option('--no-progress', 'show no progress bar')
    .addHelpText(
      'after',
      `
Exit code: 0 nothing failed, 1 findings (UNKNOWN is one), 2 unreadable input.
${formatExamples(
  'virtguard replay AWSLogs/123456789012/CloudTrail/',
  'virtguard replay --policy policy.yaml --format csv logs/ > findings.csv',
  'virtguard replay --format ocsf logs/ > findings.ocsf.ndjson',
  'aws s3 cp s3://bucket/file.json.gz - | virtguard replay -',
  'aws cloudtrail lookup-events | virtguard replay -',
  'aws sqs receive-message --queue-url URL | virtguard replay -',
)}`,
    )
    .action(async (paths: readonly string[], options: Options) => done(await run(io, paths, options)))
}
