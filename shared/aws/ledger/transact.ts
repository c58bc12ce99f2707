import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb'

/** What came of a transaction: all of it was written, or nothing, and why. */
export type Transacted =
  | { readonly written: true }
  | { readonly written: false; readonly reasons: readonly CancellationReason[]; readonly error: Error }

/** Writes a transaction. Throws what DynamoDB throws, but where a reason of its own made it refuse a write. */
export type Transact = (input: TransactWriteItemsCommandInput) => Promise<Transacted>

/** Writes with the SDK's client. */
export const transactWith =
  (client: DynamoDBClient): Transact =>
  async input => {
    try {
      await client.send(new TransactWriteItemsCommand(input))
      return { written: true }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      return { written: false, reasons: error.CancellationReasons ?? [], error }
    }
  }
