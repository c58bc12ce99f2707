import { getFamily } from '../catalogue/family.ts'
import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { InstanceTypeFacts } from '../facts/facts.ts'
import type { Policy } from '../policy/policy.ts'
import { RULES } from '../rules/registry.ts'
import type { Rule, RuleOptions } from '../rules/rule.ts'
import { matchesPattern } from '../text/wildcard.ts'

/** Filters of DescribeInstances: an instance is selected if each of them has a value that matches. */
export type Query = readonly { readonly name: string; readonly values: readonly string[] }[]

/** EC2 takes at most 200 values in a filter (EC2 API reference, Filtering). */
const VALUES_PER_FILTER = 200

const LIVING: Query[number] = { name: 'instance-state-name', values: ['pending', 'running', 'stopping', 'stopped'] }

const listRulesInForce = ({ rules }: Policy): readonly { readonly rule: Rule; readonly options: RuleOptions }[] =>
  RULES.flatMap(rule => {
    const settings = rules[rule.id]
    return settings === undefined || settings.mode === 'off' ? [] : [{ rule, options: settings.options }]
  })

/** Those that no pattern selects, because an instance that two queries select would be read twice. */
const listTypesThatMayFail = (policy: Policy, types: InstanceTypes, patterns: readonly string[]): readonly string[] => {
  const rules = listRulesInForce(policy)
  const isSelected = (type: InstanceTypeFacts): boolean =>
    rules.some(({ rule, options }) => rule.mayFailOn?.(type, options) === true)
  const selected = new Map<string, string[]>()
  const rest = new Set<string>()
  for (const profile of types.profiles())
    for (const name of profile.types()) {
      const isNamed = patterns.some(pattern => matchesPattern(pattern, name))
      if (!isNamed && isSelected({ ...profile.facts, instanceType: name })) {
        const family = selected.get(getFamily(name)) ?? []
        family.push(name)
        selected.set(getFamily(name), family)
      } else rest.add(getFamily(name))
    }
  return [...selected].flatMap(([family, names]) => (rest.has(family) ? names : [`${family}.*`])).toSorted()
}

const createSelector = (policy: Policy): readonly string[] =>
  listRulesInForce(policy).flatMap(({ rule, options }) => rule.selects?.(options) ?? [])

/**
 * The queries that together select what may fail: paravirtual instances, and types that a rule or the policy may object
 * to. They do not select types that the catalogue does not know, and images that boot in legacy mode only.
 */
export const planQuickQueries = (policy: Policy, types: InstanceTypes): readonly Query[] => {
  const patterns = createSelector(policy)
  const names = [...new Set([...patterns, ...listTypesThatMayFail(policy, types, patterns)])]
  const hvm: Query[number] = { name: 'virtualization-type', values: ['hvm'] }
  const groups = Array.from({ length: Math.ceil(names.length / VALUES_PER_FILTER) }, (_, index) =>
    names.slice(index * VALUES_PER_FILTER, (index + 1) * VALUES_PER_FILTER),
  )
  return [
    [LIVING, { name: 'virtualization-type', values: ['paravirtual'] }],
    ...groups.map((values): Query => [LIVING, hvm, { name: 'instance-type', values }]),
  ]
}
