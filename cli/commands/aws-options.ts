import { type Command, InvalidArgumentError } from 'commander'

/** A region as AWS writes it. */
export const parseRegion = (text: string): string => {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) throw new InvalidArgumentError('Write it like us-east-1.')
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
