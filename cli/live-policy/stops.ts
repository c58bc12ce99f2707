import { markStopsAnnounced, readLive, writeStops } from '../../shared/aws/ledger/policy-store.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Account } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import type { LocatedLedger } from '../aws/locate-ledger.ts'
import { type Operator, readOperator, requireOperator } from '../aws/operator.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { announce } from './announce.ts'
import { describeAccountStops, describeStops } from './show.ts'

const EFFECT = {
  off: 'Nothing is stopped from now on, and within a minute alerts promise no more stops. A stop that EC2 has accepted already is not cancelled.',
  on: 'Rules on enforce stop again. What came due meanwhile was left running. `virtguard stops retry` promises it again, or the next sweep if the policy says stop.resume: sweep.',
} as const

const EFFECT_THERE = {
  off: 'Nothing is stopped there from now on, and within a minute alerts promise no more stops. A stop that EC2 has accepted already is not cancelled.',
  on: 'Rules on enforce stop there again, unless the stops of the whole stack are switched off. What came due meanwhile was left running.',
} as const

const OTHERS = 'Other stacks, in other regions and accounts, have switches of their own.'

/** Writes whether stops are switched on, since when, by whom and why. */
export const showStops = async (io: Io, { ledger }: LocatedLedger): Promise<number> => {
  const live = await askAws('dynamodb:Query', readLive(ledger.client, ledger.table))
  for (const line of [describeStops(live), ...describeAccountStops(live)]) io.out.write(`${toPlainText(line)}\n`)
  return 0
}

export type Switching = {
  readonly account: Account
  /** Left out: the switch of the whole stack. */
  readonly accountId?: string
  readonly value: 'on' | 'off'
  readonly why: string
  readonly by: string
}

// Off is for emergencies: it does not wait for an answer to who it is.
const createOperator = async (io: Io, place: LocatedLedger, { account, value }: Switching): Promise<Operator> => {
  if (value === 'on') return requireOperator(account, place)
  const operator = await readOperator(account, place)
  if (operator.problem !== undefined) printLine(io.err, `AWS does not say who you are: ${operator.problem}`)
  return operator
}

/**
 * Switches the stops of one stack, or of one account in it, on or off, records who, when and why, and alerts operations. Does not ask first.
 * Throws UserError as the calls to AWS do.
 */
export const switchStops = async (io: Io, place: LocatedLedger, switching: Switching): Promise<number> => {
  const { account, accountId, value, why, by } = switching
  const { client, table } = place.ledger
  const operator = await createOperator(io, place, switching)
  const { caller, reach } = operator
  const there = accountId === undefined ? '' : ` for account ${accountId}`
  const effect = (accountId === undefined ? EFFECT : EFFECT_THERE)[value]
  const at = io.now()
  const own = accountId !== undefined && { accountId }
  const writing = { value, why, by, at, ...(caller !== undefined && { caller }), ...own }
  await askAws('dynamodb:PutItem', writeStops(client, table, writing))
  io.out.write(`${toPlainText(`stops are switched ${value}${there} in ${reach}. ${effect} ${OTHERS}`)}\n`)
  const change = { what: `stops were switched ${value}${there}`, operator, by, why, at, lines: [effect, OTHERS] }
  const mark = (announcedAt: Date) => markStopsAnnounced(client, table, { ...writing, announcedAt })
  await announce(io, { account, place, change, mark })
  return 0
}
