/** The ledger on a DynamoDB in memory. */
import { readRow } from '../../../shared/aws/ledger/items.ts'
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

/** The rows of findings. */
export const readRows = ({ items }: Dynamo): readonly Row[] =>
  [...items.values()].filter(item => item['finding'] !== undefined).map(readRow)
