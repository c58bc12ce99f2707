import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Row } from '../../ledger/row.ts'
import { type Change, readRow, type Table, updateOf } from './items.ts'
import { repeatWrite } from './repeat-write.ts'

/**
 * The result of a change: the row as it is afterwards if it was asked for, or the row that refused it, if there is one.
 */
export type Written =
  | { readonly written: true; readonly row?: Row }
  | { readonly written: false; readonly row: Row | undefined }

/**
 * Changes one row on a condition, again if that was only refused for a moment. Throws what DynamoDB throws for other
 * reasons.
 */
export const writeRow = async ({ client, table }: Table, change: Change): Promise<Written> => {
  try {
    const command = new UpdateItemCommand({ ...updateOf(table, change), ReturnValues: 'ALL_NEW' })
    const { Attributes } = await repeatWrite(() => client.send(command))
    return { written: true, ...(Attributes !== undefined && { row: readRow(Attributes) }) }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return { written: false, row: error.Item === undefined ? undefined : readRow(error.Item) }
  }
}
