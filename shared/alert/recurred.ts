import type { State } from '../ledger/row.ts'
import type { Alert, AlertedFinding } from './alert.ts'
import { formatUtc } from './clock.ts'
import { formatInstances } from './content.ts'

// Findings that recurred: stopped before and started again, or resolved before and present again.

type Returned = AlertedFinding & Required<Pick<AlertedFinding, 'previous'>>

// In these two states EC2 had accepted our stop. A start counts even before we have seen the instance stopped.
const STOPPED: readonly State[] = ['STOPPED', 'DEFERRED']
// Every other state was alerted and not resolved: the finding got worse.
const BACK_FROM: readonly State[] = [...STOPPED, 'FAILED', 'RESOLVED', 'SUPPRESSED', 'REFUSED']

const hasReturned = (finding: AlertedFinding): finding is Returned =>
  finding.previous !== undefined && BACK_FROM.includes(finding.previous.state)

const findRecurrence = ({ findings }: Alert): Returned | undefined => {
  const returned = findings.filter(hasReturned)
  return returned.find(({ previous }) => STOPPED.includes(previous.state)) ?? returned[0]
}

/**
 * `Started again`, `Recurred`, `Exemption ended` or `Scheduled again`, if the alert is about a finding that was
 * resolved before.
 */
export const returnLead = (alert: Alert): string | undefined => {
  const returned = findRecurrence(alert)
  if (returned === undefined) return undefined
  if (returned.previous.state === 'SUPPRESSED') return 'Exemption ended'
  if (returned.previous.state === 'REFUSED') return 'Scheduled again'
  return STOPPED.includes(returned.previous.state) ? 'Started again' : 'Recurred'
}

const describeStarter = ({ actor, event }: Alert): string => {
  const when = formatUtc(event.time)
  // Only the call itself names the actor. A notification of EC2 says that the instance runs, and its actor made the
  // launch.
  if (event.name === 'StartInstances')
    return `started again by ${actor.arn ?? 'a caller that the record does not name'} at ${when}`
  return `started again, and was seen at ${when}. CloudTrail records who started it (StartInstances)`
}

const describePrevious = ({ previous, resource }: Returned, alert: Alert): string => {
  const at = formatUtc(previous.at)
  switch (previous.state) {
    case 'STOPPED':
    case 'DEFERRED':
      return `virtguard stopped ${resource.id} at ${at}. It was ${describeStarter(alert)}.`
    case 'FAILED':
      return `virtguard could not stop ${resource.id} at ${at}. It was seen again at ${formatUtc(alert.event.time)}.`
    case 'REFUSED':
      return `${resource.id} was due to be stopped, and was left running at ${at}. It is still noncompliant, and nothing prevents the stop now.`
    case 'SUPPRESSED':
      return `${resource.id} was exempt from ${at} on. It no longer is: the exemption has ended, or does not cover it.`
    default:
      return `${resource.id} was resolved at ${at} and is noncompliant again.`
  }
}

/** The earlier outcome, and who started the instance again, in a sentence or two. */
export const recurredContent = (alert: Alert): string | undefined => {
  const returned = findRecurrence(alert)
  if (returned === undefined) return undefined
  const others = new Set(alert.findings.filter(hasReturned).map(({ resource }) => resource.id)).size - 1
  const more = others > 0 ? ` The same applies to ${formatInstances(others)} more.` : ''
  return `${describePrevious(returned, alert)}${more}`
}
