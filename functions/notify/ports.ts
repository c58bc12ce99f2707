import type { Alert } from '../../shared/alert/alert.ts'
import type { Taken, Taker } from '../../shared/aws/channels/channel-row.ts'
import type { RateLimitAnswer, RateLimitRequest } from '../../shared/aws/channels/rate-limit.ts'
import type { ScheduledDelivery } from '../../shared/aws/channels/scheduled-deliveries.ts'
import type { Open } from '../../shared/aws/channels/threads.ts'
import type { SentRow } from '../../shared/channels/row.ts'
import type { Sender } from '../../shared/channels/sending.ts'

type Finish = { readonly state: 'sent' | 'parked'; readonly at: Date; readonly ref?: string; readonly why?: string }
type Changes = Partial<Pick<SentRow, 'failures' | 'waits' | 'slot' | 'alone'>> & { readonly why?: string }

/** The rows in the ledger's table. Each is one function of shared/aws, with the rows of the channel given. */
export type ChannelRows = {
  readonly take: (sk: string, by: Taker) => Promise<Taken>
  readonly release: (row: SentRow, changes: Changes) => Promise<void>
  readonly finish: (row: SentRow, finish: Finish) => Promise<void>
  readonly remove: (row: SentRow) => Promise<void>
  readonly requestSlot: (request: RateLimitRequest) => Promise<RateLimitAnswer>
  readonly closeUntil: (until: Date) => Promise<void>
  readonly threadOf: (resourceId: string) => Promise<string | undefined>
  readonly rememberThread: (thread: { resourceId: string; ref: string; now: Date }) => Promise<void>
  readonly deliveriesOfLaunch: (alert: Alert) => Promise<readonly SentRow[]>
  readonly putOpen: (open: Open, now: Date) => Promise<void>
  readonly deleteOpen: (open: Open) => Promise<void>
  readonly isBehind: (open: Open, now: Date) => Promise<boolean>
  readonly hold: (hold: { at: string; alert: Alert; row: SentRow; now: Date }) => Promise<void>
  readonly scheduledUntil: (due: { at: string; limit: number }) => Promise<readonly ScheduledDelivery[]>
  readonly deleteScheduled: (
    scheduled: readonly ScheduledDelivery[],
    alerted: { ref: string | undefined; at: Date },
  ) => Promise<void>
}

/** The abilities and limits of a type of channel. */
export type ChannelProfile = {
  /** At most one message in so many milliseconds. 0 if there is no limit. */
  readonly gapMs: number
  /** Read by people, so that many alerts at once become one message. */
  readonly digests: boolean
  /** So many alerts that announce stops are named by one digest, whatever else is in it. */
  readonly stopsPerDigest: number
  /** A later message can be put below an earlier one. */
  readonly threads: boolean
}

/** What Notify needs from outside. */
export type NotifyPorts = {
  readonly channel: string
  readonly profile: ChannelProfile
  readonly now: () => Date
  readonly rows: ChannelRows
  readonly send: Sender
  readonly queue: {
    /** Hides a message for so many seconds more; then it is delivered again. */
    readonly postpone: (receiptHandle: string, seconds: number) => Promise<void>
    /** Puts a message into the dead-letter queue, with the reason in one line. */
    readonly deadLetter: (body: string, reason: string) => Promise<void>
  }
  /** Puts `flush` into the queue at that time, once. */
  readonly scheduleRelease: (at: string) => Promise<void>
  /** Whether there is time for one more message before the function is ended. */
  readonly hasTime: () => boolean
  readonly log: (level: 'info' | 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  readonly count: (metric: 'ChannelSent' | 'ChannelFailed' | 'ChannelRefused' | 'ChannelHeld', value: number) => void
}
