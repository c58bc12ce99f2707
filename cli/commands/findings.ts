import { type Command, InvalidArgumentError } from 'commander'
import type { Ledger } from '../../shared/aws/ledger/ledger.ts'
import { UserError } from '../../shared/errors.ts'
import { STATES, type State } from '../../shared/ledger/row.ts'
import { parseSince, resolveSince, type Since } from '../findings/since.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { addLedgerOptions, parseAccount } from './aws-options.ts'
import { collect, formatExamples, formatOf, formatOption } from './options.ts'

type Options = {
  readonly since?: Since
  readonly state?: readonly State[]
  readonly rule?: readonly string[]
  readonly wouldStop?: true
  readonly refused?: true
  readonly account?: string
  readonly format?: string
  readonly table?: string
  readonly stack?: string
  readonly region?: string
  readonly profile?: string
}

const WEEK: Since = { secondsAgo: 7 * 86_400 }

/** A list of the hub's own account alone might pass for one of the whole organization. */
const nameOthers = async (io: Io, ledger: Ledger, accountId: string): Promise<void> => {
  const { askAws } = await import('../aws/asking.ts')
  const { listSpokes } = await import('../../shared/aws/ledger/spokes.ts')
  const spokes = await askAws('dynamodb:Query', listSpokes(ledger))
  if (spokes.some(spoke => spoke.accountId !== accountId))
    printLine(
      io.err,
      `only account ${accountId}; the ledger has others, too: virtguard accounts lists them, --account names one`,
    )
}

const list = async (io: Io, options: Options): Promise<number> => {
  const { readLedgerAccount, findLedger } = await import('../aws/locate-ledger.ts')
  const { askEach } = await import('../aws/asking.ts')
  const { listItems } = await import('../../shared/aws/ledger/rows.ts')
  const { listFindings } = await import('../findings/list.ts')
  const { checkRuleId } = await import('../policy/policy-file.ts')
  const { state = [], rule = [] } = options
  for (const id of rule) checkRuleId(id)
  const since = resolveSince(options.since ?? WEEK, io.now())
  if (since > io.now()) throw new UserError('--since is in the future; give a time that has passed')
  const place = await findLedger(options)
  const accountId = options.account ?? (await readLedgerAccount(place))
  if (options.account === undefined) await nameOthers(io, place.ledger, accountId)
  const pages = askEach('dynamodb:Query', listItems(place.ledger, { accountId, since }))
  return listFindings(io, pages, {
    format: formatOf(options.format, io.out.isTerminal ? 'table' : 'ndjson'),
    isWanted: entry =>
      (state.length === 0 || state.includes(entry.state)) && (rule.length === 0 || rule.includes(entry.finding.rule)),
    wouldStop: options.wouldStop === true,
    refused: options.refused === true,
    scope: `in account ${accountId} since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  })
}

const FILTERS = ['since', 'state', 'rule', 'wouldStop', 'refused'] as const

const show = async (io: Io, id: string, options: Options): Promise<number> => {
  const { readLedgerAccount, findLedger } = await import('../aws/locate-ledger.ts')
  const { parseResource, showFindings } = await import('../findings/show.ts')
  if (FILTERS.some(key => options[key] !== undefined))
    throw new UserError(
      '--since, --state, --rule, --would-stop and --refused are for the list; leave them out, or the id',
    )
  const { resourceId, accountId = options.account } = parseResource(id)
  const place = await findLedger(options)
  const format = formatOf(options.format, io.out.isTerminal ? 'table' : 'ndjson')
  const asked = { resourceId, accountId: accountId ?? (await readLedgerAccount(place)) }
  return showFindings(io, { ledger: place.ledger, format }, asked)
}

const parseState = (text: string, states: readonly State[] = []): readonly State[] => {
  const state = STATES.find(each => each === text.toUpperCase())
  if (state === undefined) throw new InvalidArgumentError(`Allowed states are ${STATES.join(', ')}.`)
  return [...states, state]
}

export const addFindings = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('findings')
    .summary('list what the deployed guard found, and how it ended')
    .description(
      'Lists the ledger of a deployed stack, newest first: what was found, alerted, stopped, or left running and why. With an id: all that happened to one instance or image.',
    )
    .argument('[id]', 'an instance, an image, or a finding: with its history')
    .option('--since <time>', 'reported since: 7d, 24h, or a date (default: 7d)', parseSince)
    .option('--state <state>', 'only in this state (may be repeated)', parseState)
    .option('--rule <id>', 'only of this rule (may be repeated)', collect)
    .option('--would-stop', 'only what enforcing would stop or leave running, with the sums')
    .option('--refused', 'only instances whose stop was refused, and why')
    .option('--account <id>', 'the account (default: that of the ledger)', parseAccount)
  addLedgerOptions(command)
    .addOption(formatOption('table on a terminal, else ndjson'))
    .addHelpText(
      'after',
      `
Exit code: 0 listed, 1 the id is not known, 2 a mistake, or AWS refuses.
${formatExamples(
  'virtguard findings',
  'virtguard findings --would-stop --since 7d',
  'virtguard findings --refused --since 24h',
  'virtguard findings --state FAILED --state REFUSED --format csv > stops.csv',
  'virtguard findings i-0123456789abcdef0',
)}`,
    )
    .action(async (id: string | undefined, options: Options) =>
      done(await (id === undefined ? list(io, options) : show(io, id, options))),
    )
}
