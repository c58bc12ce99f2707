import type { Subject } from '../facts/facts.ts'
import type { Rule, RuleOption } from '../rules/rule.ts'
import {
  ACCOUNT_IDS,
  IMAGE_IDS,
  INSTANCE_IDS,
  KNOWN_REGIONS,
  type KnownValues,
  listAllTypes,
  TYPES,
  TYPES_OR_FAMILIES,
} from './known-values.ts'
import type { Match, Policy, RouteMatch, RulePolicy } from './policy.ts'
import { type Path, truncateShown } from './problem.ts'
import { listVariants } from './variants.ts'

/** A pattern that matches no known value: where, and what is wrong with it; what to do. */
export type Slip = { readonly path: Path; readonly text: string }

/**
 * Patterns that are refused, and those that are only reported: a pattern that matches nothing may be for newer values.
 */
export type Slips = { readonly errors: readonly Slip[]; readonly warnings: readonly Slip[] }

type Pattern = { readonly path: Path; readonly pattern: string; readonly values: KnownValues }

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/gu
const GROUP = /^(.*?)(?:\[([^\]]*)\]|\{([^}]*)\})(.*)$/

const MOST_GROUPS = 2
const MOST_IN_GROUP = 8

/** `m1.[sl]*` and `{m5,c5}.*` as shells read them, and `m5,c5` as people do. Empty if those would be very many. */
const expandPattern = (pattern: string, groups = MOST_GROUPS): readonly string[] => {
  const [, before = '', letters, words, after = ''] = GROUP.exec(pattern) ?? []
  const inner = letters === undefined ? words?.split(',') : [...letters]
  if (inner === undefined) return pattern.split(/[,;|\s]/).filter(part => part !== '')
  // Each group multiplies them: a dozen would keep a function busy for minutes.
  if (groups === 0 || inner.length > MOST_IN_GROUP) return []
  return inner.flatMap(each => expandPattern(`${before}${each.trim()}${after}`, groups - 1))
}

/** The probable meaning of a pattern that matches nothing: one, or several in its place. */
const suggestPattern = (pattern: string, { matches, readings }: KnownValues): readonly string[] => {
  const seen = pattern.normalize('NFKC').replace(UNSEEN, '').toLowerCase().trim()
  // Longer ones are no slips of the pen.
  if (seen.length > 80) return []
  if (matches(seen)) return [seen]
  const parts = expandPattern(seen)
  if (parts.length > 0 && parts.every(matches)) return [...new Set(parts)]
  return readings(seen).filter(matches).slice(0, 1)
}

const hasUnseen = (pattern: string): boolean => pattern.search(UNSEEN) >= 0

const explainMismatch = ({ pattern, values: { name, asOf, whyNever } }: Pattern): string => {
  const never = hasUnseen(pattern) ? 'it has characters that are not seen' : whyNever(pattern)
  return never === undefined ? `matches no ${name} that is known ${asOf}` : `matches no ${name}: ${never}`
}

const adviseChange = ({ pattern, values }: Pattern): string => {
  const [one, ...more] = suggestPattern(pattern, values)
  if (one === undefined) return values.example
  return more.length === 0 ? `did you mean "${one}"?` : `write each as one of its own: ${[one, ...more].join(', ')}`
}

// Who has more has another problem than slips, and each takes a while to guess at.
const MOST = 40

const findSlips = (patterns: readonly Pattern[], effectOf = (_: Pattern) => ''): readonly Slip[] =>
  patterns
    .filter(({ pattern, values }) => !values.matches(pattern))
    .slice(0, MOST)
    .map(one => ({
      path: one.path,
      text: `"${truncateShown(one.pattern)}" ${explainMismatch(one)}${effectOf(one)}; ${adviseChange(one)}`,
    }))

type Option = { readonly path: Path; readonly option: RuleOption; readonly patterns: readonly string[] }

const listPatternLists = (rule: Rule, { options }: RulePolicy): readonly Option[] =>
  Object.entries(rule.options)
    .filter(([, { lists }]) => lists !== undefined)
    .map(([name, option]) => ({ path: ['rules', rule.id, name], option, patterns: options[name] ?? [] }))

const findNamedTypes = ({ path, patterns }: Option): readonly Pattern[] =>
  patterns.map((pattern, index) => ({ path: [...path, index], pattern, values: TYPES_OR_FAMILIES }))

const isOfType = (instanceType: string): Subject => ({
  kind: 'instance',
  // Stryker disable next-line ObjectLiteral,StringLiteral: what is asked here reads the type alone
  resource: { type: 'AwsEc2Instance', id: '', arn: '', accountId: '', region: '' },
  instance: { instanceType },
})

const NO_TYPES = { get: () => undefined, profiles: () => [] }

