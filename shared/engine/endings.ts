/** How the stories of rows end: which state, and why. */
import type { InstanceFacts } from '../facts/facts.ts'
import type { Ending, Row } from '../ledger/row.ts'
import { endsFrom } from '../ledger/transitions.ts'
import type { Finding } from './finding.ts'

/** Why a row is STOPPED where EC2 says that its instance is. */
export const STOPPED_BY_US = 'virtguard stopped it'
/** The same where that was seen only when its instance was up again. */
export const CAME_BACK = 'it had stopped, and was started again'

/** How the story of one row ends. */
export type Settlement = { readonly row: Row; readonly ending: Ending }

/** Milliseconds; not a number where there is no time. */
export const ms = (iso: string | undefined): number => (iso === undefined ? Number.NaN : Date.parse(iso))

/** EC2 was asked to stop its instance. */
export const isAsked = ({ stopRequestedAt }: Row): boolean => stopRequestedAt !== undefined

/** All of these rows end in the same way. */
export const endAll = (rows: readonly Row[], ending: Ending): readonly Settlement[] =>
  rows.map(row => ({ row, ending }))

/** How a row ends by what is found now; undefined where its instance is to be stopped. */
export const endingOf = (finding: Finding | undefined): Ending | undefined => {
  if (finding === undefined) return { to: 'REFUSED', why: 'the rule is off now', inDigest: 'yes' }
  const { status, workflow, exemption, action, missing = [] } = finding
  if (status === 'PASSED') return { to: 'RESOLVED', why: 'it was fixed: the rule passes now' }
  if (workflow === 'SUPPRESSED')
    return { to: 'SUPPRESSED', why: `it is exempt now: ${exemption?.reason} (${exemption?.owner})` }
  if (status === 'UNKNOWN') return { to: 'REFUSED', why: `the verdict is UNKNOWN now: ${missing.join(', ')} not known` }
  if (action.decision === 'defer') return undefined
  const { reason: why } = action
  // A refusal lies with the instance; everything else with the policy or its switch, for many at once.
  return action.decision === 'refuse' ? { to: 'REFUSED', why } : { to: 'REFUSED', why, inDigest: 'yes' }
}

/** Up since then, EC2's launch time being that of the last start (EC2 API reference, Instance); whole seconds. */
const isUpSince = (instance: InstanceFacts | undefined, iso: string | undefined): boolean =>
  ms(instance?.launchTime) > ms(iso)

/** EC2 was asked, and it came up later: it went down for that, and the promise is used up. A new start is a new story. */
export const hadStopped = (rows: readonly Row[], instance: InstanceFacts | undefined): readonly Settlement[] =>
  endAll(
    rows.filter(row => isUpSince(instance, row.stopRequestedAt)),
    { to: 'STOPPED', why: `${CAME_BACK} at ${instance?.launchTime}` },
  )

/** Nobody was told when a run will be stopped that began after the time that the alert gave. */
export const cameUpLate = (row: Row, instance: InstanceFacts | undefined): Ending | undefined =>
  isAsked(row) || !isUpSince(instance, row.stopAt)
    ? undefined
    : {
        to: 'REFUSED',
        why: `it was started again at ${instance?.launchTime}, after the time of which the alert had told: its stop was late`,
      }

/** The budget had none left for this stop: told with all the others that it had none for. */
export const overBudget = (
  rows: readonly Row[],
  { words, until }: { readonly words: string; readonly until?: Date },
): readonly Settlement[] => {
  const next = until === undefined ? '' : `; the next is free at ${until.toISOString()}`
  return endAll(rows, { to: 'REFUSED', why: `the stop budget is spent: ${words}${next}`, inDigest: 'yes' })
}

/** EC2 says that the instance has stopped: those rows are done for which we had asked it to, and before. */
export const afterStopped = (rows: readonly Row[], at: Date): readonly Settlement[] => {
  // EC2 dates its notification in whole seconds.
  const isOurs = (row: Row): boolean =>
    endsFrom('STOPPED').includes(row.state) && at.getTime() + 1000 > ms(row.stopRequestedAt)
  return endAll(rows.filter(isOurs), { to: 'STOPPED', why: STOPPED_BY_US, at })
}
