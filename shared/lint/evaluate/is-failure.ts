import { SEVERITIES, type Severity } from '../../rules/rule.ts'
import type { LintFinding } from '../model/lint-finding.ts'

/** The severity from which on a finding counts as a failure, if nobody says otherwise. */
export const LEAST_SEVERITY: Severity = 'LOW'

/** Whether a finding is a failure: of the command, or of what a hook is asked about. `unknown`: whether an UNKNOWN is one. */
export const isFailure = (
  { status, workflow, severity }: LintFinding,
  { failOn, unknown }: { readonly failOn: Severity; readonly unknown: boolean },
): boolean =>
  (status === 'FAILED' || (status === 'UNKNOWN' && unknown)) &&
  workflow === 'NEW' &&
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn)
