import type { AccountRegion } from '../facts/account-region.ts'
import type { EventKind } from '../facts/event.ts'
import type { RowKey } from './row.ts'

/** The two sources by which AWS reports a launch: CloudTrail's record of the call, and EC2's own notification. */
export const WAYS = ['records', 'notifications'] as const
export type EventPath = (typeof WAYS)[number]

/** The events that prove a source: each kind has an EventBridge rule of its own, and others say nothing of the one for launches. */
export const HEARD_BY: Readonly<Record<EventPath, EventKind>> = { records: 'launch', notifications: 'running' }

/** An event of one source, with the time that AWS gives for it (ISO 8601, UTC). */
export type Heard = AccountRegion & { readonly way: EventPath; readonly at: string }

/** What the ledger knows of the events of a region. Times are ISO 8601, UTC. */
export type Hearing = {
  /** When the last event of each source came, up to an hour too early; absent if none ever came. */
  readonly heard: Readonly<Partial<Record<EventPath, string>>>
  /** From when silence counts. */
  readonly since: string
  /** For each source that is deaf. */
  readonly deaf: Readonly<Partial<Record<EventPath, Deafness>>>
}

/** The time of the launch without an event, and the message that reported it. */
export type Deafness = { readonly since: string; readonly claimant: string }

export const buildHearingKey = ({ accountId, region }: AccountRegion): RowKey => ({
  pk: `${accountId}#${region}#heard`,
  sk: 'last',
})

/** How often at most the time of a region's last event is written. */
export const HEARD_EVERY_MS = 3_600_000

/** How the attributes of the row are called. */
export const DEAF: Readonly<Record<EventPath, { readonly since: string; readonly claimant: string }>> = {
  records: { since: 'deafRecords', claimant: 'deafRecordsBy' },
  notifications: { since: 'deafNotifications', claimant: 'deafNotificationsBy' },
}
