import { inUtc } from '../../shared/alert/clock.ts'
import type { State } from '../../shared/ledger/row.ts'
import type { Entry } from './entry.ts'

const lastWhy = ({ history }: Entry): string => history.at(-1)?.why ?? 'the ledger does not say why'

const decided = ({ finding: { action } }: Entry): string => {
  const { decision, reason } = action
  return decision === 'refuse' ? `would not be stopped: ${reason}` : reason
}

const promised = (entry: Entry): string => {
  const { stopAt, stopRequestedAt, overdue } = entry
  if (overdue)
    return stopRequestedAt === undefined
      ? `OVERDUE: was to be stopped at ${inUtc(stopAt ?? '')}, and was not`
      : `OVERDUE: EC2 was asked to stop it at ${inUtc(stopRequestedAt)}, and its outcome is not known`
  if (stopRequestedAt !== undefined) return `EC2 was asked to stop it at ${inUtc(stopRequestedAt)}`
  return stopAt === undefined ? lastWhy(entry) : `will be stopped at ${inUtc(stopAt)}`
}

const STORIES: Readonly<Record<State, (entry: Entry) => string>> = {
  NEW: () => 'its alert is not known to be out',
  ALERTED: decided,
  SUPPRESSED: lastWhy,
  DEFERRED: promised,
  STOPPED: lastWhy,
  REFUSED: entry => `left running: ${lastWhy(entry)}`,
  RESOLVED: lastWhy,
  FAILED: lastWhy,
}

/** What has become of a finding, in a few words. */
export const becameOf = (entry: Entry): string => {
  const told = entry.untold === undefined ? '' : ' (its alert is not known to be out)'
  return STORIES[entry.state](entry) + told
}
