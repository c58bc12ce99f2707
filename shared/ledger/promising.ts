/** Which findings that were alerted and left running a sweep promises a stop. */

import type { Finding } from '../engine/finding.ts'
import type { Policy } from '../policy/policy.ts'
import type { Code } from '../reasons/reason.ts'
import { describeReasons } from '../wording/reasons.ts'
import { readFinding } from './finding-in.ts'
import { isOwned } from './owned.ts'
import type { Row } from './row.ts'

/** What may be promised a stop. `byHand`: whatever was alerted and left running, because a person chose it. */
export type Promising = {
  readonly byHand?: true
  /** What was alerted and never promised a stop. */
  readonly existing?: true
  /** What was refused for one of these reasons. */
  readonly refused: readonly Code[]
}

export const PROMISES_NOTHING: Promising = { refused: [] }
export const CHOSEN_BY_HAND: Promising = { byHand: true, refused: [] }

/** The budget had no room. */
export const OVER_BUDGET: readonly Code[] = ['BUDGET_SPENT']

/** It was down when its stop was due, and started a moment later. */
export const STARTED_LATE: readonly Code[] = ['STARTED_AFTER_DUE']

/** The rule did not enforce, or nothing could stop. */
export const NOT_ENFORCED: readonly Code[] = ['RULE_OBSERVES', 'RULE_OFF', 'STOPS_NOT_DEPLOYED', 'STOP_ROLE_NOT_KNOWN']

/** The reason was an operator or a late virtguard, not the instance. */
export const HELD_BACK: readonly Code[] = ['STOPS_DISABLED', 'POLICY_INVALID', 'STARTED_AFTER_DUE']

/** What a sweep promises by the policy. */
export const buildPromising = ({ stop }: Policy): Promising => ({
  ...(stop.existing && { existing: true }),
  refused: [
    ...(stop.existing ? NOT_ENFORCED : []),
    ...(stop.budget.whenSpent === 'wait' ? OVER_BUDGET : []),
    ...(stop.resume === 'sweep' ? HELD_BACK : []),
  ],
})

/** Whether anything at all may be promised. If not, the facts for a stop need not be read. */
export const promisesAny = ({ byHand, existing, refused }: Promising): boolean =>
  byHand === true || existing === true || refused.length > 0

const wasChosen = (row: Row, { byHand, refused }: Promising): boolean => {
  if (byHand === true) return ['ALERTED', 'REFUSED', 'FAILED'].includes(row.state)
  const code = row.state === 'REFUSED' ? row.history.at(-1)?.code : readFinding(row).action.code
  return (row.state === 'REFUSED' || row.state === 'ALERTED') && refused.some(one => one === code)
}

/** Whether a row may be promised a stop if it is still as it was read. Rows with a lease or a pending notification may not. */
export const mayBePromised = (row: Row, promising: Promising): boolean =>
  row.untold === undefined && wasChosen(row, promising) && !isOwned(row)

/** Whether a row may be promised a stop as soon as the alert of its outcome is out. */
export const isAlertPending = (row: Row, promising: Promising): boolean =>
  row.untold !== undefined && wasChosen(row, promising)

/** What ran before the rule was on enforce: alerted, and neither promised a stop nor refused one. */
export const isExisting = (row: Row): boolean =>
  row.state === 'ALERTED' && row.decision !== 'refuse' && row.untold === undefined && !isOwned(row)

/** Whether a stop was refused, when the finding was alerted or when the stop was due. */
export const wasRefused = ({ state, decision }: Row): boolean =>
  state === 'REFUSED' || (state === 'ALERTED' && decision === 'refuse')

const formatIsoSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

/** The finding with its stop promised for a time (epoch seconds). */
export const promiseAt = (finding: Finding, seconds: number): Finding => {
  const { type, decision } = finding.action
  const at = formatIsoSeconds(seconds)
  return { ...finding, action: { type, decision, ...describeReasons({ code: 'STOP_SCHEDULED', args: { at } }), at } }
}
