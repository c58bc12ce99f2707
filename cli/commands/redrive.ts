import type { Command } from 'commander'
import { UserError } from '../../shared/errors.ts'
import { SILENT_LOGGER } from '../aws/sqs-logger.ts'
import type { Io } from '../output/io.ts'
import { addAccountOptions } from './aws-options.ts'
import { formatExamples } from './options.ts'

type Options = {
  readonly all?: true
  readonly to?: string
  readonly dryRun?: true
  readonly stack?: string
  readonly region?: string
  readonly profile?: string
}

const isUrl = (text: string): boolean => /^https?:\/\//.test(text)

// https://sqs.us-east-1.amazonaws.com/123456789012/NAME
const findRegion = (url: string | undefined): { readonly region?: string } => {
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(url ?? '')?.[1]
  return region === undefined ? {} : { region }
}

const refuseContradictions = (queue: string | undefined, { all, to, stack }: Options): void => {
  if ((queue === undefined) === (all === undefined))
    throw new UserError(
      queue === undefined
        ? 'name a dead-letter queue, like FailedLaunches, or give --all'
        : '--all moves every queue; leave it out, or the name',
    )
  const byUrl = queue !== undefined && isUrl(queue)
  if (to !== undefined && !(byUrl && isUrl(to)))
    throw new UserError(
      '--to is the URL of a queue, and only for a queue that you give by its URL; leave it out with a name',
    )
  if (byUrl && stack !== undefined)
    throw new UserError('--stack is for finding queues by name; leave it out with a URL')
}

const run = async (io: Io, queue: string | undefined, options: Options): Promise<number> => {
  refuseContradictions(queue, options)
  const { SQSClient } = await import('@aws-sdk/client-sqs')
  const { buildClientSettings } = await import('../aws/account.ts')
  const { DEFAULT_STACK, readStack } = await import('../aws/stack.ts')
  const { listRoutes, findRoute, routeByUrl } = await import('../redrive/queues.ts')
  const { redriveMessages } = await import('../redrive/redrive.ts')
  const sqs = new SQSClient({ ...buildClientSettings({ ...findRegion(queue), ...options }), logger: SILENT_LOGGER })
  const isDryRun = options.dryRun === true
  if (queue !== undefined && isUrl(queue)) {
    return redriveMessages(io, sqs, { routes: [await routeByUrl(sqs, queue, options.to)], isDryRun })
  }
  const stack = await readStack(options, options.stack ?? DEFAULT_STACK, 'or give the URL of the queue')
  return redriveMessages(io, sqs, {
    routes: queue === undefined ? listRoutes(stack) : [findRoute(stack, queue)],
    isDryRun,
  })
}

export const addRedrive = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('redrive')
    .summary('move dead-lettered messages back after a fix')
    .description(
      'Moves messages from a dead-letter queue back to their queue, after a fix. What was alerted is not alerted again. SQS moves the messages itself if it can. Otherwise each is sent and then deleted: an interruption may deliver one twice, and loses none.',
    )
    .argument('[queue]', 'its name, like FailedLaunches, or its URL')
    .option('--all', 'every dead-letter queue of the stack')
    .option('--dry-run', 'say how many there are, and move none')
    .option('--to <url>', 'where its messages belong, for a queue that you give by its URL')
    .option('--stack <name>', 'the stack that has the queues (default: Virtguard)')
  addAccountOptions(command)
    .addHelpText(
      'after',
      `
Exit code: 0 all moved, 1 something is left, 2 a mistake.
${formatExamples('virtguard redrive --all --dry-run', 'virtguard redrive FailedLaunches')}`,
    )
    .action(async (queue: string | undefined, options: Options) => done(await run(io, queue, options)))
}
