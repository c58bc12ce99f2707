import type { SnsMessage } from '../../shared/alert/sns-message.ts'
import type { LivePolicy } from '../../shared/aws/ledger/policy-store.ts'
import type { StopAnswer } from '../../shared/aws/stop.ts'
import type { StopTarget } from '../../shared/aws/stop-session.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import type { ReservationResult } from '../../shared/ledger/budget.ts'
import type { Refusal } from '../../shared/ledger/refusal.ts'
import type { PendingNotification, ResolveResult, Row, RowKey, RowOutcome } from '../../shared/ledger/row.ts'
import type { RoleTry, Spoke } from '../../shared/ledger/spokes.ts'
import type { StopMessage } from '../../shared/ledger/stop-message.ts'
import type { PromiseMessage } from '../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import type { AwsError } from '../../shared/reasons/reason.ts'
import type { Delivery } from '../runtime/delivery.ts'

/** What Enforce needs from the ledger. Each is one function of shared/aws, with the ledger given. */
export type StopLedger = {
  readonly rowsOf: (resource: AccountRegion & { readonly resourceId: string }) => Promise<readonly Row[]>
  readonly resolve: (
    row: Row,
    ending: RowOutcome & { readonly claimant: string; readonly now: Date },
  ) => Promise<ResolveResult>
  readonly claimPending: (
    key: RowKey,
    by: { readonly claimant: string; readonly now: Date; readonly inDigest?: 'yes' },
  ) => Promise<PendingNotification>
  /** Gives back claimed rows that could not be alerted. Never throws. */
  readonly release: (keys: readonly RowKey[], claimant: string) => Promise<void>
  readonly intendStop: (rows: readonly Row[], now: Date) => Promise<boolean>
  readonly reserveStop: (request: {
    /** Or ORGANIZATION. */
    readonly accountId: string
    readonly budget: Policy['stop']['budget']
    /** Names one stop of one instance: taken again under the same name it is still one. `stopToken` makes it. */
    readonly stopId: string
    readonly now: Date
  }) => Promise<ReservationResult>
  readonly pendingRefusals: (where: AccountRegion) => Promise<readonly Refusal[]>
  readonly forgetRefusals: (refusals: readonly Refusal[]) => Promise<void>
  readonly digestDue: (where: AccountRegion, now: Date) => Promise<Date>
}

/** The present state in EC2. Throws if EC2 does not answer. */
export type StopReader = {
  /**
   * The instance with `stopProtected`, and with `spotRequest` if it is a Spot instance. Undefined if EC2 does not know
   * it (yet, or any more).
   */
  readonly instance: (instanceId: string) => Promise<InstanceFacts | undefined>
  readonly images: (ids: readonly string[]) => Promise<readonly ImageFacts[]>
  readonly types: (names: readonly string[]) => Promise<readonly InstanceTypeFacts[]>
}

/** EC2 in another account or region, by the role there. `refused`: the role is missing, or does not trust this stack. */
export type SpokeAccess =
  | {
      readonly kind: 'open'
      readonly ec2: StopReader
      readonly stop: EnforcePorts['stop']
      readonly close: () => void
    }
  | (AwsError & { readonly kind: 'refused' })

/** The accounts and regions of an organization, in which Enforce stops by a role. */
export type SpokePorts = {
  /** Whether it is the account and region of this stack, which need no role. */
  readonly isOwn: (place: AccountRegion) => boolean
  /** A session for this instance and no other. Throws errors of STS that are no answer. */
  readonly open: (target: StopTarget) => Promise<SpokeAccess>
  /** Whether the role can be used now. Throws errors of STS that are no answer. */
  readonly try: (accountId: string) => Promise<'assumed' | 'refused'>
  /** The accounts from which an event has come. */
  readonly list: () => Promise<readonly Spoke[]>
  readonly record: (one: { readonly accountId: string; readonly tried: RoleTry; readonly now: Date }) => Promise<void>
}

/** What Enforce needs from outside. */
export type EnforcePorts = {
  readonly deployed: Policy
  /** Read from the table each time; throws if it cannot be read. */
  readonly live: () => Promise<LivePolicy>
  readonly now: () => Date
  readonly types: { readonly known: () => InstanceTypes; readonly learn: (types: readonly InstanceTypeFacts[]) => void }
  readonly ledger: StopLedger
  /** Absent in a stack that guards its own account and region. */
  readonly spokes?: SpokePorts
  readonly ec2: StopReader
  /** Stops one instance. Throws errors that are no answer. */
  readonly stop: (instanceId: string) => Promise<StopAnswer>
  /** Puts a message on the queue of stops at that time, once for each name. */
  readonly schedule: (appointment: {
    readonly name: string
    readonly at: Date
    readonly message: StopMessage
  }) => Promise<void>
  readonly publish: (message: SnsMessage) => Promise<void>
  /** Has findings promised a stop again, by the function that sweeps. */
  readonly promiseAgain: (message: PromiseMessage) => Promise<void>
  readonly log: (level: 'info' | 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  readonly count: (
    metric:
      | 'StopsRequested'
      | 'StopsFailed'
      | 'StopsRefused'
      | 'RefusedByTag'
      | 'BudgetSpent'
      | 'PolicyInvalid'
      | 'PolicyUnannounced',
  ) => void
}

/**
 * `processStop` in process-stop.ts: handles one message. Throws if it has to be delivered again. The model of
 * test/functions/simulation.test.ts drives it.
 */
export type ProcessStop = (message: StopMessage, delivery: Delivery, ports: EnforcePorts) => Promise<void>
