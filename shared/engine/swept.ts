import type { Policy } from '../policy/policy.ts'
import { describeReasons } from '../wording/reasons.ts'
import type { Finding } from './finding.ts'

/** The decision is a stop, or would be one if the stack were known to have the function that stops. */
const wouldBePromised = ({ action: { decision, code } }: Finding, mayPromise: boolean): boolean => {
  if (!mayPromise) return decision === 'would-stop' || decision === 'defer'
  return decision === 'would-stop' && code === 'NOT_DEPLOYED'
}

/**
 * The finding as a sweep alerts it. If the sweep may promise no stop, the decision on a rule that enforces stays at `would-stop`:
 * what ran before virtguard must not go down because virtguard came. If its launch or start is reported, that report decides again.
 */
export const adaptToSweep = (finding: Finding, { rules }: Policy, mayPromise: boolean): Finding => {
  if (rules[finding.rule]?.mode !== 'enforce' || !wouldBePromised(finding, mayPromise)) return finding
  return {
    ...finding,
    action: { type: 'stop', decision: 'would-stop', ...describeReasons({ code: 'FOUND_BY_SWEEP' }) },
  }
}

/** What would be promised a stop if the budget had room for it within a day. */
export const refuseWithoutRoom = (finding: Finding, { stop: { budget } }: Policy): Finding => {
  const { stops, perSeconds } = budget
  const because = describeReasons({ code: 'BUDGET_SPENT', args: { stops, perSeconds } })
  return { ...finding, action: { type: 'stop', decision: 'would-stop', ...because } }
}
