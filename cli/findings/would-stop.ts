import type { Finding } from '../../shared/engine/finding.ts'
import { counted } from '../output/counted.ts'

/** What would have become of one instance with its rules on enforce. */
type Fate = { readonly stopped: true } | { readonly stopped: false; readonly why: string; readonly group?: string }

/** By account, region and instance: two rules on one instance are one stop. */
export type Fates = Map<string, Fate>

/** Whether it tells what would be done: stopped, or left running for a reason. */
export const isHypothetical = ({ action: { decision } }: Finding): boolean =>
  decision === 'would-stop' || decision === 'refuse'

// As shared/engine/decide.ts words it; the fact itself is not in a finding where only a tag told it.
const GROUP = /^it belongs to (?:the Auto Scaling group (.+)|(an Auto Scaling group)), which would replace it: /
const WHAT_TO_FIX = /, which would replace it: fix .*$/

const fateOf = ({ action: { decision, reason }, actor }: Finding): Fate => {
  if (decision === 'would-stop') return { stopped: true }
  const match = GROUP.exec(reason)
  const group = match?.[1] ?? actor.autoScalingGroup ?? match?.[2]
  return {
    stopped: false,
    why: reason.replace(WHAT_TO_FIX, ''),
    ...(match !== null && group !== undefined && { group }),
  }
}

/** Takes a finding into account. An instance that one of its rules would stop is stopped, whatever the others say. */
export const addFate = (fates: Fates, finding: Finding): void => {
  const { accountId, region, id } = finding.resource
  const key = `${accountId} ${region} ${id}`
  const fate = fateOf(finding)
  if (fate.stopped || !fates.has(key)) fates.set(key, fate)
}

const tally = (keys: readonly string[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a)
}

const GROUPS_NAMED = 5

const groupWords = (groups: readonly string[]): readonly string[] => {
  if (groups.length === 0) return []
  const byGroup = tally(groups)
  const named = byGroup.slice(0, GROUPS_NAMED).map(([group, count]) => `${group}: ${count}`)
  const rest = byGroup.length - named.length
  const names = [...named, ...(rest > 0 ? [`and ${counted(rest, 'more group')}`] : [])].join(', ')
  return [
    `left running: ${counted(groups.length, 'member')} of Auto Scaling groups (${names}), which would replace them: fix the launch templates`,
  ]
}

/** What would have been stopped, how many belong to Auto Scaling groups, and why the others would have been left running. */
export const fatesInWords = (fates: Fates): readonly string[] => {
  const left = [...fates.values()].flatMap(fate => (fate.stopped ? [] : [fate]))
  const groups = left.flatMap(({ group }) => (group === undefined ? [] : [group]))
  const reasons = tally(left.flatMap(({ group, why }) => (group === undefined ? [why] : [])))
  return [
    `${counted(fates.size - left.length, 'instance')} would have been stopped, ${left.length.toLocaleString('en-US')} left running`,
    ...groupWords(groups),
    ...reasons.map(([why, count]) => `left running: ${count.toLocaleString('en-US')}, because ${why}`),
  ]
}
