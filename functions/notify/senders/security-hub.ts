import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  type ImportFindingsError,
  type SecurityHubClient,
} from '@aws-sdk/client-securityhub'
import type { Alert, ToldFinding } from '../../../shared/alert/alert.ts'
import type { Job, Sender, Sent } from '../../../shared/channels/sending.ts'
import { asffOf } from '../../../shared/formats/asff.ts'
import { awsAnswer } from './aws-error.ts'
import { inGroups } from './in-groups.ts'
import { said } from './webhook-answer.ts'

export type SecurityHub = {
  readonly client: SecurityHubClient
  readonly test: (at: string) => AwsSecurityFinding
}

/** At most 100 findings and 6 MB a call (Security Hub API reference, BatchImportFindings). */
const MOST = { most: 100, bytes: 5_000_000 }

// What is no more: stopped, or settled otherwise. A stop that failed or was refused leaves the finding as it is.
const isOver = ({ outcome }: ToldFinding): boolean => outcome?.state === 'STOPPED' || outcome?.state === 'RESOLVED'

/** The time is that of the alert: told again it is the same document, and told late it does not pass for a newer one. */
const documentsOf = (alert: Alert): readonly AwsSecurityFinding[] => {
  const now = new Date(alert.at ?? alert.event.time)
  return alert.findings.map(finding => asffOf(finding, { now, archived: isOver(finding) }))
}

const jobDocuments = (job: Job, { test }: SecurityHub): readonly AwsSecurityFinding[] => {
  if (job.kind === 'test') return [test(job.at)]
  return job.kind === 'alert' ? documentsOf(job.alert) : job.alerts.flatMap(documentsOf)
}

const NOT_ENABLED = {
  InvalidAccessException: 'Enable Security Hub CSPM in this account and region; then send the messages back.',
}

/** Codes that pass; all others say that the document itself is not taken. */
const PASSING = /internal|throttl|limit|timeout|unavailable/i

const failuresOf = (failed: readonly ImportFindingsError[]): Sent => {
  const first = failed.slice(0, 3).map(({ Id, ErrorCode, ErrorMessage }) => `${Id}: ${ErrorCode}: ${ErrorMessage}`)
  const why = `Security Hub did not take ${failed.length}: ${said(first.join('; '))}`
  // To import again what was taken changes nothing.
  if (failed.some(({ ErrorCode = '' }) => PASSING.test(ErrorCode))) throw new Error(why)
  return { kind: 'refused', why }
}

/** Imports findings, updates them and archives what is over: BatchImportFindings does all three, by the Id. */
export const securityHubSender =
  (hub: SecurityHub): Sender =>
  async job => {
    const failed: ImportFindingsError[] = []
    let taken = 0
    try {
      for (const Findings of inGroups(jobDocuments(job, hub), MOST)) {
        const answer = await hub.client.send(new BatchImportFindingsCommand({ Findings: [...Findings] }))
        failed.push(...(answer.FailedFindings ?? []))
        taken += answer.SuccessCount ?? 0
      }
    } catch (error) {
      return awsAnswer(error, NOT_ENABLED)
    }
    return failed.length > 0 ? failuresOf(failed) : { kind: 'sent', says: `Security Hub has taken ${taken}` }
  }
