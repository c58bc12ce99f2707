import { summarizeReason } from '../../shared/wording/reasons.ts'
import { formatCount } from '../output/counted.ts'
import type { Entry } from '../output/entry.ts'

/** A stop was promised, or would have been but for the switch, and the instance was left running. */
export const isRefused = ({ state, finding }: Entry): boolean =>
  state === 'REFUSED' || (state === 'ALERTED' && finding.action.code === 'STOPS_DISABLED')

/** Grouped by reason, without the details that differ between findings. */
export type Refusals = Map<string, number>

export const addRefusal = (refusals: Refusals, { state, history, finding }: Entry): void => {
  const { code, why = '' } = state === 'REFUSED' ? (history.at(-1) ?? {}) : { ...finding.action, why: '' }
  const gist = summarizeReason(code, why)
  refusals.set(gist, (refusals.get(gist) ?? 0) + 1)
}

/** The reasons why findings were left running, the most frequent first, and what to do about each. */
export const describeRefusals = (refusals: Refusals): readonly string[] => {
  const sorted = [...refusals].toSorted(([, a], [, b]) => b - a)
  return [
    ...sorted.map(([gist, count]) => `left running: ${formatCount(count, 'finding')}, because ${gist}`),
    ...(sorted.length > 0 ? ['to promise these stops again: virtguard stops retry --dry-run'] : []),
  ]
}
