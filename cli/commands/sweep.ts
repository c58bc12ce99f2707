import type { Command } from 'commander'
import { SILENT_LOGGER } from '../aws/sqs-logger.ts'
import type { Io } from '../output/io.ts'
import { addAccountOptions, parseRegion } from './aws-options.ts'
import { formatExamples } from './options.ts'

type Options = {
  readonly only?: readonly string[]
  readonly stack?: string
  readonly region?: string
  readonly profile?: string
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, parseRegion(text)]

const run = async (io: Io, { only = [], ...options }: Options): Promise<number> => {
  const { SQSClient } = await import('@aws-sdk/client-sqs')
  const { buildClientSettings } = await import('../aws/account.ts')
  const { DEFAULT_STACK, readStack } = await import('../aws/stack.ts')
  const { sweep } = await import('../sweep/sweep.ts')
  const stack = await readStack(options, options.stack ?? DEFAULT_STACK, 'or name the stack with --stack')
  const sqs = new SQSClient({ ...buildClientSettings(options), logger: SILENT_LOGGER })
  return sweep(io, sqs, { stack, regions: only })
}

export const addSweep = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('sweep')
    .summary('run a sweep of a deployed stack now')
    .description(
      'Runs the daily sweep of a deployed stack now. It alerts what runs and no event reported, and resolves what was deleted or fixed. What was alerted is not alerted again. To read without an alert, use `virtguard scan`.',
    )
    .option('--only <region>', 'sweep this region (repeatable; default: those of the stack)', collect)
    .option('--stack <name>', 'the stack that sweeps (default: Virtguard)')
  addAccountOptions(command)
    .addHelpText(
      'after',
      `
Exit code: 0 the sweep begins, 2 a mistake.
${formatExamples('virtguard sweep', 'virtguard sweep --stack Virtguard --only eu-west-1')}`,
    )
    .action(async (options: Options) => done(await run(io, options)))
}
