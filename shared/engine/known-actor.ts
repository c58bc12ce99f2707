import type { Actor } from '../facts/facts.ts'
import type { Decision } from '../reasons/action.ts'
import { describeReasons } from '../wording/reasons.ts'
import { refuseByActor } from './decide.ts'
import type { Finding } from './finding.ts'

/** Nothing refuses the stop, as far as the report of the finding knows. */
const UNREFUSED: readonly Decision[] = ['defer', 'would-stop']

/**
 * The finding with an actor of whom more is known than its own report says. If that actor refuses a stop, the decision
 * is a refusal. A refusal of the report, or an exemption, stays as it is.
 */
export const applyKnownActor = (finding: Finding, actor: Actor): Finding => {
  const because = UNREFUSED.includes(finding.action.decision) ? refuseByActor(actor) : undefined
  if (because === undefined) return { ...finding, actor }
  return { ...finding, actor, action: { type: 'stop', decision: 'refuse', ...describeReasons(because) } }
}
