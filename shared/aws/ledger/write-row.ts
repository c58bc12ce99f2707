import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Condition } from '../../ledger/condition.ts'
import type { Row } from '../../ledger/row.ts'
import { type Change, type Item, readRow, type Table, updateOf } from './items.ts'
import { repeatWrite } from './repeat-write.ts'

/**
 * The result of a change: the row as it is afterwards if it was asked for, or the row that refused it, if there is one.
 */
export type Written =
  | { readonly written: true; readonly row?: Row }
  | { readonly written: false; readonly row: Row | undefined }

/** The item as it is afterwards, or, if it `refused`, as it was: undefined if there is none. */
export type WrittenItem = { readonly refused?: true; readonly item: Item | undefined }

/**
 * Changes one item on a condition, again if that was only refused for a moment. Throws what DynamoDB throws for other
 * reasons.
 */
export const writeItem = async ({ client, table }: Table, change: Change): Promise<WrittenItem> => {
  try {
    const command = new UpdateItemCommand({ ...updateOf(table, change), ReturnValues: 'ALL_NEW' })
    return { item: (await repeatWrite(() => client.send(command))).Attributes }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return { refused: true, item: error.Item }
  }
}

/** The same for a row of a finding. */
export const writeRow = async (table: Table, change: Change): Promise<Written> => {
  const { refused, item } = await writeItem(table, change)
  const row = item && readRow(item)
  if (refused) return { written: false, row }
  return { written: true, ...(row !== undefined && { row }) }
}

/** How often an item was written that is replaced as a whole; 0 if there is none. */
export const readVersion = (item: Item | undefined): number => Number(item?.['version']?.N ?? 0)

/** Whether such an item is as it was read. */
export const buildUnchangedCondition = (version: number): Condition =>
  version === 0
    ? { expression: 'attribute_not_exists(#version)', values: {} }
    : { expression: '#version = :version', values: { ':version': version } }
