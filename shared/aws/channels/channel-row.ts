import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { getChannelPk, getExpiry, mayTake, SENT_STATES, type SentRow } from '../../channels/row.ts'
import type { Condition } from '../../ledger/condition.ts'
import { LEASE_SECONDS, toEpochSeconds } from '../../ledger/row.ts'
import type { Item } from '../ledger/items.ts'
import { type WrittenItem, writeItem } from '../ledger/write-row.ts'

/** The rows of one channel in the ledger's table. */
export type ChannelTable = { readonly client: DynamoDBClient; readonly table: string; readonly channel: string }

export type Taker = { readonly claimant: string; readonly now: Date }

/** `done`: it was sent, or another claim of it counts. `busy`: another delivery has it, at most until then. */
export type Taken =
  | { readonly kind: 'mine'; readonly row: SentRow }
  | { readonly kind: 'done'; readonly row: SentRow }
  | { readonly kind: 'busy'; readonly until: Date }

const readNumber = (item: Item, name: string): number => Number(item[name]?.N ?? 0)

export const readSentRow = (item: Item): SentRow => ({
  pk: item['pk']?.S ?? '',
  sk: item['sk']?.S ?? '',
  state: SENT_STATES.find(state => state === item['state']?.S) ?? 'open',
  claimant: item['claimant']?.S ?? '',
  leaseUntil: readNumber(item, 'leaseUntil'),
  since: readNumber(item, 'since'),
  failures: readNumber(item, 'failures'),
  waits: readNumber(item, 'waits'),
  ...(item['slot'] !== undefined && { slot: readNumber(item, 'slot') }),
  ...(item['alone'] !== undefined && { alone: 1 }),
})

type Values = Readonly<Record<string, string | number>>

const ABSENT: Condition = { expression: 'attribute_not_exists(#pk)', values: {} }

const buildSeenCondition = ({ state, claimant, leaseUntil }: SentRow): Condition => ({
  expression: '#state = :seen AND #claimant = :by AND #leaseUntil = :lease',
  values: { ':seen': state, ':by': claimant, ':lease': leaseUntil },
})

type Write = {
  readonly sk: string
  readonly set: Values
  readonly condition: Condition
  readonly remove?: readonly string[]
}

/**
 * Changes one row of a channel on a condition. Without `refused` the row is as it is now. It is undefined if there is
 * none.
 */
export const writeChannelRow = async (
  { client, table, channel }: ChannelTable,
  { sk, ...change }: Write,
): Promise<WrittenItem> => writeItem({ client, table }, { key: { pk: getChannelPk(channel), sk }, ...change })

const FRESH = { failures: 0, waits: 0 }

/** Over a row that was read, or over none. An alert that comes back from the dead-letter queue begins again. */
const claimItem = (rows: ChannelTable, sk: string, { by, seen }: { by: Taker; seen?: SentRow }) => {
  const { claimant, now } = by
  const isNew = seen === undefined || seen.state === 'parked'
  return writeChannelRow(rows, {
    sk,
    set: {
      state: 'open',
      claimant,
      leaseUntil: toEpochSeconds(now) + LEASE_SECONDS,
      ...(isNew && { since: now.getTime(), ...FRESH, expiresAt: getExpiry(now) }),
    },
    condition: seen === undefined ? ABSENT : buildSeenCondition(seen),
  })
}

const LATER_MS = 5_000

/**
 * Claims an alert (or the release): written before it is sent, so that one delivery sends it at a time, and not again
 * once it is known to be sent. Throws what DynamoDB throws.
 */
export const claimRow = async (rows: ChannelTable, sk: string, by: Taker): Promise<Taken> => {
  const first = await claimItem(rows, sk, { by })
  if (first.item === undefined) return { kind: 'busy', until: new Date(by.now.getTime() + LATER_MS) }
  const seen = readSentRow(first.item)
  if (first.refused === undefined) return { kind: 'mine', row: seen }
  if (!mayTake(seen, by))
    return seen.state === 'open'
      ? { kind: 'busy', until: new Date(seen.leaseUntil * 1000) }
      : { kind: 'done', row: seen }
  const second = await claimItem(rows, sk, { by, seen })
  if (second.refused === undefined && second.item !== undefined) return { kind: 'mine', row: readSentRow(second.item) }
  return { kind: 'busy', until: new Date(by.now.getTime() + LATER_MS) }
}

/** Still claimed by the same delivery: a row whose lease ran out may be somebody else's by now. */
const buildStillMineCondition = ({ claimant }: SentRow): Condition => ({
  expression: '#claimant = :me',
  values: { ':me': claimant },
})

/** Lets an alert go until its message comes back. */
export const releaseRow = async (
  rows: ChannelTable,
  row: SentRow,
  changes: Partial<Pick<SentRow, 'failures' | 'waits' | 'slot' | 'alone'>> & { readonly why?: string },
): Promise<void> => {
  await writeChannelRow(rows, {
    sk: row.sk,
    set: { leaseUntil: 0, ...changes },
    condition: buildStillMineCondition(row),
  })
}

/** Records the result of an alert, for good: `ref` is its message in the channel. */
export const finishRow = async (
  rows: ChannelTable,
  row: SentRow,
  { state, at, ...more }: { state: 'sent' | 'parked'; at: Date; ref?: string; why?: string },
): Promise<void> => {
  const set = { state, leaseUntil: 0, changedAt: at.toISOString(), ...more }
  await writeChannelRow(rows, { sk: row.sk, set, condition: buildStillMineCondition(row) })
}
