import type { Actor, EventRef } from '../facts/facts.ts'
import type { Claimed, Past } from '../ledger/row.ts'
import { DECISIONS, type Decision } from '../reasons/action.ts'
import type { Code } from '../reasons/reason.ts'
import { SEVERITIES, type Severity } from '../rules/rule.ts'
import { type AlertedResources, groupAlerted, groupStops, type Stop } from './alerted-resources.ts'

/** The source of findings: one launch, or one image. All of its findings are in one alert. */
export type Source = {
  readonly accountId: string
  readonly region: string
  /** The reservation id of a launch, the id of an image, or the event id of a refused launch. */
  readonly launchId: string
  readonly event: EventRef
  readonly actor: Actor
}

/**
 * A finding in an alert, with the outcome of a promised stop, or its earlier state if it recurred and the ledger knows
 * it.
 */
export type AlertedFinding = Claimed & { readonly outcome?: Past }

/**
 * `finding`: something was found. `outcome`: the outcome of a stop that an earlier alert promised. `digest`: many stops
 * that were due and were refused, because of the policy or its switch and not because of the instances. `notice`:
 * exemptions that end within days.
 */
export type AlertKind = 'finding' | 'outcome' | 'digest' | 'notice'

/** An exemption that is about to end. `key` names the row of the ledger that records this alert. */
export type ExpiringExemption = {
  readonly key: string
  readonly reason: string
  readonly owner: string
  /** The last day on which it counts. */
  readonly expires: string
  /** The number of resources that it covers, among those that were read. */
  readonly resources: number
}

/** The reasons for refused stops, the most frequent first, and how stops are resumed. */
export type Digest = {
  readonly reasons: readonly { readonly code?: Code; readonly why: string; readonly resources: number }[]
  readonly resume: readonly string[]
  /** Whether virtguard schedules these stops again by itself, as the policy in force says; absent: none of them. */
  readonly again?: 'all' | 'some'
}

/** A delivery of an alert to a channel: at once, or, with `at` (ISO 8601, UTC), scheduled for then. */
export type Delivery = { readonly channel: string; readonly at?: string }

/** The published alert. The shape is public (docs/alerts.md); keys are added, never changed. */
export type Alert = Source & {
  readonly schemaVersion: '1'
  /** Absent in alerts of the first version, which are all of kind `finding`. */
  readonly kind?: AlertKind
  readonly id: string
  /** When it was made, ISO 8601, UTC. */
  readonly at?: string
  /** As the policy names the account. */
  readonly accountName?: string
  /** The claim in the ledger that this alert fulfils. The function that confirms reads it. */
  readonly claim: string
  readonly part: { readonly number: number; readonly of: number }
  /** The highest of its findings. */
  readonly severity: Severity
  /** The strongest of its findings. */
  readonly decision: Decision
  readonly rules: readonly string[]
  /** Every resource with the rules that the alert is about. Complete even if `findings` is not. */
  readonly told: readonly AlertedResources[]
  /** Every instance that will be stopped, and when. Complete like `told`. Only if there is one. */
  readonly stops?: readonly Stop[]
  readonly findings: readonly AlertedFinding[]
  /** Only in a digest. */
  readonly digest?: Digest
  /** The channels of the alert, each once. Only if the policy has channels. */
  readonly deliver?: readonly Delivery[]
  /** Only in a notice. */
  readonly exemptions?: readonly ExpiringExemption[]
  /** How many findings were left out of `findings` to stay within the size limit of SNS. */
  readonly omitted: number
}

// An id is some 26 bytes once escaped: 4,000 of them leave half of an SNS message for findings and the email.
const RESOURCES_PER_ALERT = 4_000
// Ids of instances that will be stopped are in `stops` as well.
const STOPS_PER_ALERT = 2_000
// Each moment of a stop is an entry of its own, with its rules.
const MOMENTS_PER_ALERT = 100
const STOPS_OF_MANY_MOMENTS_PER_ALERT = 1_000

const findHighest = <T>(order: readonly T[], values: readonly T[], lowest: T): T =>
  values.reduce((best, value) => (order.indexOf(value) > order.indexOf(best) ? value : best), lowest)

const computeSize = (findings: readonly AlertedFinding[]): number => {
  const promised = findings.filter(({ action }) => action.decision === 'defer')
  if (promised.length === 0) return RESOURCES_PER_ALERT
  const moments = new Set(promised.map(({ action }) => action.at)).size
  return moments > MOMENTS_PER_ALERT ? STOPS_OF_MANY_MOMENTS_PER_ALERT : STOPS_PER_ALERT
}

const splitIntoParts = (findings: readonly AlertedFinding[]): readonly (readonly AlertedFinding[])[] => {
  const ids = [...new Set(findings.map(({ resource }) => resource.id))]
  const size = computeSize(findings)
  if (ids.length <= size) return [findings]
  const partOf = new Map(ids.map((id, index) => [id, Math.floor(index / size)]))
  const parts: AlertedFinding[][] = Array.from({ length: Math.ceil(ids.length / size) }, () => [])
  for (const finding of findings) parts[partOf.get(finding.resource.id) ?? 0]?.push(finding)
  return parts
}

/** The claimant of the findings, and the time. */
export type Claimant = { readonly claimant: string; readonly now: Date }

type Head = {
  readonly kind: AlertKind
  readonly id: string
  readonly source: Source
  readonly digest?: Digest
  readonly exemptions?: readonly ExpiringExemption[]
}

/** The findings in one alert, or in several if their resources do not fit into one message. */
export const buildAlerts = (
  { kind, id, source, digest, exemptions }: Head,
  findings: readonly AlertedFinding[],
  { claimant, now }: Claimant,
): readonly Alert[] => {
  const { accountId, region, launchId, event, actor } = source
  const accountName = findings[0]?.resource.accountName
  const parts = findings.length === 0 ? [] : splitIntoParts(findings)
  return parts.map((part, index) => {
    const stops = groupStops(part)
    const severities = part.map(({ severity }) => severity)
    const decisions = part.map(({ action }) => action.decision)
    return {
      schemaVersion: '1',
      kind,
      id,
      at: now.toISOString(),
      accountId,
      ...(accountName !== undefined && { accountName }),
      region,
      launchId,
      event,
      actor,
      claim: claimant,
      part: { number: index + 1, of: parts.length },
      severity: findHighest(SEVERITIES, severities, 'INFORMATIONAL'),
      decision: findHighest(DECISIONS, decisions, 'alert-only'),
      rules: [...new Set(part.map(({ rule }) => rule))],
      told: groupAlerted(part),
      ...(stops.length > 0 && { stops }),
      ...(digest !== undefined && { digest }),
      ...(exemptions !== undefined && { exemptions }),
      findings: part,
      omitted: 0,
    }
  })
}

/** One alert for all findings of a source, or several if their resources do not fit into one message. */
export const buildFindingAlerts = (
  source: Source,
  findings: readonly AlertedFinding[],
  claim: Claimant,
): readonly Alert[] => {
  const { accountId, region, launchId, event } = source
  const launch = `${accountId}/${region}/${launchId}`
  // A finding that recurred is news, even to readers who know the launch by its id.
  const id = findings.some(({ previous }) => previous !== undefined) ? `${launch}/${event.id}` : launch
  return buildAlerts({ kind: 'finding', id, source }, findings, claim)
}
