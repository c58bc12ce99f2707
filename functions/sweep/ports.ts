import type { ExpiringExemption } from '../../shared/alert/alert.ts'
import type { SnsMessage } from '../../shared/alert/sns-message.ts'
import type { ScanBatch } from '../../shared/aws/fleet/scan-region.ts'
import type { ReserveTimes } from '../../shared/aws/ledger/promised-times.ts'
import type { RowPage } from '../../shared/aws/ledger/sweep-ledger.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { ChannelQueues } from '../../shared/channels/left-behind.ts'
import type { Reading } from '../../shared/engine/complete.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import type { ReadFailure } from '../../shared/fleet/read-failure.ts'
import type { EventPath, Hearing } from '../../shared/ledger/heard.ts'
import type { Claim, Claiming, PendingNotification, ResolveResult, Row, RowLocation } from '../../shared/ledger/row.ts'
import type { IndexKey, SweepMessage } from '../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import type { Reason } from '../../shared/reasons/reason.ts'
import type { Subscription } from '../../shared/routing/readers.ts'
import type { Delivery } from '../runtime/delivery.ts'

type By = { readonly claimant: string; readonly now: Date }

/** What a sweep needs from the ledger. Each is one function of shared/aws, with the ledger given. */
export type SweepLedger = {
  readonly claim: (findings: readonly Finding[], claim: Claim) => Promise<Pick<Claiming, 'ours' | 'beingAlerted'>>
  readonly rowsFrom: (of: { readonly accountId: string; readonly from?: IndexKey | undefined }) => Promise<RowPage>
  readonly resolve: (
    row: Row,
    how: By & { readonly because: Reason; readonly quiet: boolean; readonly to?: 'STOPPED' | 'FAILED' },
  ) => Promise<ResolveResult>
  readonly exempt: (row: Row, how: By & { readonly finding: Finding }) => Promise<boolean>
  readonly renew: (row: Row, now: Date) => Promise<boolean>
  readonly claimPending: (row: Row, by: By) => Promise<PendingNotification>
  readonly claimNotice: (of: AccountRegion & By & Pick<ExpiringExemption, 'key' | 'expires'>) => Promise<ResolveResult>
  readonly readHearing: (of: AccountRegion & { readonly now: Date; readonly restart: boolean }) => Promise<Hearing>
  readonly markDeaf: (
    of: AccountRegion & { readonly way: EventPath; readonly launchedAt: string; readonly claimant: string },
  ) => Promise<boolean>
  readonly endDeafness: (
    of: AccountRegion & { readonly way: EventPath; readonly since: string; readonly now: Date },
  ) => Promise<boolean>
  readonly rowsAt: (places: readonly RowLocation[]) => Promise<readonly Row[]>
  /** The row of every rule. */
  readonly rowsOf: (resource: AccountRegion & { readonly resourceId: string }) => Promise<readonly Row[]>
  /** One time for each stop that has room (epoch seconds). They are reserved in the budget of the account. */
  readonly reserveTimes: (of: ReserveTimes) => Promise<readonly number[]>
  readonly begin: (of: AccountRegion & By & { readonly launchedUntil?: string | undefined }) => Promise<boolean>
}

/** What a sweep needs to look after the channels. Each is one function of shared/aws, with table and client given. */
type ChannelPorts = {
  /** Those that the stack has. */
  readonly present: readonly ChannelQueues[]
  readonly remember: (channel: ChannelQueues, now: Date) => Promise<void>
  /** Those that there have been. */
  readonly known: () => Promise<readonly ChannelQueues[]>
  readonly countScheduled: (name: string) => Promise<number>
  /** Undefined if the queue was deleted. */
  readonly countMessages: (queueUrl: string) => Promise<number | undefined>
  /** Requests the release of what was scheduled until then. */
  readonly release: (channel: ChannelQueues, at: Date) => Promise<void>
}

/** Reads EC2 of one region. A denied read is an answer, and every other error is thrown. */
export type RegionReader = {
  readonly instances: (by: 'instance-id', ids: readonly string[]) => Promise<Reading<InstanceFacts>>
  readonly images: (ids: readonly string[]) => Promise<Reading<ImageFacts>>
  readonly types: (names: readonly string[]) => Promise<Reading<InstanceTypeFacts>>
}

/** What Sweep needs from outside. */
export type SweepPorts = {
  /** The account of the stack: no other is swept. */
  readonly accountId: string
  /** The region with the stack's rules on events, and by which ways these have it hear of launches. */
  readonly listens: { readonly region: string; readonly ways: readonly EventPath[] }
  /** The regions that are swept if a request names none. */
  readonly regions: () => Promise<readonly string[]>
  readonly policy: Policy
  /** Whether operators have switched stops off. */
  readonly stopsDisabled: boolean
  /** The accounts whose own switch is off. */
  readonly disabledAccounts?: readonly string[]
  /** Whether there is a function that stops, for instances in this region. */
  readonly canStop: (region: string) => boolean
  readonly now: () => Date
  /** Whether there is time for one more page. */
  readonly isTimeLeft: () => boolean
  readonly types: { readonly known: () => InstanceTypes; readonly learn: (types: readonly InstanceTypeFacts[]) => void }
  readonly scan: (input: {
    readonly place: AccountRegion
    readonly world: World
    readonly scanId: string
    readonly next?: string
  }) => AsyncIterable<ScanBatch>
  /** The meaning of an error of a scan. Undefined if it is a bug. */
  readonly troubleOf: (error: unknown) => ReadFailure | undefined
  readonly ec2: (region: string) => RegionReader
  readonly ledger: SweepLedger
  /** Puts a message on the queue of sweeps, to be seen after so many seconds (at most 900). */
  readonly send: (message: SweepMessage, delaySeconds?: number) => Promise<void>
  readonly publish: (message: SnsMessage) => Promise<void>
  readonly subscriptions: {
    /** The ARNs of the stack's queues that get every alert, or those of a channel. */
    readonly own: readonly string[]
    /** Who has subscribed to the topic of alerts. */
    readonly list: () => Promise<readonly Subscription[]>
  }
  readonly channels: ChannelPorts
  readonly log: (level: 'info' | 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  /** With a region if it is about one. */
  readonly count: (
    metric:
      | 'SweepInstances'
      | 'SweepUnknown'
      | 'SweepNotCovered'
      | 'RegionDeaf'
      | 'ChannelsLeftBehind'
      | 'SubscriptionsMissing'
      | 'StopsFailed',
    count: number,
    region?: string,
  ) => void
  readonly countFindings: (rule: string, count: number) => void
}

/** One message in work. */
export type Work = { readonly delivery: Delivery; readonly ports: SweepPorts }
