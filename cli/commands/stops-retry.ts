import { type Command, InvalidArgumentError } from 'commander'
import { UserError } from '../../shared/errors.ts'
import type { State } from '../../shared/ledger/row.ts'
import { SILENT_LOGGER } from '../aws/sqs-logger.ts'
import { parseSince, resolveSince, type Since } from '../findings/since.ts'
import type { Io } from '../output/io.ts'
import { addAccountOptions, parseAccount } from './aws-options.ts'
import { collect, formatExamples } from './options.ts'

type Options = {
  readonly rule?: readonly string[]
  readonly instance?: readonly string[]
  readonly account?: string
  readonly refusedSince?: Since
  readonly refusedBefore?: Since
  readonly failed?: true
  readonly alerted?: true
  readonly dryRun?: true
  readonly yes?: true
  readonly stack?: string
  readonly region?: string
  readonly profile?: string
}

/** As long as the ledger keeps a row. */
const EVER: Since = { secondsAgo: 90 * 86_400 }

const parseInstance = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!/^i-[0-9a-f]{8,17}$/.test(text)) throw new InvalidArgumentError('Write it like i-0123456789abcdef0.')
  return [...before, text]
}

const listStates = ({ failed, alerted }: Options): readonly State[] => [
  'REFUSED',
  ...(failed === true ? (['FAILED'] as const) : []),
  ...(alerted === true ? (['ALERTED'] as const) : []),
]

const run = async (io: Io, options: Options): Promise<number> => {
  const { SQSClient } = await import('@aws-sdk/client-sqs')
  const { listItems } = await import('../../shared/aws/ledger/rows.ts')
  const { buildClientSettings } = await import('../aws/account.ts')
  const { askEach } = await import('../aws/asking.ts')
  const { readLedgerAccount, findLedger } = await import('../aws/locate-ledger.ts')
  const { DEFAULT_STACK } = await import('../aws/stack.ts')
  const { checkRuleId } = await import('../policy/policy-file.ts')
  const { retryStops } = await import('../stops/retry.ts')
  const { rule: rules = [], instance: instances = [], stack = DEFAULT_STACK, refusedBefore } = options
  for (const id of rules) checkRuleId(id)
  const now = io.now()
  const place = await findLedger({ ...options, stack })
  const { SweepsQueueUrl: url, StopsQueueUrl: stops } = place.stack?.outputs ?? {}
  if (url === undefined || stops === undefined)
    throw new UserError(
      `the stack ${stack} has no function that stops; deploy it with a policy that has a rule on enforce`,
    )
  const client = new SQSClient({ ...buildClientSettings(options), logger: SILENT_LOGGER })
  const accountId = options.account ?? (await readLedgerAccount(place))
  const choice = {
    states: listStates(options),
    region: await client.config.region(),
    rules,
    instances,
    since: resolveSince(options.refusedSince ?? EVER, now),
    ...(refusedBefore !== undefined && { before: resolveSince(refusedBefore, now) }),
  }
  const pages = askEach('dynamodb:Query', listItems(place.ledger, { accountId, since: resolveSince(EVER, now) }))
  return retryStops(io, pages, {
    accountId,
    choice,
    queue: { client, url },
    isDryRun: options.dryRun === true,
    yes: options.yes === true,
  })
}

export const addStopsRetry = (stops: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = stops
    .command('retry')
    .summary('promise a stop again for what was left running')
    .description(
      'Asks the stack to evaluate findings again whose stop was refused. What still fails, and is refused no more, is alerted with a new time, and stopped then. This command stops nothing, and nothing is stopped without that alert.',
    )
    .option('--rule <id>', 'only of this rule (may be repeated)', collect)
    .option('--instance <id>', 'only this instance (may be repeated)', parseInstance)
    .option('--account <id>', 'the account (default: that of the stack)', parseAccount)
    .option(
      '--refused-since <time>',
      'left running since: 7d, 24h, or a date (default: all that the ledger keeps)',
      parseSince,
    )
    .option('--refused-before <time>', 'left running before: 7d, 24h, or a date', parseSince)
    .option('--failed', 'also stops that failed')
    .option('--alerted', 'also what was alerted and never promised a stop')
    .option('--dry-run', 'list them, and ask for nothing')
    .option('--yes', 'do not ask')
    .option('--stack <name>', 'the stack that stops (default: Virtguard)')
  addAccountOptions(command)
    .addHelpText(
      'after',
      `
Exit code: 0 asked for, 1 nothing was chosen or it was declined, 2 a mistake.
${formatExamples(
  'virtguard stops retry --dry-run',
  'virtguard stops retry --rule paravirtual-instance --refused-since 24h',
  'virtguard stops retry --instance i-0123456789abcdef0 --failed',
)}`,
    )
    .action(async (options: Options) => done(await run(io, options)))
}
