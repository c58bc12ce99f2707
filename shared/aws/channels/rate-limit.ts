import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { getChannelPk } from '../../channels/row.ts'
import type { Condition } from '../../ledger/condition.ts'
import { type Item, toKeyItem } from '../ledger/items.ts'
import { type ChannelTable, writeChannelRow } from './channel-row.ts'

/*
 * One row for each channel, shared by all copies of its function. `free`: nobody sends before that. `tail`: every
 * second until then is given away. Both in milliseconds since 1970.
 */
const SK = 'pace'
const ATTEMPTS = 20

type RateLimitState = { readonly free: number; readonly tail: number; readonly version: number }

/** `go` now; or come back `at` that time, which is reserved if `slot` says so. */
export type RateLimitAnswer = { readonly go: true } | { readonly go: false; readonly at: Date; readonly slot?: number }

export type RateLimitRequest = {
  readonly now: Date
  readonly gapMs: number
  /** The slot that was given before. */
  readonly slot?: number
  /** If more than this waits already, no slot is given: alerts that come back together are sent together. */
  readonly gatherAfterMs?: number
}

const parsePace = (item: Item | undefined): RateLimitState => ({
  free: Number(item?.['free']?.N ?? 0),
  tail: Number(item?.['tail']?.N ?? 0),
  version: Number(item?.['version']?.N ?? 0),
})

const readPace = async ({ client, table, channel }: ChannelTable): Promise<RateLimitState> => {
  const Key = toKeyItem({ pk: getChannelPk(channel), sk: SK })
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  return parsePace(Item)
}

const buildUnchangedCondition = (version: number): Condition =>
  version === 0
    ? { expression: 'attribute_not_exists(#version)', values: {} }
    : { expression: '#version = :version', values: { ':version': version } }

type Next = { readonly state: Omit<RateLimitState, 'version'>; readonly answer: RateLimitAnswer }

/** The change of the row, and the answer. */
const computeNext = ({ free, tail }: RateLimitState, { now, gapMs, slot, gatherAfterMs }: RateLimitRequest): Next => {
  const at = now.getTime()
  const isDue = slot !== undefined && slot <= at
  if (free <= at && (isDue || tail <= at))
    return { state: { free: at + gapMs, tail: Math.max(tail, at + gapMs) }, answer: { go: true } }
  // A slot that was given and is still to come stays.
  if (slot !== undefined && slot > at && slot >= free)
    return { state: { free, tail }, answer: { go: false, at: new Date(slot), slot } }
  const next = Math.max(at, free, tail)
  if (gatherAfterMs !== undefined && next - at > gatherAfterMs)
    return { state: { free, tail }, answer: { go: false, at: new Date(next) } }
  return { state: { free, tail: next + gapMs }, answer: { go: false, at: new Date(next), slot: next } }
}

type Step<T> = (state: RateLimitState) => { readonly state: Omit<RateLimitState, 'version'>; readonly answer: T }

/** Reads the row, decides, and writes it if nobody has in between. */
const step = async <T>(rows: ChannelTable, decide: Step<T>): Promise<T> => {
  let seen = await readPace(rows)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { state, answer } = decide(seen)
    if (state.free === seen.free && state.tail === seen.tail) return answer
    const written = await writeChannelRow(rows, {
      sk: SK,
      set: { ...state, version: seen.version + 1 },
      condition: buildUnchangedCondition(seen.version),
    })
    if (written.refused === undefined) return answer
    seen = parsePace(written.item)
  }
  throw new Error(`the pace of ${rows.channel} is written by too many at once; it will be tried again`)
}

/**
 * Asks for a slot to send a message: at most one each `gapMs`, for all callers. A gap of 0 only heeds `closeUntil`.
 * Throws what DynamoDB throws.
 */
export const requestSlot = async (rows: ChannelTable, request: RateLimitRequest): Promise<RateLimitAnswer> => {
  if (request.gapMs > 0) return step(rows, state => computeNext(state, request))
  const { free } = await readPace(rows)
  return free <= request.now.getTime() ? { go: true } : { go: false, at: new Date(free) }
}

/** Nobody sends before that, because the channel asked for it. */
export const closeUntil = (rows: ChannelTable, until: Date): Promise<void> =>
  step(rows, ({ free, tail }) => ({
    state: { free: Math.max(free, until.getTime()), tail: Math.max(tail, until.getTime()) },
    answer: undefined,
  }))
