import type { Policy } from '../policy/policy.ts'
import type { Finding } from './finding.ts'

const REASON = 'a sweep found it, and a sweep stops nothing, whatever the rule says: it may have run for years'

/**
 * The finding as a sweep tells it: on a rule that enforces the decision stays at `would-stop`, since what is there when
 * the guard arrives must not go down because of that. Its launch or start, if it is reported, decides for itself.
 */
export const asSwept = (finding: Finding, { rules }: Policy): Finding => {
  const isHeldBack = finding.action.decision === 'would-stop' && rules[finding.rule]?.mode === 'enforce'
  return isHeldBack ? { ...finding, action: { ...finding.action, reason: REASON } } : finding
}
