import { ConditionalCheckFailedException, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { ExpiringExemption } from '../../alert/alert.ts'
import type { Finding } from '../../engine/finding.ts'
import type { AccountRegion } from '../../facts/account-region.ts'
import {
  buildSameFindingCondition,
  buildSeenCondition,
  createPast,
  createRow,
  KEPT_SECONDS,
} from '../../ledger/claim.ts'
import { areSiblings } from '../../ledger/claimant.ts'
import { noticeRow } from '../../ledger/notice.ts'
import { addKnownOwner } from '../../ledger/owned.ts'
import {
  LEASE_SECONDS,
  type ResolveResult,
  type Row,
  type RowKey,
  type State,
  toEpochSeconds,
} from '../../ledger/row.ts'
import type { IndexKey } from '../../ledger/sweep-message.ts'
import type { Reason } from '../../reasons/reason.ts'
import { type Change, readRow, toItem, toKeyItem, updateOf } from './items.ts'
import type { Ledger } from './ledger.ts'
import { repeatWrite } from './repeat-write.ts'
import { writeRow } from './write-row.ts'

type By = { readonly claimant: string; readonly now: Date }

/** Some rows of an account, the oldest first, and the position after them. Absent after the last. */
export type RowPage = { readonly rows: readonly Row[]; readonly next?: IndexKey }

// A row is some 3 kB; EC2 is asked for the instances of one page at a time.
const ROWS_PER_PAGE = 500

/**
 * A page of the index `byAccount`, which lags behind: a change of one of these rows needs the condition that it is
 * unchanged.
 */
export const queryRowsFrom = async (
  { client, table }: Ledger,
  { accountId, from }: { readonly accountId: string; readonly from?: IndexKey | undefined },
): Promise<RowPage> => {
  const { Items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'byAccount',
      KeyConditionExpression: 'accountId = :account',
      ExpressionAttributeValues: toItem({ ':account': accountId }),
      Limit: ROWS_PER_PAGE,
      ...(from !== undefined && { ExclusiveStartKey: toItem({ accountId, ...from }) }),
    }),
  )
  const [pk, sk, writtenAt] = [last?.['pk']?.S, last?.['sk']?.S, last?.['writtenAt']?.S]
  const isMore = pk !== undefined && sk !== undefined && writtenAt !== undefined
  return { rows: Items.map(readRow), ...(isMore && { next: { pk, sk, writtenAt } }) }
}

const tryWrite = async (ledger: Ledger, change: Change): Promise<boolean> => (await writeRow(ledger, change)).written

const selectKey = ({ pk, sk }: RowKey): RowKey => ({ pk, sk })

/** `ours`: the answer to our own write was lost, and it was sent again. */
const resolvedBy = (row: Row | undefined, to: State, claimant: string): ResolveResult => {
  if (row?.state !== to || row.untold !== to) return 'not ours'
  if (row.claimant === claimant) return 'ours'
  return areSiblings(row.claimant, claimant) ? 'sibling' : 'not ours'
}

/**
 * Records that the finding of a row is over, or the outcome of a promise that was not kept (`to`), if the row is
 * unchanged. If that is alerted (`quiet` is false) `ours` means that this delivery alerts it, and `sibling` that
 * another delivery of our message does. Throws what DynamoDB throws.
 */
export const resolveBySweep = async (
  ledger: Ledger,
  row: Row,
  {
    because,
    quiet,
    to = 'RESOLVED',
    claimant,
    now,
  }: By & { readonly because: Reason; readonly quiet: boolean; readonly to?: 'RESOLVED' | 'STOPPED' | 'FAILED' },
): Promise<ResolveResult> => {
  const result = await writeRow(ledger, {
    key: selectKey(row),
    set: {
      state: to,
      claimant,
      changedAt: toEpochSeconds(now),
      leaseUntil: quiet ? 0 : toEpochSeconds(now) + LEASE_SECONDS,
      ...(!quiet && { untold: to }),
    },
    past: createPast(to, now, because),
    condition: buildSeenCondition(row),
  })
  return result.written ? 'ours' : resolvedBy(result.row, to, claimant)
}

