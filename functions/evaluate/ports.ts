import type { SnsMessage } from '../../shared/alert/sns-message.ts'
import type { PreparedPublish } from '../../shared/aws/direct/publish.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { Reading } from '../../shared/engine/complete.ts'
import type { StopRight } from '../../shared/engine/decide.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type {
  ImageFacts,
  InstanceFacts,
  InstanceTypeFacts,
  LaunchRef,
  TemplateFacts,
} from '../../shared/facts/facts.ts'
import type { Heard } from '../../shared/ledger/heard.ts'
import type { Admission, RefusedCall } from '../../shared/ledger/refused-calls.ts'
import type { Claim, Claiming, Row } from '../../shared/ledger/row.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import type { PassedInstances } from './passed.ts'

export type Ec2Reader = {
  /** It reads another account or region, by a role there. */
  readonly isSpoke?: true
  readonly instances: (
    by: 'instance-id' | 'reservation-id' | 'client-token',
    values: readonly string[],
  ) => Promise<Reading<InstanceFacts>>
  readonly images: (ids: readonly string[]) => Promise<Reading<ImageFacts>>
  readonly types: (names: readonly string[]) => Promise<Reading<InstanceTypeFacts>>
  readonly templates: (refs: readonly LaunchRef[]) => Promise<Reading<TemplateFacts>>
}

/** What Evaluate needs from outside. Everything else about it is pure. */
export type Ports = {
  readonly policy: Policy
  /** Whether the function that stops is deployed, and may stop in this account and region. */
  readonly canStop: (place: AccountRegion) => StopRight
  /** Whether operators have switched stops off. */
  readonly stopsDisabled: boolean
  /** The accounts whose own switch is off. */
  readonly disabledAccounts?: readonly string[]
  readonly now: () => Date
  readonly types: { readonly known: () => InstanceTypes; readonly learn: (types: readonly InstanceTypeFacts[]) => void }
  /** EC2 in the account and region of the event. */
  readonly ec2: (place: AccountRegion) => Ec2Reader
  /** `onSent` may be called once the ledger is asked, with its answer still to come. */
  readonly claim: (findings: readonly Finding[], claim: Claim, onSent: () => void) => Promise<Claiming>
  /** Notes a refused call, and says whether it is alerted. */
  readonly admit: (call: RefusedCall) => Promise<Admission>
  /** What the ledger knows of a resource: the row of every rule. */
  readonly rowsOf: (resource: AccountRegion & { readonly resourceId: string }) => Promise<readonly Row[]>
  /** Which instances have passed with their launch, so that their first notification need not be read. */
  readonly passed: PassedInstances
  /**
   * Asks for a sweep of a region for instances that were launched until then. False if no sweep of this stack reads
   * that region.
   */
  readonly handOver: (place: AccountRegion, launchedUntil: string) => Promise<boolean>
  /** Has it written that a region was heard, if that was not written within the hour. */
  readonly hear: (heard: Heard) => Promise<void>
  readonly publish: (message: SnsMessage) => Promise<void>
  /** Prepares a publish without sending it. Absent if a direct call is not possible. */
  readonly hold?: (message: SnsMessage) => PreparedPublish
  readonly log: (level: 'info' | 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  readonly count: (
    metric: 'LaunchesSeen' | 'Unknown' | 'RefusedByTag' | 'RefusedAgain' | 'UnreadableEvents' | 'Alerts',
    count?: number,
  ) => void
  readonly countFindings: (rule: string, count: number) => void
}
