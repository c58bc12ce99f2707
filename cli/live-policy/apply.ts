import { createHash } from 'node:crypto'
import { type LivePolicy, markPolicyAnnounced, readLive, writePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { UserError } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { serializeChannels } from '../../shared/policy/same-channels.ts'
import { listRulesWith } from '../../shared/policy/variants.ts'
import { findUnseenStops } from '../../shared/routing/unrouted.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Account } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import type { LocatedLedger } from '../aws/locate-ledger.ts'
import { requireOperator } from '../aws/operator.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { announce, findOperationsTopic } from './announce.ts'
import { listChanges } from './changes.ts'
import { askConfirmation } from './confirm.ts'

/** The caller and the account, and whether to ask before the change. */
export type Consent = { readonly account: Account; readonly by: string; readonly yes: boolean }

const COUNTS = 'it is in force within a minute in a stack with a live policy'

const printBefore = (io: Io, live: LivePolicy): void => {
  if (live.problem !== undefined) printLine(io.err, `the live policy cannot be used: ${live.problem}`)
  else if (live.policy === undefined)
    printLine(io.err, 'the deployed policy is in force and cannot be read from here; this is what the new one does')
}

const printWhatStays = (
  io: Io,
  { live, place, policy }: { live: LivePolicy; place: LocatedLedger; policy: Policy },
): void => {
  if (listRulesWith(policy, ({ mode }) => mode === 'enforce').length === 0) return
  if (live.stops === 'off')
    printLine(io.err, 'stops are switched off; nothing is stopped until `virtguard stops on --why "…"`')
  if (place.stack !== undefined && place.stack.outputs['StopsQueueUrl'] === undefined)
    printLine(
      io.err,
      `the stack ${place.stack.name} was deployed without the function that stops: nothing is stopped until it is deployed with a policy that enforces`,
    )
}

/** The functions would refuse it. That is known only if the ledger was found by its stack. */
const refuseOtherChannels = ({ stack }: LocatedLedger, policy: Policy): void => {
  if (stack === undefined) return
  const wanted = Object.keys(policy.channels ?? {})
  const hash = createHash('sha256').update(serializeChannels(policy)).digest('hex')
  const isDeployed =
    wanted.length === 0 ? stack.outputs['Channels'] === undefined : stack.outputs['ChannelsHash'] === hash
  if (isDeployed) return
  const has = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '))
  throw new UserError(
    `the channels of the policy (${has(wanted)}) are not those that the stack ${stack.name} was deployed with (${has(stack.outputs['Channels']?.split(' ') ?? [])}); channels change with a deployment only: npx cdk deploy -c policy=FILE`,
  )
}

/** Refuses stops whose alerts nobody reads. An older stack, or a table alone, does not say who reads them. */
const refuseUnseenStops = ({ stack }: LocatedLedger, policy: Policy): void => {
  if (stack?.outputs['AlertReaders'] !== 'channels') return
  const rules = findUnseenStops(policy)
  if (rules.length === 0) return
  throw new UserError(
    `${rules.join(', ')} would stop instances, and nobody gets the alert in the stack ${stack.name}; add a route to the policy, or deploy with a channel or -c email=ADDRESS`,
  )
}

type Applying = { readonly place: LocatedLedger; readonly policy: Policy; readonly consent: Consent }

/** Whether the policy in force was not announced to operations, and can be: applying it again announces it. */
export const isToAnnounce = (place: LocatedLedger, { version, announcedAt }: LivePolicy): boolean =>
  findOperationsTopic(place) !== undefined && version !== undefined && announcedAt === undefined

const isAgreed = async (io: Io, toEnforce: readonly string[], { yes }: Consent): Promise<boolean> => {
  if (toEnforce.length === 0) return true
  const question = `${toEnforce.join(', ')}: from now on virtguard stops instances for this. Apply?`
  if (await askConfirmation(io, question, yes)) return true
  printLine(io.err, 'nothing was changed')
  return false
}

/**
 * Applies a policy over the version that its changes were compared with, and alerts operations. Returns 1 if the user
 * declined. Throws UserError as the calls to AWS do, and if somebody else applied another policy meanwhile.
 */
export const applyPolicy = async (io: Io, applying: Applying): Promise<number> => {
  const { place, policy, consent } = applying
  refuseOtherChannels(place, policy)
  refuseUnseenStops(place, policy)
  const live = await askAws('dynamodb:Query', readLive(place.ledger.client, place.ledger.table))
  const { lines, toEnforce } = listChanges(live.policy, policy)
  if (lines.length === 0 && !isToAnnounce(place, live)) {
    io.out.write(`no change: version ${live.version} is the same policy\n`)
    return 0
  }
  printBefore(io, live)
  const changes = lines.length > 0 ? lines : ['the same policy, which was not announced before']
  io.out.write(changes.map(line => `${toPlainText(line)}\n`).join(''))
  if (!(await isAgreed(io, toEnforce, consent))) return 1
  await writeAndAnnounce(io, applying, { live, changes })
  return 0
}

const writeAndAnnounce = async (
  io: Io,
  { place, policy, consent }: Applying,
  { live, changes }: { readonly live: LivePolicy; readonly changes: readonly string[] },
): Promise<void> => {
  const { client, table } = place.ledger
  const { account, by } = consent
  const operator = await requireOperator(account, place)
  const { caller } = operator
  const at = io.now()
  const writing = { policy, by, at, seen: live.version ?? 0, changes, ...(caller !== undefined && { caller }) }
  const version = await askAws('dynamodb:PutItem', writePolicy(client, table, writing))
  io.out.write(`${toPlainText(`version ${version} applied to ${operator.reach}; ${COUNTS}`)}\n`)
  printWhatStays(io, { live, place, policy })
  const change = { what: `version ${version} of the policy was applied`, operator, by, at, lines: changes }
  const mark = (announcedAt: Date) => markPolicyAnnounced(client, table, { ...writing, version, announcedAt })
  await announce(io, { account, place, change, mark })
}
