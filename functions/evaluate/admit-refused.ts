import type { Finding } from '../../shared/engine/finding.ts'
import { findRefusedCall, MOST_PAIRS } from '../../shared/ledger/refused-calls.ts'
import type { Ports } from './ports.ts'

const BEYOND = ` EC2 refused ${MOST_PAIRS} other pairs to the same caller today. What it is refused beyond them is counted by the metric RefusedAgain until midnight (UTC), and not alerted.`

/**
 * The findings of refused calls that are alerted: each pair once a day for each caller, and of a flood of pairs one more,
 * which says that the rest is only counted.
 */
export const admitRefused = async (
  found: readonly Finding[],
  { admit, count }: Pick<Ports, 'admit' | 'count'>,
): Promise<readonly Finding[]> => {
  const admitted: Finding[] = []
  for (const finding of found) {
    const call = finding.workflow === 'NEW' ? findRefusedCall(finding) : undefined
    const admission = call === undefined ? 'first' : await admit(call)
    if (admission === 'first') admitted.push(finding)
    if (admission === 'limit') admitted.push({ ...finding, message: `${finding.message}${BEYOND}` })
  }
  const left = found.length - admitted.length
  if (left > 0) count('RefusedAgain', left)
  return admitted
}
