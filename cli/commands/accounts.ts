import type { Command } from 'commander'
import type { LedgerLocation } from '../aws/locate-ledger.ts'
import type { Io } from '../output/io.ts'
import { addLedgerOptions, parseAccounts, parseUnits } from './aws-options.ts'
import { formatExamples, formatOf, formatOption } from './options.ts'

type Options = LedgerLocation & {
  readonly account?: readonly string[]
  readonly ou?: readonly string[]
  readonly format?: string
}

const run = async (io: Io, { account = [], ou = [], format, ...where }: Options): Promise<number> => {
  const { findLedger } = await import('../aws/locate-ledger.ts')
  const { listAccounts } = await import('../accounts/list-accounts.ts')
  return listAccounts(io, await findLedger(where), {
    format: formatOf(format, io.out.isTerminal ? 'table' : 'ndjson'),
    accounts: account,
    ous: ou,
  })
}

export const addAccounts = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('accounts')
    .summary('list the accounts of an organization, and what the hub knows of them')
    .description(
      'Lists the accounts of the organization with state and OU, and in which of them the deployed hub can use the role for stops.',
    )
    .option('--account <id>', 'only this account (may be repeated)', parseAccounts)
    .option('--ou <id>', 'only this OU and those below it (may be repeated)', parseUnits)
  addLedgerOptions(command)
    .addOption(formatOption('table on a terminal, else ndjson'))
    .addHelpText('after', formatExamples('virtguard accounts', 'virtguard accounts --ou ou-ab12-34cd56ef --format csv'))
    .action(async (options: Options) => done(await run(io, options)))
}
