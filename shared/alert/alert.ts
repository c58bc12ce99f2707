import type { Actor, EventRef } from '../facts/facts.ts'
import type { Claimed, Past } from '../ledger/row.ts'
import { DECISIONS, type Decision } from '../reasons/action.ts'
import type { Code } from '../reasons/reason.ts'
import { SEVERITIES, type Severity } from '../rules/rule.ts'
import { type AlertedResources, groupAlerted, groupStops, type Stop } from './alerted-resources.ts'

/** Where findings come from: one launch, or one image. All of it is told in one alert. */
export type Source = {
  readonly accountId: string
  readonly region: string
  /** The reservation id of a launch, the id of an image, or the event id of a refused launch. */
  readonly launchId: string
  readonly event: EventRef
  readonly actor: Actor
}

/** A finding as it is told: with what became of the stop that was promised, or that it is back, where the ledger knows. */
export type AlertedFinding = Claimed & { readonly outcome?: Past }

/**
 * `finding`: something was found. `outcome`: what became of a stop that an earlier alert promised. `digest`: many stops
 * that were due and were not made, for a reason that lies with the policy or its switch and not with the instances.
 * `notice`: exemptions that end within days.
 */
export type AlertKind = 'finding' | 'outcome' | 'digest' | 'notice'

/** An exemption that is about to end; `key` names the row of the ledger that says that this was told. */
export type ExpiringExemption = {
  readonly key: string
  readonly reason: string
  readonly owner: string
  /** The last day on which it counts. */
  readonly expires: string
  /** How many resources it covers, as far as was looked. */
  readonly resources: number
}

/** Why stops that were due were not made, the most frequent reason first, and what makes virtguard stop again. */
export type Digest = {
  readonly reasons: readonly { readonly code?: Code; readonly why: string; readonly resources: number }[]
  readonly resume: readonly string[]
  /** Whether virtguard schedules these stops again by itself, as the policy in force says; absent: none of them. */
  readonly again?: 'all' | 'some'
}

/** That an alert goes to a channel: at once, or, with `at` (ISO 8601, UTC), held until then. */
export type Delivery = { readonly channel: string; readonly at?: string }

/** What is published. The shape is public (docs/alerts.md); keys are added, never changed. */
export type Alert = Source & {
  readonly schemaVersion: '1'
  /** Absent in alerts of the first version, which are all of kind `finding`. */
  readonly kind?: AlertKind
  readonly id: string
  /** When it was made, ISO 8601, UTC. */
  readonly at?: string
  /** Whose turn in the ledger this alert fulfils; read by the function that confirms. */
  readonly claim: string
  readonly part: { readonly number: number; readonly of: number }
  /** The highest of its findings. */
  readonly severity: Severity
  /** The strongest of its findings. */
  readonly decision: Decision
  readonly rules: readonly string[]
  /** Every resource with the rules that it is told for: complete, also where `findings` is not. */
  readonly told: readonly AlertedResources[]
  /** Every instance that will be stopped, and when: complete like `told`. Only where there is one. */
  readonly stops?: readonly Stop[]
  readonly findings: readonly AlertedFinding[]
  /** Only in a digest. */
  readonly digest?: Digest
  /** The channels that it goes to, each once. Only where the policy has channels. */
  readonly deliver?: readonly Delivery[]
  /** Only in a notice. */
  readonly exemptions?: readonly ExpiringExemption[]
  /** How many findings were left out of `findings` to stay within the size limit of SNS. */
  readonly omitted: number
}

// An id is some 26 bytes once escaped: 4,000 of them leave half of an SNS message for findings and the email.
const RESOURCES_PER_ALERT = 4_000
// Where instances will be stopped their ids stand in `stops` as well.
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

/** The message whose turn it is to tell, and the time. */
export type Claimant = { readonly claimant: string; readonly now: Date }

type Head = {
  readonly kind: AlertKind
  readonly id: string
  readonly source: Source
  readonly digest?: Digest
  readonly exemptions?: readonly ExpiringExemption[]
}

/** The findings in one alert; in several only where their resources do not fit into one message. */
export const buildAlerts = (
  { kind, id, source, digest, exemptions }: Head,
  findings: readonly AlertedFinding[],
  { claimant, now }: Claimant,
): readonly Alert[] => {
  const { accountId, region, launchId, event, actor } = source
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

/** One alert for all findings of an occasion; several only where their resources do not fit into one message. */
export const buildFindingAlerts = (
  source: Source,
  findings: readonly AlertedFinding[],
  claim: Claimant,
): readonly Alert[] => {
  const { accountId, region, launchId, event } = source
  const launch = `${accountId}/${region}/${launchId}`
  // What comes back is news, also to those who know the launch by its id.
  const id = findings.some(({ previous }) => previous !== undefined) ? `${launch}/${event.id}` : launch
  return buildAlerts({ kind: 'finding', id, source }, findings, claim)
}
