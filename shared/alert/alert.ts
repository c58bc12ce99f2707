import { DECISIONS, type Decision, type Finding } from '../engine/finding.ts'
import type { Actor, EventRef } from '../facts/facts.ts'
import { SEVERITIES, type Severity } from '../rules/rule.ts'

/** Where findings come from: one launch, or one image. All of it is told in one alert. */
export type Occasion = {
  readonly accountId: string
  readonly region: string
  /** The reservation id of a launch, the id of an image, or the event id of a refused launch. */
  readonly launchId: string
  readonly event: EventRef
  readonly actor: Actor
}

/** What is published. The shape is public (docs/alerts.md); keys are added, never changed. */
export type Alert = Occasion & {
  readonly schemaVersion: '1'
  readonly id: string
  /** Whose turn in the ledger this alert fulfils; read by the function that confirms. */
  readonly claim: string
  readonly part: { readonly number: number; readonly of: number }
  /** The highest of its findings. */
  readonly severity: Severity
  /** The strongest of its findings. */
  readonly decision: Decision
  readonly rules: readonly string[]
  /** Every resource with the rules that it is told for: complete, also where `findings` is not. */
  readonly told: readonly { readonly rules: readonly string[]; readonly resources: readonly string[] }[]
  readonly findings: readonly Finding[]
  /** How many findings were left out of `findings` to stay within the size limit of SNS. */
  readonly omitted: number
}

// An id is some 26 bytes once escaped: 4,000 of them leave half of an SNS message for findings and the email.
const RESOURCES_PER_ALERT = 4_000

const highest = <T>(order: readonly T[], values: readonly T[], lowest: T): T =>
  values.reduce((best, value) => (order.indexOf(value) > order.indexOf(best) ? value : best), lowest)

const toldBy = (findings: readonly Finding[]): Alert['told'] => {
  const rulesOf = new Map<string, string[]>()
  for (const { resource, rule } of findings) rulesOf.set(resource.id, [...(rulesOf.get(resource.id) ?? []), rule])
  const groups = new Map<string, { rules: readonly string[]; resources: string[] }>()
  for (const [resource, rules] of rulesOf) {
    const key = rules.join()
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { rules, resources: [resource] })
    else group.resources.push(resource)
  }
  return [...groups.values()]
}

const inParts = (findings: readonly Finding[]): readonly (readonly Finding[])[] => {
  const ids = [...new Set(findings.map(({ resource }) => resource.id))]
  if (ids.length <= RESOURCES_PER_ALERT) return [findings]
  const partOf = new Map(ids.map((id, index) => [id, Math.floor(index / RESOURCES_PER_ALERT)]))
  const parts: Finding[][] = Array.from({ length: Math.ceil(ids.length / RESOURCES_PER_ALERT) }, () => [])
  for (const finding of findings) parts[partOf.get(finding.resource.id) ?? 0]?.push(finding)
  return parts
}

/** One alert for all findings of an occasion; several only where their resources do not fit into one message. */
export const alertsOf = (occasion: Occasion, findings: readonly Finding[], claim: string): readonly Alert[] => {
  const { accountId, region, launchId, event, actor } = occasion
  const parts = findings.length === 0 ? [] : inParts(findings)
  return parts.map((part, index) => ({
    schemaVersion: '1',
    id: `${accountId}/${region}/${launchId}`,
    accountId,
    region,
    launchId,
    event,
    actor,
    claim,
    part: { number: index + 1, of: parts.length },
    severity: highest(
      SEVERITIES,
      part.map(({ severity }) => severity),
      'INFORMATIONAL',
    ),
    decision: highest(
      DECISIONS,
      part.map(({ action }) => action.decision),
      'alert-only',
    ),
    rules: [...new Set(part.map(({ rule }) => rule))],
    told: toldBy(part),
    findings: part,
    omitted: 0,
  }))
}
