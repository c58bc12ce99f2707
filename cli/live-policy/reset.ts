import { clearPolicy, readLive } from '../../shared/aws/ledger/policy-store.ts'
import { asking } from '../aws/asking.ts'
import type { Place } from '../aws/ledger-place.ts'
import type { Io } from '../io.ts'
import { sayLine } from '../report.ts'
import type { Consent } from './apply.ts'
import { confirmed } from './confirm.ts'

const QUESTION =
  'The policy that was deployed counts again, with its exemptions; it cannot be shown here, and it may enforce. Reset?'

/** Goes back to the policy that was deployed. Returns 1 where that was declined. Throws UserError as the calls to AWS do. */
export const resetPolicy = async (io: Io, { ledger }: Place, { by, yes }: Consent): Promise<number> => {
  const { client, table } = ledger
  const live = await asking('dynamodb:Query', readLive(client, table))
  if (live.policy === undefined && live.problem === undefined) {
    io.out.write('no change: the deployed policy counts already\n')
    return 0
  }
  if (!(await confirmed(io, QUESTION, yes))) {
    sayLine(io.err, 'nothing was changed')
    return 1
  }
  const writing = { by, at: io.now(), seen: live.version ?? 0 }
  const version = await asking('dynamodb:PutItem', clearPolicy(client, table, writing))
  io.out.write(`version ${version}: the deployed policy counts again, within a minute\n`)
  return 0
}
