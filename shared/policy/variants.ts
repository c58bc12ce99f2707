import type { Policy, RulePolicy } from './policy.ts'

const listUnique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

/**
 * The settings that each rule may have in some account: those of the policy, and with what overrides say. Without overrides those of the
 * policy alone.
 */
export const listVariants = ({ rules, overrides = [] }: Policy): readonly (readonly [string, RulePolicy])[] =>
  Object.entries(rules).flatMap(([id, usual]) => {
    const said = overrides.flatMap(override => (Object.hasOwn(override.rules, id) ? (override.rules[id] ?? []) : []))
    const modes = listUnique([usual.mode, ...said.flatMap(({ mode }) => mode ?? [])])
    const severities = listUnique([usual.severity, ...said.flatMap(({ severity }) => severity ?? [])])
    return modes.flatMap(mode => severities.map(severity => [id, { ...usual, mode, severity }] as const))
  })

/** The rules whose settings are such in some account. */
export const listRulesWith = (policy: Policy, matches: (settings: RulePolicy) => boolean): readonly string[] =>
  listUnique(listVariants(policy).flatMap(([id, settings]) => (matches(settings) ? [id] : [])))
