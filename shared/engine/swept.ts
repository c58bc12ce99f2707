import type { Policy } from '../policy/policy.ts'
import { worded } from '../wording/reasons.ts'
import type { Finding } from './finding.ts'

/**
 * The finding as a sweep tells it: on a rule that enforces the decision stays at `would-stop`, since what is there when
 * the guard arrives must not go down because of that. Its launch or start, if it is reported, decides for itself.
 */
export const asSwept = (finding: Finding, { rules }: Policy): Finding => {
  const isHeldBack = finding.action.decision === 'would-stop' && rules[finding.rule]?.mode === 'enforce'
  if (!isHeldBack) return finding
  const { type, decision } = finding.action
  return { ...finding, action: { type, decision, ...worded({ code: 'FOUND_BY_SWEEP' }) } }
}
