import { randomUUID } from 'node:crypto'
import { type DynamoDBClient, TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { repeatTransact, type Transact } from './repeat-transact.ts'
import { repeatWrite } from './repeat-write.ts'

/**
 * Writes with the SDK's client. A repeated write has the same token, and DynamoDB writes once what it gets twice (API
 * reference, TransactWriteItems, ClientRequestToken).
 */
export const transactWith =
  (client: DynamoDBClient): Transact =>
  async input => {
    const command = new TransactWriteItemsCommand({ ClientRequestToken: randomUUID(), ...input })
    try {
      await repeatWrite(() => client.send(command))
      return { written: true }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      // Stryker disable next-line ArrayDeclaration: what is no reason neither passes nor is refused.
      return { written: false, reasons: error.CancellationReasons ?? [], error }
    }
  }

/** As `transactWith`, repeated if others wrote the same items at that moment, or DynamoDB had no capacity for it. */
export const transactAgainWith = (client: DynamoDBClient): Transact => repeatTransact(transactWith(client))
