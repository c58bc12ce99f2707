import type { LivePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { findUnannounced } from '../../shared/policy/unannounced.ts'

type Noticing = {
  readonly now: () => Date
  readonly log: (level: 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  readonly count: (metric: 'PolicyUnannounced') => void
}

/**
 * Counts and logs a change of the policy or the switch that was not announced to operations. The change is in force.
 */
export const noticeUnannounced = (live: LivePolicy, { now, log, count }: Noticing): void => {
  const what = findUnannounced(live, now())
  if (what.length === 0) return
  count('PolicyUnannounced')
  log('error', `operations got no message about a change: ${what.join(', ')}; see virtguard policy show --history`, {})
}
