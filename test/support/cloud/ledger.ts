/** The ledger on a DynamoDB in memory. */
import { type Item, readRow } from '../../../shared/aws/ledger/items.ts'
import type { Ledger } from '../../../shared/aws/ledger/ledger.ts'
import type { Row } from '../../../shared/ledger/row.ts'
import type { Gate } from './calls.ts'
import type { inMemoryDynamo } from './dynamodb.ts'

type Dynamo = ReturnType<typeof inMemoryDynamo>

/** The ledger as a function reaches it: through a gate if it has one, and at once if not. */
export const openLedger = ({ client }: Dynamo, gate?: Gate): Ledger => ({
  client: client(gate && ((call, name) => gate(name, call))),
  table: 'ledger',
})

/** A write replaces an item: one that was read is not read again. What is looked at after each step is all of the rows. */
const read = new WeakMap<Item, Row>()

const readOnce = (item: Item): Row => {
  const known = read.get(item)
  if (known !== undefined) return known
  const row = readRow(item)
  read.set(item, row)
  return row
}

/** The rows of findings. */
export const readRows = ({ items }: Dynamo): readonly Row[] =>
  [...items.values()].filter(item => item['finding'] !== undefined).map(readOnce)
