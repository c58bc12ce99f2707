import { Argument, type Command } from 'commander'
import { UserError } from '../../shared/errors.ts'
import type { LedgerLocation } from '../aws/locate-ledger.ts'
import type { Io } from '../output/io.ts'
import { addLedgerOptions, parseAccount } from './aws-options.ts'
import { BY, identifyWriter } from './live-policy.ts'
import { formatExamples } from './options.ts'
import { addStopsRetry } from './stops-retry.ts'

type Options = LedgerLocation & { readonly by?: string; readonly why?: string; readonly account?: string }

const run = async (io: Io, value: string | undefined, { why, by, account, ...where }: Options): Promise<number> => {
  const { findLedger } = await import('../aws/locate-ledger.ts')
  const { showStops, switchStops } = await import('../live-policy/stops.ts')
  if (value !== 'on' && value !== 'off') {
    if ((why ?? by ?? account) !== undefined)
      throw new UserError('--why, --by and --account are for switching; say on or off')
    return showStops(io, await findLedger(where))
  }
  if (why === undefined || why.trim() === '') throw new UserError(`give the reason: virtguard stops ${value} --why "…"`)
  return switchStops(io, await findLedger(where), {
    account: where,
    ...(account !== undefined && { accountId: account }),
    value,
    why: why.trim(),
    by: identifyWriter(io, by),
  })
}

export const addStops = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('stops')
    .enablePositionalOptions()
    .summary('the emergency stop switch of a stack: stop nothing')
    .description(
      'Switches stops off or on in one stack, without a deployment, and sends operations a message. Without off or on, prints the state. Other stacks, in other regions and accounts, have switches of their own.',
    )
    .addArgument(new Argument('[state]', 'what to switch it to').choices(['on', 'off']))
    .option('--why <text>', 'the reason, kept with the switch')
    .option('--account <id>', 'switch them in this account of an organization only', parseAccount)
    .option(...BY)
  addLedgerOptions(command)
    .addHelpText(
      'after',
      formatExamples(
        'virtguard stops off --why "storage migration until noon"',
        'virtguard stops on --why done',
        'virtguard stops',
      ),
    )
    .action(async (value: string | undefined, options: Options) => done(await run(io, value, options)))
  addStopsRetry(command, io, done)
}
