/** Which findings that were alerted and left running a sweep promises a stop, and when. */

import type { Finding } from '../engine/finding.ts'
import type { Policy } from '../policy/policy.ts'
import type { Code } from '../reasons/reason.ts'
import { describeReasons } from '../wording/reasons.ts'
import { CALL_SECONDS } from './budget.ts'
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

/** The rule did not enforce. */
export const NOT_ENFORCED: readonly Code[] = ['RULE_OBSERVES', 'RULE_OFF', 'STOPS_NOT_DEPLOYED']

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

/** How far ahead an alert names a stop. What has no room within that time is promised by a later sweep. */
export const HORIZON_SECONDS = 86_400

/** EventBridge Scheduler brings a stop within the minute after its time, and it may be tried once more. */
const LATE_SECONDS = 120

const formatIsoSeconds = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z')

const computePromisedAt = (finding: Finding, at: string): Finding => {
  const { type, decision } = finding.action
  return { ...finding, action: { type, decision, ...describeReasons({ code: 'STOP_SCHEDULED', args: { at } }), at } }
}

export type Spread = {
  readonly promised: readonly Finding[]
  /** No room within a day, or none at all. */
  readonly later: readonly Finding[]
  /** How many instances have a place in the budget by now. */
  readonly places: number
}

/**
 * Gives each instance the time of its stop: the grace from now, and no more in one window than the budget has stops. So the stops
 * in the alert can be made, unless others are due then. `places`: how many got a time before from the same message. Pure.
 */
export const spreadOver = (
  findings: readonly Finding[],
  { stop, now, places }: { readonly stop: Policy['stop']; readonly now: Date; readonly places: number },
): Spread => {
  const { stops, perSeconds } = stop.budget
  const ids = [...new Set(findings.map(({ resource }) => resource.id))]
  const windowSeconds = perSeconds + CALL_SECONDS + LATE_SECONDS
  const room = stops === 0 ? 0 : (Math.floor(HORIZON_SECONDS / windowSeconds) + 1) * stops
  const soonest = (Math.ceil(now.getTime() / 1000) + stop.graceSeconds) * 1000
  const times = new Map(
    ids
      .slice(0, Math.max(0, room - places))
      .map((id, index) => [
        id,
        formatIsoSeconds(soonest + Math.floor((places + index) / stops) * windowSeconds * 1000),
      ]),
  )
  const promised = findings.flatMap(finding => {
    const at = times.get(finding.resource.id)
    return at === undefined ? [] : [computePromisedAt(finding, at)]
  })
  return {
    promised,
    later: findings.filter(({ resource }) => !times.has(resource.id)),
    places: places + times.size,
  }
}
