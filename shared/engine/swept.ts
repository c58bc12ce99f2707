import type { Policy } from '../policy/policy.ts'
import { worded } from '../wording/reasons.ts'
import type { Finding } from './finding.ts'

/** Decided on a stop, or held back from one for no reason but that nobody said that it could be made. */
const isHeldBack = ({ action: { decision, code } }: Finding, mayPromise: boolean): boolean => {
  if (!mayPromise) return decision === 'would-stop' || decision === 'defer'
  return decision === 'would-stop' && code === 'NOT_DEPLOYED'
}

/**
 * The finding as a sweep tells it. Where it may promise no stop, the decision on a rule that enforces stays at
 * `would-stop`: what is there when the guard arrives must not go down because of that. Its launch or start, if it is
 * reported, decides for itself.
 */
export const asSwept = (finding: Finding, { rules }: Policy, mayPromise: boolean): Finding => {
  if (rules[finding.rule]?.mode !== 'enforce' || !isHeldBack(finding, mayPromise)) return finding
  return { ...finding, action: { type: 'stop', decision: 'would-stop', ...worded({ code: 'FOUND_BY_SWEEP' }) } }
}

/** What would be promised a stop, had the budget a place for it within a day. */
export const withoutPlace = (finding: Finding, { stop: { budget } }: Policy): Finding => {
  const { stops, perSeconds } = budget
  const because = worded({ code: 'BUDGET_SPENT', args: { stops, perSeconds } })
  return { ...finding, action: { type: 'stop', decision: 'would-stop', ...because } }
}
