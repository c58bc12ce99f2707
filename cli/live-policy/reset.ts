import { clearPolicy, markPolicyAnnounced, readLive } from '../../shared/aws/ledger/policy-store.ts'
import { plain } from '../../shared/text/untrusted.ts'
import { asking } from '../aws/asking.ts'
import type { Place } from '../aws/ledger-place.ts'
import { knownOperatorOf } from '../aws/operator.ts'
import type { Io } from '../io.ts'
import { sayLine } from '../report.ts'
import { announce } from './announce.ts'
import { type Consent, isToAnnounce } from './apply.ts'
import { confirmed } from './confirm.ts'

const QUESTION =
  'The deployed policy counts again, with its exemptions. It cannot be shown here, and it may enforce. Reset?'

/**
 * Goes back to the policy that was deployed, and tells operations. Returns 1 where that was declined. Throws UserError as the
 * calls to AWS do.
 */
export const resetPolicy = async (io: Io, place: Place, { account, by, yes }: Consent): Promise<number> => {
  const { client, table } = place.ledger
  const live = await asking('dynamodb:Query', readLive(client, table))
  if (live.policy === undefined && live.problem === undefined && !isToAnnounce(place, live)) {
    io.out.write('no change: the deployed policy counts already\n')
    return 0
  }
  if (!(await confirmed(io, QUESTION, yes))) {
    sayLine(io.err, 'nothing was changed')
    return 1
  }
  const operator = await knownOperatorOf(account, place)
  const { caller } = operator
  const at = io.now()
  const writing = { by, at, seen: live.version ?? 0, ...(caller !== undefined && { caller }) }
  const version = await asking('dynamodb:PutItem', clearPolicy(client, table, writing))
  io.out.write(
    `${plain(`version ${version} in ${operator.reach}: the deployed policy counts again, within a minute`)}\n`,
  )
  const lines = ['The deployed policy counts again, with its exemptions.']
  const change = { what: `the policy was reset (version ${version})`, operator, by, at, lines }
  const mark = (announcedAt: Date) => markPolicyAnnounced(client, table, { ...writing, version, announcedAt })
  await announce(io, { account, place, change, mark })
  return 0
}
