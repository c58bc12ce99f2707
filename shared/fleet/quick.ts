import { familyOf } from '../catalogue/family.ts'
import type { InstanceTypeFacts } from '../facts/facts.ts'
import type { Policy } from '../policy/policy.ts'
import { instanceFamily } from '../rules/instance-family.ts'
import type { InstanceTypes } from '../rules/rule.ts'

/** Filters of DescribeInstances: an instance is selected where each of them has a value that matches. */
export type Query = readonly { readonly name: string; readonly values: readonly string[] }[]

/** EC2 takes at most 200 values in a filter (EC2 API reference, Filtering). */
const VALUES_PER_FILTER = 200

const LIVING: Query[number] = { name: 'instance-state-name', values: ['pending', 'running', 'stopping', 'stopped'] }

const isOn = (policy: Policy, rule: string): boolean => (policy.rules[rule]?.mode ?? 'off') !== 'off'

// By what the rules look at, not by the rules themselves: facts of the instance are not known before it is read.
const mayFail = (policy: Policy): ((type: InstanceTypeFacts) => boolean) => {
  const hasXenRule = isOn(policy, 'xen-hypervisor')
  const hasEnaRule = isOn(policy, 'ena-disabled')
  const hasImageRule = isOn(policy, 'incompatible-image')
  const family = policy.rules[instanceFamily.id]
  const refuses = (type: InstanceTypeFacts, types: InstanceTypes): boolean => {
    if (family === undefined || family.mode === 'off') return false
    const place = { accountId: '', region: '', id: '', arn: '', type: 'AwsEc2Instance' } as const
    const subject = { kind: 'instance', resource: place, instance: { instanceType: type.instanceType } } as const
    return instanceFamily.check(subject, types, family.options).status === 'FAILED'
  }
  const none: InstanceTypes = { get: () => undefined, profiles: () => [] }
  return type =>
    (hasXenRule && type.hypervisor === 'xen') ||
    // Where ENA is required, no instance is without it.
    ((hasEnaRule || hasImageRule) && type.ena !== 'required') ||
    refuses(type, none)
}

const typesThatMayFail = (policy: Policy, types: InstanceTypes): readonly string[] => {
  const isSelected = mayFail(policy)
  const selected = new Map<string, string[]>()
  const rest = new Set<string>()
  for (const profile of types.profiles())
    for (const name of profile.types()) {
      if (isSelected({ ...profile.facts, instanceType: name })) {
        const family = selected.get(familyOf(name)) ?? []
        family.push(name)
        selected.set(familyOf(name), family)
      } else rest.add(familyOf(name))
    }
  return [...selected].flatMap(([family, names]) => (rest.has(family) ? names : [`${family}.*`])).toSorted()
}

const denied = (policy: Policy): readonly string[] => {
  const rule = policy.rules[instanceFamily.id]
  if (rule === undefined || rule.mode === 'off') return []
  return (rule.options['deny'] ?? []).map(pattern => (pattern.includes('.') ? pattern : `${pattern}.*`))
}

/**
 * The reads that between them select what may fail: paravirtual instances, and types that a rule or the policy may
 * object to. Not selected are types that the catalogue does not know, and images that boot in legacy mode only.
 */
export const quickQueries = (policy: Policy, types: InstanceTypes): readonly Query[] => {
  const names = [...new Set([...denied(policy), ...typesThatMayFail(policy, types)])]
  const hvm: Query[number] = { name: 'virtualization-type', values: ['hvm'] }
  const groups = Array.from({ length: Math.ceil(names.length / VALUES_PER_FILTER) }, (_, index) =>
    names.slice(index * VALUES_PER_FILTER, (index + 1) * VALUES_PER_FILTER),
  )
  return [
    [LIVING, { name: 'virtualization-type', values: ['paravirtual'] }],
    ...groups.map((values): Query => [LIVING, hvm, { name: 'instance-type', values }]),
  ]
}
