import { createHash } from 'node:crypto'
import { ROWS_PER_TRANSACTION } from '../../ledger/claim.ts'
import type { RowKey } from '../../ledger/row.ts'

/**
 * Names the set of rows that are claimed together, the same for the same rows in any order. Undefined if one
 * transaction has them all: then no claim of them is ever half done.
 */
export const setName = (rows: readonly RowKey[]): string | undefined => {
  if (rows.length <= ROWS_PER_TRANSACTION) return undefined
  const names = rows.map(({ pk, sk }) => `${pk} ${sk}`).sort()
  return createHash('sha256').update(names.join('\n')).digest('base64url').slice(0, 16)
}
