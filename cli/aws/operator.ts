import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { UserError } from '../../shared/errors.ts'
import { type Account, buildClientSettings } from './account.ts'
import { askAws } from './asking.ts'
import type { LocatedLedger } from './locate-ledger.ts'

/** Who changes something, as AWS says, and how far the change reaches. */
export type Operator = {
  /** The ARN of the caller. Absent if AWS did not say. */
  readonly caller?: string
  /** Why AWS did not say, in one line. */
  readonly problem?: string
  /** The stack or table, with its region and account. */
  readonly reach: string
}

type Identity = { readonly caller?: string; readonly accountId?: string; readonly problem?: string }

const identify = async (account: Account): Promise<Identity> => {
  const client = new STSClient(buildClientSettings(account))
  try {
    const { Arn, Account: accountId } = await askAws(
      'sts:GetCallerIdentity',
      client.send(new GetCallerIdentityCommand({})),
    )
    return { ...(Arn !== undefined && { caller: Arn }), ...(accountId !== undefined && { accountId }) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { problem: error.message }
  }
}

/** The caller, and the account and region of the ledger. Does not throw if AWS does not name the caller. */
export const readOperator = async (account: Account, { ledger, stack }: LocatedLedger): Promise<Operator> => {
  const { accountId, ...identity } = await identify(account)
  const region = await ledger.client.config.region()
  const what = stack === undefined ? `the table ${ledger.table}` : `the stack ${stack.name}`
  const owner = stack === undefined || stack.accountId === '' ? accountId : stack.accountId
  return { ...identity, reach: `${what} in ${region}${owner === undefined ? '' : ` of account ${owner}`}` }
}

/** The same, for a change that can wait until AWS names the caller. Throws UserError if it does not. */
export const requireOperator = async (account: Account, place: LocatedLedger): Promise<Operator> => {
  const operator = await readOperator(account, place)
  if (operator.problem !== undefined) throw new UserError(operator.problem)
  return operator
}
