import type { Finding } from '../../shared/engine/finding.ts'
import { describeOwner } from '../../shared/wording/reasons.ts'
import { formatCount } from '../output/counted.ts'

/** The action on one instance if its rules enforced. */
type Fate = { readonly stopped: true } | { readonly stopped: false; readonly why: string; readonly group?: string }

/** By account, region and instance: two rules on one instance are one stop. */
export type Fates = Map<string, Fate>

/** Whether it says what enforce would do: stop the instance, or leave it running for a reason. */
export const isHypothetical = ({ action: { decision } }: Finding): boolean =>
  decision === 'would-stop' || decision === 'refuse'

const classifyFate = ({ action, actor }: Finding): Fate => {
  if (action.decision === 'would-stop') return { stopped: true }
  if (action.code !== 'OWNED') return { stopped: false, why: action.reason }
  const { owner, name = actor.autoScalingGroup ?? 'an Auto Scaling group' } = action.args
  const why = describeOwner(action.args)
  return owner === 'AUTO_SCALING_GROUP' ? { stopped: false, why, group: name } : { stopped: false, why }
}

/** Adds a finding. An instance is stopped if one of its rules would stop it, whatever the others say. */
export const addFate = (fates: Fates, finding: Finding): void => {
  const { accountId, region, id } = finding.resource
  const key = `${accountId} ${region} ${id}`
  const fate = classifyFate(finding)
  if (fate.stopped || !fates.has(key)) fates.set(key, fate)
}

const countKeys = (keys: readonly string[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a)
}

const GROUPS_NAMED = 5

const groupWords = (groups: readonly string[]): readonly string[] => {
  if (groups.length === 0) return []
  const byGroup = countKeys(groups)
  const named = byGroup.slice(0, GROUPS_NAMED).map(([group, count]) => `${group}: ${count}`)
  const rest = byGroup.length - named.length
  const names = [...named, ...(rest > 0 ? [`and ${formatCount(rest, 'more group')}`] : [])].join(', ')
  return [
    `left running: ${formatCount(groups.length, 'member')} of Auto Scaling groups (${names}), which would replace them: fix the launch templates`,
  ]
}

/**
 * The instances that would have been stopped, how many belong to Auto Scaling groups, and why the others would have
 * been left running.
 */
export const describeFates = (fates: Fates): readonly string[] => {
  const left = [...fates.values()].flatMap(fate => (fate.stopped ? [] : [fate]))
  const groups = left.flatMap(({ group }) => (group === undefined ? [] : [group]))
  const reasons = countKeys(left.flatMap(({ group, why }) => (group === undefined ? [why] : [])))
  return [
    `${formatCount(fates.size - left.length, 'instance')} would have been stopped, ${left.length.toLocaleString('en-US')} left running`,
    ...groupWords(groups),
    ...reasons.map(([why, count]) => `left running: ${count.toLocaleString('en-US')}, because ${why}`),
  ]
}
