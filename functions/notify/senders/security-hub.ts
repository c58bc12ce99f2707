import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  type ImportFindingsError,
  type SecurityHubClient,
} from '@aws-sdk/client-securityhub'
import type { Alert, AlertedFinding } from '../../../shared/alert/alert.ts'
import type { Job, Sender, Sent } from '../../../shared/channels/sending.ts'
import { toAsff } from '../../../shared/formats/asff.ts'
import { interpretAwsError } from './aws-error.ts'
import { chunkBySize } from './in-groups.ts'
import { quoteBody } from './webhook-answer.ts'

export type SecurityHub = {
  /** The client of a region. */
  readonly clientFor: (region: string) => SecurityHubClient
  /** The account that this function runs in: Security Hub takes no findings of another from it. */
  readonly accountId: string
  readonly test: (at: string) => AwsSecurityFinding
}

/** At most 100 findings and 6 MB a call (Security Hub API reference, BatchImportFindings). */
const MOST = { most: 100, bytes: 5_000_000 }

// The finding is over: stopped, or resolved otherwise. A stop that failed or was refused leaves it as it is.
const isOver = ({ outcome }: AlertedFinding): boolean => outcome?.state === 'STOPPED' || outcome?.state === 'RESOLVED'

/**
 * The time is that of the alert. So the document is the same if it is sent again, and a late one does not count as
 * newer.
 */
const buildDocuments = (alert: Alert): readonly AwsSecurityFinding[] => {
  const now = new Date(alert.at ?? alert.event.time)
  return alert.findings.map(finding => toAsff(finding, { now, archived: isOver(finding) }))
}

const buildJobDocuments = (job: Job, { test }: SecurityHub): readonly AwsSecurityFinding[] => {
  if (job.kind === 'test') return [test(job.at)]
  return job.kind === 'alert' ? buildDocuments(job.alert) : job.alerts.flatMap(buildDocuments)
}

const readMeanings = (region: string): Readonly<Record<string, string>> => ({
  InvalidAccessException: `Enable Security Hub CSPM in this account in ${region}; then move the messages back from the dead-letter queue.`,
  AccessDeniedException: `Deploy the stack with ${region} among -c sweepRegions, or, where it is, deploy it again; then move the messages back from the dead-letter queue.`,
})

/** Codes that pass; all others say that the document itself is not taken. */
const PASSING = /internal|throttl|limit|timeout|unavailable/i

const describeFailures = (failed: readonly ImportFindingsError[]): Sent => {
  const first = failed.slice(0, 3).map(({ Id, ErrorCode, ErrorMessage }) => `${Id}: ${ErrorCode}: ${ErrorMessage}`)
  const why = `Security Hub did not take ${failed.length}: ${quoteBody(first.join('; '))}`
  // A second import of the same finding changes nothing.
  if (failed.some(({ ErrorCode = '' }) => PASSING.test(ErrorCode))) throw new Error(why)
  return { kind: 'refused', why }
}

const isOfOthers = (accounts: readonly string[]): Sent => ({
  kind: 'refused',
  why: `Security Hub takes findings of ${accounts.join(', ')} from that account only`,
  whatToDo: 'Route alerts of other accounts to an event-bus or webhook channel (format ocsf), and import them there.',
})

/** Imports the findings of one region there. */
const importInto = async (
  region: string,
  findings: readonly AwsSecurityFinding[],
  { clientFor }: SecurityHub,
): Promise<Sent> => {
  const failed: ImportFindingsError[] = []
  let taken = 0
  try {
    for (const Findings of chunkBySize(findings, MOST)) {
      const answer = await clientFor(region).send(new BatchImportFindingsCommand({ Findings: [...Findings] }))
      failed.push(...(answer.FailedFindings ?? []))
      taken += answer.SuccessCount ?? 0
    }
  } catch (error) {
    return interpretAwsError(error, readMeanings(region))
  }
  return failed.length > 0 ? describeFailures(failed) : { kind: 'sent', says: `Security Hub accepted ${taken}` }
}

/**
 * Imports findings, updates them and archives those that are over: BatchImportFindings does all three, by the Id. Each
 * is imported in its own region. Findings of another account are refused, after the others were imported.
 */
export const createSecurityHubSender =
  (hub: SecurityHub): Sender =>
  async job => {
    const byRegion = new Map<string, AwsSecurityFinding[]>()
    const others = new Set<string>()
    for (const document of buildJobDocuments(job, hub)) {
      const { AwsAccountId = '', Region = '' } = document
      if (AwsAccountId !== hub.accountId) others.add(AwsAccountId)
      else byRegion.set(Region, [...(byRegion.get(Region) ?? []), document])
    }
    let says: Sent = { kind: 'sent', says: 'Security Hub accepted 0' }
    for (const [region, findings] of byRegion) {
      const sent = await importInto(region, findings, hub)
      if (sent.kind !== 'sent') return sent
      says = sent
    }
    return others.size > 0 ? isOfOthers([...others]) : says
  }
