import { createHash } from 'node:crypto'
import { ROWS_PER_TRANSACTION } from '../../ledger/claim.ts'
import type { RowKey } from '../../ledger/row.ts'

/**
 * Names the set of rows that are claimed together, the same for whoever claims the same ones in whatever order. Undefined
 * where one transaction holds them all: then nobody is ever in the middle of it.
 */
export const setName = (rows: readonly RowKey[]): string | undefined => {
  if (rows.length <= ROWS_PER_TRANSACTION) return undefined
  const names = rows.map(({ pk, sk }) => `${pk} ${sk}`).sort()
  return createHash('sha256').update(names.join('\n')).digest('base64url').slice(0, 16)
}
