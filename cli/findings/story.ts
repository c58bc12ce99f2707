import { formatUtc } from '../../shared/alert/clock.ts'
import type { State } from '../../shared/ledger/row.ts'
import type { Entry } from '../output/entry.ts'

const getLastReason = ({ history }: Entry): string => history.at(-1)?.why ?? 'the ledger does not say why'

const describeDecision = ({ finding: { action } }: Entry): string => {
  const { decision, reason } = action
  return decision === 'refuse' ? `would not be stopped: ${reason}` : reason
}

const describePromise = (entry: Entry): string => {
  const { stopAt, stopRequestedAt, overdue } = entry
  if (overdue)
    return stopRequestedAt === undefined
      ? `OVERDUE: was to be stopped at ${formatUtc(stopAt ?? '')}, and was not`
      : `OVERDUE: EC2 was asked to stop it at ${formatUtc(stopRequestedAt)}, and its outcome is not known`
  if (stopRequestedAt !== undefined) return `EC2 was asked to stop it at ${formatUtc(stopRequestedAt)}`
  return stopAt === undefined ? getLastReason(entry) : `will be stopped at ${formatUtc(stopAt)}`
}

const STORIES: Readonly<Record<State, (entry: Entry) => string>> = {
  NEW: () => 'its alert is not known to be out',
  ALERTED: describeDecision,
  SUPPRESSED: getLastReason,
  DEFERRED: describePromise,
  STOPPED: getLastReason,
  REFUSED: entry => `left running: ${getLastReason(entry)}`,
  RESOLVED: getLastReason,
  FAILED: getLastReason,
}

/** The state of a finding, in a few words. */
export const describeFate = (entry: Entry): string => {
  const alerted = entry.untold === undefined ? '' : ' (its alert is not known to be out)'
  return STORIES[entry.state](entry) + alerted
}
