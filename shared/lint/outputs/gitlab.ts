import type { Severity } from '../../rules/rule.ts'
import { escapeJson } from '../../text/untrusted.ts'
import type { LintFinding } from '../model/lint-finding.ts'
import { isReported, type RenderFindings, toRepositoryPath } from './output.ts'

const SEVERITY: Readonly<Record<Severity, string>> = {
  CRITICAL: 'blocker',
  HIGH: 'critical',
  MEDIUM: 'major',
  LOW: 'minor',
  INFORMATIONAL: 'info',
}

const toIssue = ({ id, rule, status, severity, message, place }: LintFinding): object => ({
  description: message,
  check_name: rule,
  fingerprint: id,
  severity: status === 'FAILED' ? SEVERITY[severity] : 'info',
  location: { path: toRepositoryPath(place.file), lines: { begin: place.line ?? 1 } },
})

/** A report of GitLab's code quality. */
export const renderGitlab: RenderFindings = findings =>
  `${escapeJson(JSON.stringify(findings.filter(isReported).map(toIssue), undefined, 1))}\n`