const refusesEverything = (rule: Rule, { options }: RulePolicy): boolean =>
  listAllTypes().every(type => rule.check(isOfType(type), NO_TYPES, options).status === 'FAILED')

const describeEffectOfStops = ({ pattern, values }: Pattern): string =>
  values.whyNever(pattern) === undefined
    ? ', so that what it was to let pass would be stopped (for a newer one, write a pattern that an older one matches, too)'
    : ', so that what it was to let pass would be stopped'

/**
 * The patterns of a rule. It would stop the instances that an allowed pattern misses, so that such a pattern is refused
 * if the rule enforces.
 */
const findRuleSlips = (rule: Rule, policy: RulePolicy | undefined): Slips => {
  if (policy === undefined) return { errors: [], warnings: [] }
  const lists = listPatternLists(rule, policy)
  const isPass = ({ option }: Option): boolean => option.lists === 'types-that-pass'
  const passing = lists.filter(isPass).flatMap(findNamedTypes)
  const failing = findSlips(lists.filter(list => !isPass(list)).flatMap(findNamedTypes))
  if (policy.mode !== 'enforce') {
    const all = [...findSlips(passing), ...failing]
    return { errors: [], warnings: all.length > 0 ? all : matchesEverything(rule, policy, 'fails') }
  }
  const errors = findSlips(passing, describeEffectOfStops)
  return { errors: errors.length > 0 ? errors : matchesEverything(rule, policy, 'would be stopped'), warnings: failing }
}

const matchesEverything = (rule: Rule, policy: RulePolicy, what: string): readonly Slip[] => {
  if (policy.mode === 'off' || listPatternLists(rule, policy).length === 0 || !refusesEverything(rule, policy))
    return []
  const text = `lets no instance type pass, so every instance ${what}; let some pass, or keep EC2 out with a service control policy`
  return [{ path: ['rules', rule.id], text }]
}

/**
 * The patterns with which a policy would stop instances that it was to let pass. Refused when a policy is written, and
 * when one is read from the ledger, because somebody may have written it there without the command line.
 */
export const findUnmeantStops = (policy: Policy, rules: readonly Rule[]): readonly Slip[] =>
  rules.flatMap(rule => {
    const enforcing = listVariants(policy).find(([id, { mode }]) => id === rule.id && mode === 'enforce')
    return enforcing === undefined ? [] : findRuleSlips(rule, enforcing[1]).errors
  })

const NAMES: KnownValues = {
  name: 'name that people type',
  example: 'type it again',
  whyNever: () => undefined,
  matches: pattern => !hasUnseen(pattern),
  readings: () => [],
}

/** The values for each key of an exemption's match. */
const OF_KEY: Readonly<Record<Exclude<keyof Match, 'tags'>, KnownValues>> = {
  accountId: ACCOUNT_IDS,
  region: KNOWN_REGIONS,
  instanceId: INSTANCE_IDS,
  imageId: IMAGE_IDS,
  instanceType: TYPES,
  autoScalingGroup: NAMES,
  address: NAMES,
}

const matchPatterns = ({ tags = {}, ...match }: Match, path: Path): readonly Pattern[] => [
  ...Object.entries(OF_KEY).flatMap(([key, values]) => {
    const pattern = Object.entries(match).find(([name]) => name === key)?.[1]
    return pattern === undefined ? [] : [{ path: [...path, key], pattern, values }]
  }),
  ...Object.entries(tags).flatMap(([key, value]) =>
    [key, value].map(pattern => ({ path: [...path, 'tags', key], pattern, values: NAMES })),
  ),
]

const routePatterns = ({ accountId = [], region = [] }: RouteMatch, path: Path): readonly Pattern[] => [
  ...accountId.map((pattern, at) => ({ path: [...path, 'accountId', at], pattern, values: ACCOUNT_IDS })),
  ...region.map((pattern, at) => ({ path: [...path, 'region', at], pattern, values: KNOWN_REGIONS })),
]

/**
 * The patterns of a policy that match no known value, which would otherwise stay unnoticed. A pattern is refused if it
 * would stop instances that the policy was to let pass. The others are reported.
 */
export const findPatternSlips = (policy: Policy, rules: readonly Rule[]): Slips => {
  const warnings = rules.flatMap(rule => findRuleSlips(rule, policy.rules[rule.id]).warnings)
  const ofMatches = [
    ...policy.exemptions.flatMap(({ match }, index) => matchPatterns(match, ['exemptions', index, 'match'])),
    ...(policy.routes ?? []).flatMap(({ match }, index) => routePatterns(match, ['routes', index, 'match'])),
  ]
  return {
    errors: findUnmeantStops(policy, rules),
    warnings: [...warnings, ...findSlips(ofMatches)],
  }
}
