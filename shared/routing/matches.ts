import type { Alert } from '../alert/alert.ts'
import { findRules } from '../organization/find-rules.ts'
import type { Mode, Policy, RouteMatch } from '../policy/policy.ts'
import type { Severity } from '../rules/rule.ts'
import { matchesPattern } from '../text/wildcard.ts'

/** The traits of an alert that routes compare. */
export type Routed = Pick<Alert, 'kind' | 'severity' | 'accountId' | 'region' | 'launchId' | 'findings' | 'stops'>

/** The traits of a finding that routes compare. It has two severities if the policy has changed since the alert. */
export type Trait = { readonly rule: string; readonly severities: readonly Severity[]; readonly mode: Mode | undefined }

const isOneOf = (patterns: readonly string[] | undefined, text: string): boolean =>
  patterns === undefined || patterns.some(pattern => matchesPattern(pattern, text))

/** Whether a route matches a finding, in any account and region. */
export const matchesTrait = ({ severity, rule, mode }: RouteMatch, trait: Trait): boolean =>
  (severity === undefined || trait.severities.some(one => severity.includes(one))) &&
  isOneOf(rule, trait.rule) &&
  (mode === undefined || trait.mode === mode)

/** Whether a route matches an alert of this account and region. */
export const matchesPlace = (
  { accountId, region }: RouteMatch,
  place: { readonly accountId: string; readonly region: string },
): boolean => isOneOf(accountId, place.accountId) && isOneOf(region, place.region)

/**
 * The traits of an alert's findings, each once. An outcome of a stop goes where its promise went, whatever the policy
 * says meanwhile, because the rule was on enforce then, and had the severity of the finding. It also goes where the
 * present policy sends it.
 */
export const listTraits = (alert: Routed, policy: Policy): readonly Trait[] => {
  const { kind = 'finding', findings } = alert
  const rules = findRules(policy, alert)
  const traits = new Map<string, Trait>()
  for (const { rule, severity } of findings) {
    const key = `${rule} ${severity}`
    // Stryker disable next-line ConditionalExpression: made again it is the same
    if (traits.has(key)) continue
    const now = rules[rule]
    const isNews = kind === 'finding' || now === undefined || now.severity === severity
    traits.set(key, {
      rule,
      severities: isNews ? [severity] : [severity, now.severity],
      mode: kind === 'finding' ? now?.mode : 'enforce',
    })
  }
  return [...traits.values()]
}
