import { readFinding } from './finding-in.ts'
import { wasRefused } from './promising.ts'
import type { Claimed, RefusedBefore, Row } from './row.ts'

/** Only the last refusal counts: what came before an outcome says nothing of the present run. */
const readRefusal = (seen: Row): RefusedBefore | undefined => {
  if (seen.state === 'REFUSED') {
    const past = seen.history.at(-1)
    if (past === undefined) return undefined
    const { state: _state, ...refusal } = past
    return refusal
  }
  if (seen.finding === '') return undefined
  const finding: Claimed = readFinding(seen)
  // Claimed by a delivery that died, which knew the refusal.
  if (seen.state === 'NEW') return finding.refusedBefore
  if (!wasRefused(seen)) return undefined
  const { type: _type, decision: _decision, at: _at, reason: why, ...because } = finding.action
  return { at: seen.writtenAt, why, ...because }
}

/** A finding that replaces a row: if it is promised a stop that was refused before, it says why that was. */
export const addRefusedBefore = ({ refusedBefore: _before, ...finding }: Claimed, seen: Row): Claimed => {
  const refusal = finding.action.decision === 'defer' ? readRefusal(seen) : undefined
  return refusal === undefined ? finding : { ...finding, refusedBefore: refusal }
}
