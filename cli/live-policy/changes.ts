import { lasting } from '../../shared/alert/clock.ts'
import type { Exemption, Policy, RulePolicy } from '../../shared/policy/policy.ts'

/** What is different in a policy: in lines, and which rules stop from then on that did not before. */
export type Changes = { readonly lines: readonly string[]; readonly toEnforce: readonly string[] }

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const change = (what: string, before: unknown, after: unknown): readonly string[] => {
  if (same(before, after)) return []
  return [`${what}: ${before === undefined ? '' : `${inWords(before)} → `}${inWords(after)}`]
}

const ruleChanges = (id: string, before: RulePolicy | undefined, after: RulePolicy): readonly string[] => {
  const mode = change(id, before?.mode, after.mode)
  if (before === undefined) return mode
  return [
    ...mode,
    ...change(`${id} severity`, before.severity, after.severity),
    ...Object.entries(after.options).flatMap(([name, list]) => change(`${id} ${name}`, before.options[name], list)),
  ]
}

const matchInWords = ({ match: { tags = {}, ...keys } }: Exemption): string =>
  [...Object.entries(keys), ...Object.entries(tags).map(([key, value]) => [`tag ${key}`, value] as const)]
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')

const exemptionInWords = (exemption: Exemption): string => {
  const { rule, owner, reason, expires } = exemption
  return `exemption from ${rule === '*' ? 'all rules' : rule} for ${matchInWords(exemption)}, until ${expires} (${owner}: ${reason})`
}

const keyOf = ({ rule, match: { tags = {}, ...match }, reason, owner, expires }: Exemption): string =>
  JSON.stringify([rule, Object.entries(match).toSorted(), Object.entries(tags).toSorted(), reason, owner, expires])

const exemptionChanges = (before: readonly Exemption[], after: readonly Exemption[]): readonly string[] => {
  const [had, has] = [before.map(keyOf), after.map(keyOf)]
  const lines = [
    ...before.filter(exemption => !has.includes(keyOf(exemption))).map(each => `removed: ${exemptionInWords(each)}`),
    ...after.filter(exemption => !had.includes(keyOf(exemption))).map(each => `added: ${exemptionInWords(each)}`),
  ]
  if (lines.length > 0 || same(had, has)) return lines
  // The first one that matches is the one that a finding names.
  return ['exemptions: the same, in another order or number']
}

const budgetInWords = ({ stop: { budget } }: Policy): string => `${budget.stops} stops in ${lasting(budget.perSeconds)}`

/** What changes from one policy to another. Where the one before is not known: what the new one does, without details. */
export const changesBetween = (before: Policy | undefined, after: Policy): Changes => {
  const ids = Object.keys(after.rules)
  const grace = (policy: Policy): string => lasting(policy.stop.graceSeconds)
  return {
    lines: [
      ...ids.flatMap(id => {
        const rule = after.rules[id]
        return rule === undefined ? [] : ruleChanges(id, before?.rules[id], rule)
      }),
      ...exemptionChanges(before?.exemptions ?? [], after.exemptions),
      ...change('stop grace', before && grace(before), grace(after)),
      ...change('stop budget', before && budgetInWords(before), budgetInWords(after)),
    ],
    toEnforce: ids.filter(id => after.rules[id]?.mode === 'enforce' && before?.rules[id]?.mode !== 'enforce'),
  }
}
