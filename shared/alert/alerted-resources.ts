import type { Finding } from '../engine/finding.ts'

/** Resources that share their rules. */
export type AlertedResources = { readonly rules: readonly string[]; readonly resources: readonly string[] }

/** Resources that will be stopped at the same moment (ISO 8601, UTC), for the same rules. */
export type Stop = AlertedResources & { readonly at: string }

/** Every resource, in the order of the findings, with the rules that it is named for. */
export const groupAlerted = (findings: readonly Finding[]): readonly AlertedResources[] => {
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

/** Every resource that will be stopped, with the moment and the rules that ask for it; the soonest first. */
export const groupStops = (findings: readonly Finding[]): readonly Stop[] => {
  const byTime = new Map<string, Finding[]>()
  for (const finding of findings) {
    const { decision, at } = finding.action
    if (decision !== 'defer' || at === undefined) continue
    const due = byTime.get(at)
    if (due === undefined) byTime.set(at, [finding])
    else due.push(finding)
  }
  return [...byTime]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([at, due]) => groupAlerted(due).map(alerted => ({ at, ...alerted })))
}
