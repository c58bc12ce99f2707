import { findRule } from '../../rules/registry.ts'
import { SEVERITIES, type Severity } from '../../rules/rule.ts'
import { escapeJson } from '../../text/untrusted.ts'
import type { LintFinding } from '../model/lint-finding.ts'
import { type RenderFindings, toRepositoryPath } from './output.ts'

// Limits: GitHub docs, "SARIF support for code scanning". Of more results GitHub takes none.
const MOST_RESULTS = 25_000

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
  INFORMATIONAL: 'note',
}

const toRule = (id: string): object => {
  const rule = findRule(id)
  if (rule === undefined) return { id }
  return {
    id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: rule.remediation },
    helpUri: rule.awsPage,
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: { tags: ['aws', 'ec2'] },
  }
}

const toLocation = ({ place }: LintFinding): object => ({
  physicalLocation: {
    artifactLocation: { uri: encodeURI(toRepositoryPath(place.file)) },
    region: { startLine: place.line ?? 1 },
  },
  logicalLocations: [{ fullyQualifiedName: place.address, kind: 'resource' }],
})

const toResult = (finding: LintFinding): object => ({
  ruleId: finding.rule,
  level: finding.status === 'FAILED' ? LEVELS[finding.severity] : 'note',
  message: { text: finding.message },
  locations: [toLocation(finding)],
  // The id has no line in it, so that an alert stays the same where lines move.
  partialFingerprints: { primaryLocationLineHash: finding.id },
  ...(finding.exemption !== undefined && {
    suppressions: [{ kind: 'external', justification: finding.exemption.reason }],
  }),
  properties: { status: finding.status, reasons: finding.reasons },
})

const rank = ({ status, severity }: LintFinding): number =>
  status === 'FAILED' ? SEVERITIES.length - SEVERITIES.indexOf(severity) : SEVERITIES.length + 1

/** SARIF 2.1.0, for code scanning. The worst come first, because only 25,000 are taken. */
export const renderSarif: RenderFindings = (findings, { version }) => {
  const results = findings
    .filter(({ status }) => status !== 'PASSED')
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, MOST_RESULTS)
  const rules = [...new Set(results.map(({ rule }) => rule))]
  const driver = { name: 'virtguard', version, rules: rules.map(toRule) }
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results: results.map(toResult) }
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
  return `${escapeJson(JSON.stringify(log))}\n`
}
