import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { NAMED_TYPES } from '../catalogue/named-types.ts'
import { toTypePatterns } from '../catalogue/type-pattern.ts'
import { UserError } from '../errors.ts'
import type { Policy, RulePolicy } from '../policy/policy.ts'
import { instanceFamily, isTypeAllowed } from '../rules/instance-family.ts'
import { paravirtualInstance } from '../rules/paravirtual-instance.ts'
import type { RuleOptions } from '../rules/rule.ts'
import { xenHypervisor } from '../rules/xen-hypervisor.ts'
import { dropCovered, listTypes, toExactPatterns } from './type-patterns.ts'

/** What a rule of the policy denies: patterns of IAM, where `*` and `?` mean what they mean in a policy of virtguard. */
export type DeniedByRule = {
  readonly rule: string
  readonly mode: RulePolicy['mode']
  readonly patterns: readonly string[]
  /** Types that are none of the allowed ones, as far as they are known today: newer ones are not among them. */
  readonly isComplement: boolean
}

type PatternReader = (types: InstanceTypes, options: RuleOptions) => Omit<DeniedByRule, 'rule' | 'mode'>

const TYPE_TEXT = /^[A-Za-z0-9.*?-]+$/

/** What matches no type, or means more to IAM than to a policy, is no pattern of types. */
const requirePattern = (pattern: string): string => {
  if (TYPE_TEXT.test(pattern)) return pattern
  throw new UserError(`rules.instance-family: ${pattern} matches no instance type; correct it or take it away`)
}

const readFamilies: PatternReader = (types, { allow = ['*'], deny = [] }) => {
  const denied = deny.flatMap(pattern => toTypePatterns(requirePattern(pattern)))
  if (allow.includes('*')) return { patterns: denied, isComplement: false }
  const names = [...new Set([...listTypes(types).map(({ instanceType }) => instanceType), ...NAMED_TYPES])]
  const others = toExactPatterns(names, name => !isTypeAllowed(name, { allow }))
  return { patterns: dropCovered([...denied, ...others]), isComplement: true }
}

type Names = readonly string[]

const selectTypes =
  (isDenied: (facts: { readonly hypervisor: string; readonly virtualizationTypes: Names }) => boolean): PatternReader =>
  types => {
    const all = listTypes(types)
    const denied = new Set(all.filter(isDenied).map(({ instanceType }) => instanceType))
    const names = all.map(({ instanceType }) => instanceType)
    return { patterns: toExactPatterns(names, name => denied.has(name)), isComplement: false }
  }

const READERS: Readonly<Record<string, PatternReader>> = {
  [instanceFamily.id]: readFamilies,
  [xenHypervisor.id]: selectTypes(({ hypervisor }) => hypervisor === 'xen'),
  // No type takes paravirtual images alone: all that take them are denied, whatever the image.
  [paravirtualInstance.id]: selectTypes(({ virtualizationTypes }) => virtualizationTypes.includes('paravirtual')),
}

/** Whether IAM can refuse what the rule finds: it knows types, and nothing of an image but its owner and its root device. */
export const isExpressible = (rule: string): boolean => Object.hasOwn(READERS, rule)

/** What each rule denies that is on and that IAM can express, in the order of the policy. */
export const listDenied = ({ rules }: Policy, types: InstanceTypes): readonly DeniedByRule[] =>
  Object.entries(rules).flatMap(([rule, { mode, options }]) => {
    const read = READERS[rule]?.(types, options)
    return mode === 'off' || read === undefined || read.patterns.length === 0 ? [] : [{ rule, mode, ...read }]
  })

/** The patterns of all rules, each once. */
export const combineDenied = (denied: readonly DeniedByRule[]): readonly string[] =>
  dropCovered(denied.flatMap(({ patterns }) => patterns))