/** Records that a row is exempt by now, if it is unchanged, so that it is alerted again when that ends. */
export const exemptRow = (
  ledger: Ledger,
  row: Row,
  { finding, claimant, now }: By & { readonly finding: Finding },
): Promise<boolean> => {
  const next = createRow(addKnownOwner(finding, [row]), { claimant, now, launchId: row.launchId })
  return tryWrite(ledger, {
    key: selectKey(row),
    set: { state: 'SUPPRESSED', finding: next.finding, claimant, changedAt: next.changedAt, leaseUntil: 0 },
    ...(next.history[0] !== undefined && { past: next.history[0] }),
    condition: buildSameFindingCondition(row),
  })
}

/** Keeps a row that is still true for as long as a new one. */
export const renewRow = (ledger: Ledger, row: Row, now: Date): Promise<boolean> =>
  tryWrite(ledger, {
    key: selectKey(row),
    set: { expiresAt: toEpochSeconds(now) + KEPT_SECONDS },
    condition: buildSeenCondition(row),
  })

/**
 * Claims the announcement of the end of an exemption in a region: `ours` once for each end, and again if its claimant
 * has not been heard of. `sibling`: another delivery of our message has it. Confirm marks it as alerted, like an
 * outcome.
 */
export const claimNotice = async (
  { client, table }: Ledger,
  { key, expires, claimant, now, ...where }: AccountRegion & By & Pick<ExpiringExemption, 'key' | 'expires'>,
): Promise<ResolveResult> => {
  const present = toEpochSeconds(now)
  const update = updateOf(table, {
    key: noticeRow(where, key),
    set: {
      // As in an exempt row: a reader of the row finds the attributes that all rows have.
      state: 'SUPPRESSED',
      status: 'FAILED',
      untold: 'SUPPRESSED',
      claimant,
      leaseUntil: present + LEASE_SECONDS,
      expiresAt: Math.floor(Date.parse(expires) / 1000) + KEPT_SECONDS,
    },
    condition: {
      expression:
        'attribute_not_exists(#pk) OR (attribute_exists(#untold) AND (#claimant = :me OR #leaseUntil < :now))',
      values: { ':me': claimant, ':now': present },
    },
  })
  try {
    await repeatWrite(() => client.send(new UpdateItemCommand(update)))
    return 'ours'
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const { untold: pending, claimant: by } = error.Item ?? {}
    return pending !== undefined && areSiblings(by?.S ?? '', claimant) ? 'sibling' : 'not ours'
  }
}

/** EC2 may not know a new instance for so long. */
const SEEN_AFTER_MS = 60_000

/**
 * Records that a sweep of a region begins now. With `launchedUntil` only if none has begun since that saw those
 * launches: otherwise false. The same message may begin it again. Throws what DynamoDB throws.
 */
export const beginSweep = async (
  { client, table }: Ledger,
  {
    accountId,
    region,
    claimant,
    now,
    launchedUntil,
  }: AccountRegion & By & { readonly launchedUntil?: string | undefined },
): Promise<boolean> => {
  const until = launchedUntil === undefined ? undefined : new Date(Date.parse(launchedUntil) + SEEN_AFTER_MS)
  const condition = 'attribute_not_exists(#at) OR #at < :until OR #by = :by'
  try {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: toKeyItem({ pk: `${accountId}#${region}#sweep`, sk: 'begun' }),
      UpdateExpression: 'SET #at = :now, #by = :by',
      ...(until !== undefined && { ConditionExpression: condition }),
      ExpressionAttributeNames: { '#at': 'at', '#by': 'by' },
      ExpressionAttributeValues: toItem({
        ':now': now.toISOString(),
        ':by': claimant,
        ...(until !== undefined && { ':until': until.toISOString() }),
      }),
    })
    await repeatWrite(() => client.send(command))
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return false
  }
}
