import { clearPolicy, markPolicyAnnounced, readLive } from '../../shared/aws/ledger/policy-store.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { askAws } from '../aws/asking.ts'
import type { LocatedLedger } from '../aws/locate-ledger.ts'
import { requireOperator } from '../aws/operator.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { announce } from './announce.ts'
import { type Consent, isToAnnounce } from './apply.ts'
import { askConfirmation } from './confirm.ts'

const QUESTION =
  'The deployed policy is in force again, with its exemptions. It cannot be shown here, and it may enforce. Reset?'

/**
 * Goes back to the policy that was deployed, and alerts operations. Returns 1 if the user declined. Throws UserError as
 * the calls to AWS do.
 */
export const resetPolicy = async (io: Io, place: LocatedLedger, { account, by, yes }: Consent): Promise<number> => {
  const { client, table } = place.ledger
  const live = await askAws('dynamodb:Query', readLive(client, table))
  if (live.policy === undefined && live.problem === undefined && !isToAnnounce(place, live)) {
    io.out.write('no change: the deployed policy is in force already\n')
    return 0
  }
  if (!(await askConfirmation(io, QUESTION, yes))) {
    printLine(io.err, 'nothing was changed')
    return 1
  }
  const operator = await requireOperator(account, place)
  const { caller } = operator
  const at = io.now()
  const writing = { by, at, seen: live.version ?? 0, ...(caller !== undefined && { caller }) }
  const version = await askAws('dynamodb:PutItem', clearPolicy(client, table, writing))
  io.out.write(
    `${toPlainText(`version ${version} in ${operator.reach}: the deployed policy is in force again, within a minute`)}\n`,
  )
  const lines = ['The deployed policy is in force again, with its exemptions.']
  const change = { what: `the policy was reset (version ${version})`, operator, by, at, lines }
  const mark = (announcedAt: Date) => markPolicyAnnounced(client, table, { ...writing, version, announcedAt })
  await announce(io, { account, place, change, mark })
  return 0
}
