import { type Command, InvalidArgumentError } from 'commander'
import { UserError } from '../../shared/errors.ts'
import type { Scope } from '../scan/accounts.ts'
import { collect } from './options.ts'

/** A region as AWS writes it. */
export const parseRegion = (text: string): string => {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) throw new InvalidArgumentError('Write it like us-east-1.')
  return text
}

/** The id of an account. */
export const parseAccount = (text: string): string => {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('Write its 12 digits, like 123456789012.')
  return text
}

/** Accounts that an option may name several of. */
export const parseAccounts = (text: string, accounts: readonly string[] = []): readonly string[] =>
  collect(parseAccount(text), accounts)

/** The name of a role, with its path if it has one. */
export const parseRoleName = (text: string): string => {
  if (!/^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Write the name alone, like OrganizationAccountAccessRole.')
  return text
}

/** Adds the options for the account and region to ask. */
export const addAccountOptions = (command: Command): Command =>
  command
    .option('--region <region>', 'the region of the stack (default: that of the profile)', parseRegion)
    .option('--profile <name>', 'the AWS profile to use')

/** Adds the options for the ledger. */
export const addLedgerOptions = (command: Command): Command =>
  addAccountOptions(
    command
      .option('--table <name>', 'the table of the ledger (default: VIRTGUARD_TABLE, else the stack’s)')
      .option('--stack <name>', 'the stack to find it by (default: Virtguard)'),
  )

const parseRole = (text: string, roles: readonly string[] = []): readonly string[] => {
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(text))
    throw new InvalidArgumentError('Write it like arn:aws:iam::123456789012:role/audit.')
  return [...roles, text]
}

/** Regions that an option may name several of. */
export const parseRegions = (text: string, regions: readonly string[] = []): readonly string[] =>
  collect(parseRegion(text), regions)

/** The id of an OU, or of the root. */
export const parseUnits = (text: string, units: readonly string[] = []): readonly string[] => {
  if (!/^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/.test(text))
    throw new InvalidArgumentError('Write it like ou-ab12-34cd56ef.')
  return collect(text, units)
}

/** The options for the accounts and regions to read. */
export type ScopeOptions = {
  readonly region?: readonly string[]
  readonly allRegions?: true
  readonly profile?: string
  readonly roleArn?: readonly string[]
}

/** Adds the options for the accounts and regions to read. */
export const addScope = (command: Command): Command =>
  command
    .option('--region <region>', 'a region to read (may be repeated; default: that of the profile)', parseRegions)
    .option('--all-regions', 'every region that is enabled (ec2:DescribeRegions)')
    .option('--profile <name>', 'the AWS profile to read with')
    .option('--role-arn <arn>', 'a role to read as, in its account (may be repeated; then only these)', parseRole)

/** The accounts and regions that were asked for. Throws UserError. */
export const toScope = ({ region = [], allRegions, profile, roleArn = [] }: ScopeOptions): Scope => {
  if (allRegions && region.length > 0)
    throw new UserError('--all-regions reads every region; leave out --region, or --all-regions')
  return {
    regions: allRegions ? 'all' : region,
    roles: roleArn,
    ...(profile !== undefined && { profile }),
  }
}
