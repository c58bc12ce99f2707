import type { RowKey } from '../../ledger/row.ts'
import type { Table } from './items.ts'
import { writeRow } from './write-row.ts'

const AT_ONCE = 25

const release = (ledger: Table, key: RowKey, claimant: string) =>
  writeRow(ledger, {
    key: { pk: key.pk, sk: key.sk },
    set: { leaseUntil: 0 },
    condition: {
      expression: '#claimant = :me AND (#state = :new OR attribute_exists(#untold))',
      values: { ':me': claimant, ':new': 'NEW' },
    },
  })

/**
 * Gives back claimed findings that could not be alerted, so that the next delivery need not wait for the end of the
 * lease. Never fails: otherwise the lease ends by itself.
 */
export const releaseClaim = async (ledger: Table, keys: readonly RowKey[], claimant: string): Promise<void> => {
  // Stryker disable next-line EqualityOperator: the last turn would have nothing to do.
  for (let start = 0; start < keys.length; start += AT_ONCE)
    await Promise.allSettled(keys.slice(start, start + AT_ONCE).map(key => release(ledger, key, claimant)))
}
