import { createPast } from '../../ledger/claim.ts'
import { areSiblings, getMessageId } from '../../ledger/claimant.ts'
import {
  LEASE_SECONDS,
  type PendingNotification,
  type ResolveResult,
  type Row,
  type RowKey,
  type RowOutcome,
  toEpochSeconds,
} from '../../ledger/row.ts'
import { listOriginStates } from '../../ledger/transitions.ts'
import { buildRefusalItem } from './digest.ts'
import { type Change, readRow, updateOf } from './items.ts'
import type { Ledger } from './ledger.ts'
import { isRefused } from './repeat-transact.ts'
import { transactAgainWith } from './transact.ts'
import { type Written, writeRow } from './write-row.ts'

type Settling = RowOutcome & { readonly claimant: string; readonly now: Date }

/** EC2's answers lag behind the events: a start of the last seconds must not count as earlier. */
const LAG_SECONDS = 5

const changeOf = (row: Row, { to, because, at, inDigest, notTaken, claimant, now }: Settling): Change => {
  const from = listOriginStates(to)
  return {
    key: { pk: row.pk, sk: row.sk },
    set: {
      state: to,
      untold: to,
      claimant,
      // Only the digest alerts it.
      leaseUntil: inDigest === undefined ? toEpochSeconds(now) + LEASE_SECONDS : 0,
      // A requested stop stays the mark: everything that is reported of a later time came after the stop.
      changedAt: row.stopRequestedAt === undefined ? toEpochSeconds(now) - LAG_SECONDS : row.changedAt,
      ...(inDigest !== undefined && { inDigest }),
    },
    ...(notTaken === true && { remove: ['stopRequestedAt'] }),
    past: createPast(to, at ?? now, because),
    condition: {
      expression: `#state IN (${from.map((_, index) => `:from${index}`).join(', ')}) AND #stopAt = :promise`,
      values: {
        ...Object.fromEntries(from.map((state, index) => [`:from${index}`, state])),
        // Stryker disable next-line StringLiteral: no row has such a time.
        ':promise': row.stopAt ?? '',
      },
    },
  }
}

/** Together with the entry of the refusal for the digest, both or neither. */
const writeBoth = async (
  change: Change,
  { ledger, settledBy }: { ledger: Ledger; settledBy: string },
): Promise<Written> => {
  const Update = updateOf(ledger.table, change)
  const Put = { TableName: ledger.table, Item: buildRefusalItem(change.key, settledBy) }
  const outcome = await transactAgainWith(ledger.client)({ TransactItems: [{ Update }, { Put }] })
  if (outcome.written) return { written: true }
  const [reason] = outcome.reasons
  if (!isRefused(reason)) throw outcome.error
  return { written: false, row: reason.Item === undefined ? undefined : readRow(reason.Item) }
}

/**
 * Writes the outcome of a row that was read, if the row is unchanged. `ours`: this delivery alerts the outcome.
 * `sibling`: another delivery of our message has just written it, and may yet die before the alert. Throws what
 * DynamoDB throws.
 */
export const resolveRow = async (ledger: Ledger, row: Row, settling: Settling): Promise<ResolveResult> => {
  const { to, claimant, inDigest } = settling
  const change = changeOf(row, settling)
  const result =
    inDigest === undefined ? await writeRow(ledger, change) : await writeBoth(change, { ledger, settledBy: claimant })
  if (result.written) return 'ours'
  const isUntold = result.row?.state === to && result.row.untold === to
  if (!isUntold || getMessageId(result.row.claimant) !== getMessageId(claimant)) return 'not ours'
  // Written by ourselves, if the SDK sent it again.
  return result.row.claimant === claimant ? 'ours' : 'sibling'
}

type Taking = { readonly claimant: string; readonly now: Date; readonly inDigest?: 'yes' }

const decideOwnership = (row: Row | undefined, { claimant, inDigest }: Taking): PendingNotification => {
  if (row?.untold === undefined || row.inDigest !== inDigest) return { kind: 'told' }
  return { kind: areSiblings(row.claimant, claimant) ? 'sibling' : 'elsewhere' }
}

/**
 * Takes over a pending outcome that nobody alerts any more; with `inDigest`, one that waits for a digest. Throws what
 * DynamoDB throws.
 */
export const claimPendingNotification = async (
  ledger: Ledger,
  key: RowKey,
  taking: Taking,
): Promise<PendingNotification> => {
  const { claimant, now, inDigest } = taking
  const gathered = inDigest === undefined ? 'attribute_not_exists(#inDigest)' : 'attribute_exists(#inDigest)'
  const result = await writeRow(ledger, {
    key: { pk: key.pk, sk: key.sk },
    set: { claimant, leaseUntil: toEpochSeconds(now) + LEASE_SECONDS },
    condition: {
      expression: `attribute_exists(#untold) AND ${gathered} AND (#claimant = :me OR #leaseUntil < :now)`,
      values: { ':me': claimant, ':now': toEpochSeconds(now) },
    },
  })
  if (!result.written) return decideOwnership(result.row, taking)
  const outcome = result.row?.history.at(-1)
  return result.row === undefined || outcome === undefined
    ? { kind: 'told' }
    : { kind: 'mine', row: result.row, outcome }
}

/** As long as a stop and a start take at the least: a `running` that EC2 dates earlier was before the stop. */
const STOP_AND_START_SECONDS = 5

/**
 * Records in each row of the instance that EC2 is about to be asked to stop it or, if one row has changed, in none:
 * then false, and nothing may be stopped. Repeated, it counts from the last time.
 */
export const recordStopIntent = async (
  { client, table }: Ledger,
  rows: readonly Row[],
  now: Date,
): Promise<boolean> => {
  // Stryker disable next-line StringLiteral: no row has such a time.
  const updates = rows.map(({ pk, sk, stopAt = '' }) =>
    updateOf(table, {
      key: { pk, sk },
      set: { stopRequestedAt: now.toISOString(), changedAt: toEpochSeconds(now) + STOP_AND_START_SECONDS },
      condition: {
        expression: '#state = :deferred AND #stopAt = :promise',
        values: { ':deferred': 'DEFERRED', ':promise': stopAt },
      },
    }),
  )
  const outcome = await transactAgainWith(client)({ TransactItems: updates.map(Update => ({ Update })) })
  if (outcome.written) return true
  if (!outcome.reasons.some(isRefused)) throw outcome.error
  return false
}
