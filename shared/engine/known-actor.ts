import type { Actor } from '../facts/facts.ts'
import type { Decision } from '../reasons/action.ts'
import { describeReasons } from '../wording/reasons.ts'
import { refuseByActor } from './decide.ts'
import type { Finding } from './finding.ts'

/** Nothing refuses the stop, as far as the report of the finding knows. */
const UNREFUSED: readonly Decision[] = ['defer', 'would-stop']

/**
 * The finding with an actor of whom more is known than its own report says. Where that refuses a stop, it is decided so. What
 * the report refuses, or an exemption covers, stays as it is.
 */
export const applyKnownActor = (finding: Finding, actor: Actor): Finding => {
  const because = UNREFUSED.includes(finding.action.decision) ? refuseByActor(actor) : undefined
  if (because === undefined) return { ...finding, actor }
  return { ...finding, actor, action: { type: 'stop', decision: 'refuse', ...describeReasons(because) } }
}
