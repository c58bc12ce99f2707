import type { Finding } from '../../shared/engine/finding.ts'
import { findRefusedCall, MOST_PAIRS } from '../../shared/ledger/refused-calls.ts'
import { describeBeyondLimit } from '../../shared/wording/refused-calls.ts'
import type { Ports } from './ports.ts'

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
    if (admission === 'limit')
      admitted.push({ ...finding, message: `${finding.message} ${describeBeyondLimit(MOST_PAIRS)}` })
  }
  const left = found.length - admitted.length
  if (left > 0) count('RefusedAgain', left)
  return admitted
}
