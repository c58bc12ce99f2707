import type { RowKey } from './row.ts'

type AccountRegion = { readonly accountId: string; readonly region: string }

/** The two ways by which AWS tells of a launch: CloudTrail's record of the call, and EC2's own notification. */
export const WAYS = ['records', 'notifications'] as const
export type Way = (typeof WAYS)[number]

/** That something was heard by one way: when AWS says that it happened (ISO 8601, UTC). */
export type Heard = AccountRegion & { readonly way: Way; readonly at: string }

/** What the ledger knows of how a region is heard. Times are ISO 8601, UTC. */
export type Hearing = {
  /** When something was heard last by each way, an hour early at most; absent where nothing ever was. */
  readonly heard: Readonly<Partial<Record<Way, string>>>
  /** Since when it counts what is not heard. */
  readonly since: string
  /** Where a way is deaf. */
  readonly deaf: Readonly<Partial<Record<Way, Deafness>>>
}

/** When the launch was that nothing was heard of, and which message reported it. */
export type Deafness = { readonly since: string; readonly claimant: string }

export const hearingKey = ({ accountId, region }: AccountRegion): RowKey => ({
  pk: `${accountId}#${region}#heard`,
  sk: 'last',
})

/** How often at most it is written that a region was heard. */
export const HEARD_EVERY_MS = 3_600_000

/** How the attributes of the row are called. */
export const DEAF: Readonly<Record<Way, { readonly since: string; readonly claimant: string }>> = {
  records: { since: 'deafRecords', claimant: 'deafRecordsBy' },
  notifications: { since: 'deafNotifications', claimant: 'deafNotificationsBy' },
}
