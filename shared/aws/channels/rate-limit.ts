import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { getChannelPk } from '../../channels/row.ts'
import { type Item, toKeyItem } from '../ledger/items.ts'
import { buildUnchangedCondition, readVersion } from '../ledger/write-row.ts'
import { type ChannelTable, writeChannelRow } from './channel-row.ts'

/*
 * One row for each channel, shared by all copies of its function. All in milliseconds, and times since 1970. `free`: nobody
 * sends before that. `tail`: every slot until then is given away. `delay`: so much later than it says each slot is due, as
 * messages went out late or the channel was closed. `yield`: only who announces a stop sends before that.
 */
const SK = 'pace'
const ATTEMPTS = 20

type Times = { readonly free: number; readonly tail: number; readonly delay: number; readonly yield: number }
type RateLimitState = Times & { readonly version: number }

/** `go` now; or come back `at` that time. With `slot` its place is kept, which may be due later by then. */
export type RateLimitAnswer = { readonly go: true } | { readonly go: false; readonly at: Date; readonly slot?: number }

export type RateLimitRequest = {
  readonly now: Date
  readonly gapMs: number
  /** The slot that was given before. */
  readonly slot?: number
  /** If more than this waits already, no slot is given: alerts that come back together are sent together. */
  readonly gatherAfterMs?: number
  /** It announces a stop that is still ahead: it waits for nobody who has a slot. */
  readonly hasStopAhead?: boolean
}

const parsePace = (item: Item | undefined): RateLimitState => ({
  free: Number(item?.['free']?.N ?? 0),
  tail: Number(item?.['tail']?.N ?? 0),
  delay: Number(item?.['delay']?.N ?? 0),
  yield: Number(item?.['yield']?.N ?? 0),
  version: readVersion(item),
})

const readPace = async ({ client, table, channel }: ChannelTable): Promise<RateLimitState> => {
  const Key = toKeyItem({ pk: getChannelPk(channel), sk: SK })
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  return parsePace(Item)
}

type Next<T = RateLimitAnswer> = { readonly times: Times; readonly answer: T }

// A queue hides messages for whole seconds.
const ROUNDING_MS = 1_000

/** With a stop ahead: the next free moment. The others let it go first then. */
const computeNextBeforeStop = (times: Times, { now, gapMs }: RateLimitRequest): Next => {
  const at = now.getTime()
  if (times.free <= at) return { times: { ...times, free: at + gapMs }, answer: { go: true } }
  const answer = { go: false, at: new Date(times.free) } as const
  return { times: { ...times, yield: Math.max(times.yield, times.free + ROUNDING_MS) }, answer }
}

/** Whoever goes later than at its slot has all others that wait go later, so that each comes back once and in order. */
const passOn = (times: Times, { at, due, gapMs }: { at: number; due: number; gapMs: number }): Times => {
  const free = at + gapMs
  if (times.tail + times.delay <= at) return { ...times, free, tail: free, delay: 0 }
  const delay = times.delay + Math.min(gapMs, at - due)
  return { ...times, free, tail: Math.max(times.tail, free - delay), delay }
}

/** The change of the row, and the answer. */
const computeNext = (times: Times, request: RateLimitRequest): Next => {
  if (request.hasStopAhead === true) return computeNextBeforeStop(times, request)
  const { now, gapMs, slot, gatherAfterMs } = request
  const at = now.getTime()
  const { tail, delay } = times
  const free = Math.max(times.free, times.yield)
  const due = (slot ?? tail) + delay
  if (free <= at && due <= at) return { times: passOn(times, { at, due, gapMs }), answer: { go: true } }
  // A slot that was given stays, also if it was missed.
  const next = Math.max(at, free, due)
  if (slot !== undefined) return { times, answer: { go: false, at: new Date(next), slot } }
  if (gatherAfterMs !== undefined && next - at > gatherAfterMs)
    return { times, answer: { go: false, at: new Date(next) } }
  const given = next - delay
  return { times: { ...times, tail: given + gapMs }, answer: { go: false, at: new Date(next), slot: given } }
}

type Step<T> = (times: Times) => Next<T>

const isUnchanged = (times: Times, seen: Times): boolean =>
  times.free === seen.free && times.tail === seen.tail && times.delay === seen.delay && times.yield === seen.yield

/** Reads the row, decides, and writes it if nobody has in between. */
const step = async <T>(rows: ChannelTable, decide: Step<T>): Promise<T> => {
  let seen = await readPace(rows)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { times, answer } = decide(seen)
    if (isUnchanged(times, seen)) return answer
    const { free, tail, delay, yield: yieldUntil } = times
    const written = await writeChannelRow(rows, {
      sk: SK,
      set: { free, tail, delay, yield: yieldUntil, version: seen.version + 1 },
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
  if (request.gapMs > 0) return step(rows, times => computeNext(times, request))
  const { free } = await readPace(rows)
  return free <= request.now.getTime() ? { go: true } : { go: false, at: new Date(free) }
}

/** Nobody sends before that, because the channel asked for it. Who has a slot keeps it, and it is due later. */
export const closeUntil = (rows: ChannelTable, until: Date): Promise<void> =>
  step(rows, times => {
    const free = Math.max(times.free, until.getTime())
    return { times: { ...times, free, delay: times.delay + free - times.free }, answer: undefined }
  })
