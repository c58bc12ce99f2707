import type { PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib'
import { isFailure } from '../../shared/lint/evaluate/is-failure.ts'
import type { LintFinding } from '../../shared/lint/model/lint-finding.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Evaluated, Unreadable } from './evaluate-assemblies.ts'
import type { Settings } from './settings.ts'

// After an acknowledgement the CDK decides by this word whether what is left ends the synthesis with an error.
const ERROR = 'error'

const rateFinding = (finding: LintFinding, { unknown, failOn }: Settings): string =>
  isFailure(finding, { failOn, unknown: unknown === 'fail' }) ? ERROR : 'warning'

const toViolation = (finding: LintFinding, settings: Settings): PolicyViolation => {
  const { rule, title, message, remediation, status, severity, reasons, place } = finding
  const fix = toPlainText(remediation)
  return {
    ruleName: rule,
    description: toPlainText(`${status === 'UNKNOWN' ? 'UNKNOWN: ' : ''}${title}. ${message}`),
    ...(fix !== '' && { fix }),
    severity: rateFinding(finding, settings),
    ruleMetadata: { status, severity, reasons: reasons.join(' ') },
    violatingResources: [{ resourceLogicalId: place.address, templatePath: place.file, locations: [] }],
  }
}

// An acknowledgement does not make it pass.
const FATAL = 'fatal'

const createFatal = (ruleName: string, text: string): PolicyViolation => ({
  ...{ ruleName, description: toPlainText(text), severity: FATAL },
  // The CDK prints a violation once for each of these.
  violatingResources: [{ constructPath: '', locations: [] }],
})

const toUnreadable = ({ file, why }: Unreadable): PolicyViolation =>
  createFatal('unreadable-template', `${file}: ${why}`)

/**
 * A mistake by which nothing was evaluated. It is not thrown: of a plugin that throws, the command of the CDK prints
 * nothing, and it ends with 0.
 */
export const toMistake = (text: string): PolicyValidationPluginReport => ({
  success: false,
  violations: [createFatal('mistake', text)],
})

/** The findings as the CDK reports them. Exempt ones are left out. */
export const toReport = (
  { findings, unreadable, notices }: Evaluated,
  settings: Settings,
): PolicyValidationPluginReport => {
  const counted = findings.filter(({ workflow }) => workflow === 'NEW')
  const listed = counted.filter(({ status }) => status === 'FAILED' || settings.unknown !== 'ignore')
  const violations = [...unreadable.map(toUnreadable), ...listed.map(finding => toViolation(finding, settings))]
  for (const notice of notices) process.stderr.write(`virtguard: ${toPlainText(notice)}\n`)
  return {
    success: violations.every(({ severity }) => severity !== ERROR && severity !== FATAL),
    violations,
    metadata: {
      unknown: String(counted.filter(({ status }) => status === 'UNKNOWN').length),
      exempt: String(findings.length - counted.length),
    },
  }
}
