import type { Command } from 'commander'
import type { Account } from '../aws/account.ts'
import type { Io } from '../output/io.ts'
import { addAccountOptions } from './aws-options.ts'
import { formatExamples } from './options.ts'

type Options = Account & { readonly stack?: string }

const test = async (io: Io, channel: string, { stack: named, ...account }: Options): Promise<number> => {
  const { DEFAULT_STACK, readStack } = await import('../aws/stack.ts')
  const { testChannel } = await import('../notify/test-channel.ts')
  const stack = await readStack(account, named ?? DEFAULT_STACK, 'or name the stack with --stack')
  return testChannel(io, { stack, channel, account })
}

export const addNotify = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const notify = program
    .command('notify')
    .summary('try out a channel of a deployed stack')
    .description('Tries out a channel of a deployed stack.')
    .addHelpText('after', formatExamples('virtguard notify test ops'))
  const command = notify
    .command('test')
    .description(
      'Sends one real message to a channel, as an alert is sent, and prints the answer of Slack, the webhook or AWS. For email and chat applications it says how many subscribers have confirmed.',
    )
    .argument('<channel>', 'its name in the policy')
    .option('--stack <name>', 'the stack that has the channel (default: Virtguard)')
  addAccountOptions(command)
    .addHelpText(
      'after',
      `
Exit code: 0 arrived, 1 did not, 2 a mistake, or AWS refuses.
${formatExamples('virtguard notify test ops')}`,
    )
    .action(async (channel: string, options: Options) => done(await test(io, channel, options)))
}
