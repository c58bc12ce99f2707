import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Ledger } from '../../shared/aws/ledger/ledger.ts'
import { UserError } from '../../shared/errors.ts'
import { type Account, buildClientSettings } from './account.ts'
import { askAws } from './asking.ts'
import { DEFAULT_STACK, type DeployedStack, readStack } from './stack.ts'

/** The options with which a user names the ledger. */
export type LedgerLocation = Account & { readonly table?: string; readonly stack?: string }

/** A ledger, and the stack that it was found by, if it was. */
export type LocatedLedger = { readonly ledger: Ledger; readonly stack?: DeployedStack }

const INSTEAD = 'or name the stack with --stack, or the table with --table or VIRTGUARD_TABLE'

const TABLE = /^[\w.-]{3,255}$/

const findNamedTable = ({ table, stack }: LedgerLocation): string | undefined => {
  if (table !== undefined && stack !== undefined)
    throw new UserError('--table names the ledger, --stack the stack to find it by; leave out one of them')
  // A stack on the command line counts more than an older setting of the shell.
  const name = table ?? (stack === undefined ? process.env['VIRTGUARD_TABLE'] : undefined)
  if (name === undefined || name === '') return undefined
  if (!TABLE.test(name)) throw new UserError(`${name} is no name of a table; it is the output LedgerTable of the stack`)
  return name
}

/**
 * The ledger: the table of --table or VIRTGUARD_TABLE, or else that of the stack. Throws UserError if neither is known.
 */
export const findLedger = async (where: LedgerLocation): Promise<LocatedLedger> => {
  const named = findNamedTable(where)
  if (named !== undefined) return { ledger: { client: new DynamoDBClient(buildClientSettings(where)), table: named } }
  const stack = await readStack(where, where.stack ?? DEFAULT_STACK, INSTEAD)
  const table = stack.outputs['LedgerTable']
  if (table === undefined) throw new UserError(`the stack ${stack.name} has no output LedgerTable; ${INSTEAD.slice(3)}`)
  return { ledger: { client: new DynamoDBClient(buildClientSettings(where)), table }, stack }
}

/** The account of the ledger: that of the stack, else the one in the ARN of the table. */
export const readLedgerAccount = async ({ ledger, stack }: LocatedLedger): Promise<string> => {
  if (stack !== undefined && stack.accountId !== '') return stack.accountId
  const call = ledger.client.send(new DescribeTableCommand({ TableName: ledger.table }))
  const { Table } = await askAws('dynamodb:DescribeTable', call, 'allow the call, or give --account')
  return Table?.TableArn?.split(':')[4] ?? ''
}
