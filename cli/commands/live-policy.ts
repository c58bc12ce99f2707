import { type Command, Option } from 'commander'
import { UserError } from '../../shared/errors.ts'
import type { LedgerLocation } from '../aws/locate-ledger.ts'
import type { Io } from '../output/io.ts'
import { addLedgerOptions } from './aws-options.ts'
import { formatExamples } from './options.ts'

type Done = (exitCode: number) => void
type Options = LedgerLocation & {
  readonly by?: string
  readonly yes?: true
  readonly format?: string
  readonly history?: true
}

/** The name that is recorded for a change. Throws UserError if the name is empty. */
export const identifyWriter = (io: Io, by: string | undefined): string => {
  const name = (by ?? io.user()).trim()
  if (name === '') throw new UserError('--by is empty; give your name or address')
  return name
}

export const BY = [
  '--by <name>',
  'your name for the record, beside the caller that AWS names (default: the login name)',
] as const
const YES = ['--yes', 'do not ask'] as const

const apply = async (io: Io, file: string, options: Options): Promise<number> => {
  const { readAndWarn } = await import('../policy/policy-words.ts')
  const { findLedger } = await import('../aws/locate-ledger.ts')
  const { applyPolicy } = await import('../live-policy/apply.ts')
  const consent = { account: options, by: identifyWriter(io, options.by), yes: options.yes === true }
  const policy = await readAndWarn(io, file)
  return applyPolicy(io, { place: await findLedger(options), policy, consent })
}

const show = async (io: Io, options: Options): Promise<number> => {
  const { findLedger } = await import('../aws/locate-ledger.ts')
  const { showPolicy } = await import('../live-policy/show.ts')
  const format = options.format === 'json' ? 'json' : 'yaml'
  if (options.history !== true) return showPolicy(io, await findLedger(options), format)
  const { showHistory } = await import('../live-policy/history.ts')
  return showHistory(io, await findLedger(options), format)
}

const reset = async (io: Io, options: Options): Promise<number> => {
  const { findLedger } = await import('../aws/locate-ledger.ts')
  const { resetPolicy } = await import('../live-policy/reset.ts')
  const consent = { account: options, by: identifyWriter(io, options.by), yes: options.yes === true }
  return resetPolicy(io, await findLedger(options), consent)
}

const addApply = (policy: Command, io: Io, done: Done): void => {
  const command = policy
    .command('apply')
    .description(
      'Applies a policy to one stack without a deployment, and sends operations a message. It checks the file, shows what changes, and asks before a rule goes to enforce.',
    )
    .argument('<file>', 'the policy, YAML or JSON')
    .option(...BY)
    .option(...YES)
  addLedgerOptions(command)
    .addHelpText(
      'after',
      `
Exit code: 0 applied, or no change; 1 declined; 2 a mistake, or AWS refuses.
${formatExamples('virtguard policy apply policy.yaml')}`,
    )
    .action(async (file: string, options: Options) => done(await apply(io, file, options)))
}

const addShow = (policy: Command, io: Io, done: Done): void => {
  const command = policy
    .command('show')
    .description('Prints the policy in force as a file, who applied it, and the emergency stop switch.')
    .addOption(new Option('--format <format>', 'how to write it').choices(['yaml', 'json']).default('yaml'))
    .option('--history', 'list the last 50 changes of policy and switch instead, newest first')
  addLedgerOptions(command)
    .addHelpText('after', formatExamples('virtguard policy show > policy.yaml', 'virtguard policy show --history'))
    .action(async (options: Options) => done(await show(io, options)))
}

const addReset = (policy: Command, io: Io, done: Done): void => {
  const command = policy
    .command('reset')
    .description('Goes back to the deployed policy in one stack, and sends operations a message.')
    .option(...BY)
    .option(...YES)
  addLedgerOptions(command)
    .addHelpText('after', formatExamples('virtguard policy reset'))
    .action(async (options: Options) => done(await reset(io, options)))
}

/** The commands under `policy` that work on a deployed stack. */
export const addLivePolicy = (policy: Command, io: Io, done: Done): void => {
  addApply(policy, io, done)
  addShow(policy, io, done)
  addReset(policy, io, done)
}
