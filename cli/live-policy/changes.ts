import type { Exemption, Policy, Route, RulePolicy } from '../../shared/policy/policy.ts'
import { listRulesWith } from '../../shared/policy/variants.ts'
import { formatDuration } from '../../shared/wording/duration.ts'

/** The differences of a policy: in lines, with what stops instances from then on that did not before. */
export type Changes = { readonly lines: readonly string[]; readonly toEnforce: readonly string[] }

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const formatValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const change = (what: string, before: unknown, after: unknown): readonly string[] => {
  if (isSame(before, after)) return []
  return [`${what}: ${before === undefined ? '' : `${formatValue(before)} → `}${formatValue(after)}`]
}

const listRuleChanges = (id: string, before: RulePolicy | undefined, after: RulePolicy): readonly string[] => {
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

const describeExemptionText = (exemption: Exemption): string => {
  const { rule, owner, reason, expires } = exemption
  return `exemption from ${rule === '*' ? 'all rules' : rule} for ${matchInWords(exemption)}, until ${expires} (${owner}: ${reason})`
}

const buildExemptionKey = ({ rule, match: { tags = {}, ...match }, reason, owner, expires }: Exemption): string =>
  JSON.stringify([rule, Object.entries(match).toSorted(), Object.entries(tags).toSorted(), reason, owner, expires])

const listExemptionChanges = (before: readonly Exemption[], after: readonly Exemption[]): readonly string[] => {
  const [had, has] = [before.map(buildExemptionKey), after.map(buildExemptionKey)]
  const lines = [
    ...before
      .filter(exemption => !has.includes(buildExemptionKey(exemption)))
      .map(each => `removed: ${describeExemptionText(each)}`),
    ...after
      .filter(exemption => !had.includes(buildExemptionKey(exemption)))
      .map(each => `added: ${describeExemptionText(each)}`),
  ]
  if (lines.length > 0 || isSame(had, has)) return lines
  // The first one that matches is the one that a finding names.
  return ['exemptions: the same, in another order or number']
}

const describeBudget = ({ stop: { budget } }: Policy): string =>
  `${budget.stops} stops in ${formatDuration(budget.perSeconds)}${budget.whenSpent === 'wait' ? ', then wait' : ''}`

const NONE = 'none'

const describeOrganizationBudget = ({ stop: { organization } }: Policy): string =>
  organization === undefined ? NONE : `${organization.stops} stops in ${formatDuration(organization.perSeconds)}`

const mayBe = <T>(name: string, value: readonly T[] | undefined): readonly string[] =>
  value === undefined ? [] : [`${name} ${value.join(', ')}`]

const routeInWords = ({ match, to, quiet, daily }: Route): string => {
  const { severity, rule, accountId, region, mode } = match
  const which = [
    ...mayBe('severity', severity),
    ...mayBe('rule', rule),
    ...mayBe('accountId', accountId),
    ...mayBe('region', region),
    ...mayBe('mode', mode && [mode]),
  ]
  const scheduled = [
    ...(quiet === undefined ? [] : [`, held from ${quiet.from} to ${quiet.to} ${quiet.zone}`]),
    ...(daily === undefined ? [] : [`, daily at ${daily.at} ${daily.zone}`]),
  ]
  return `route ${which.length === 0 ? 'of every alert' : `for ${which.join('; ')}`} to ${to.join(', ')}${scheduled.join('')}`
}

const routeChanges = (before: readonly Route[], after: readonly Route[]): readonly string[] => {
  const [had, has] = [before.map(routeInWords), after.map(routeInWords)]
  const lines = [
    ...had.filter(route => !has.includes(route)).map(route => `removed: ${route}`),
    ...has.filter(route => !had.includes(route)).map(route => `added: ${route}`),
  ]
  if (lines.length > 0 && after.length === 0)
    return [...lines, 'without a route every alert goes to every channel, at once']
  // Their order does not matter; how often one is there does not, either.
  return lines.length > 0 || isSame(had, has) ? lines : ['routes: the same, in another order or number']
}

const listChannelChanges = (
  { channels: before = {} }: Partial<Policy>,
  { channels: after = {} }: Policy,
): readonly string[] => {
  const [had, has] = [Object.keys(before), Object.keys(after)]
  return [
    ...had.filter(name => !has.includes(name)).map(name => `removed: channel ${name}`),
    ...has.filter(name => !had.includes(name)).map(name => `added: channel ${name} (${after[name]?.type})`),
    ...has
      .filter(name => had.includes(name) && !isSame(before[name], after[name]))
      .map(name => `channel ${name}: another ${after[name]?.type}`),
  ]
}

const listAccountNameChanges = (
  { accountNames: before = {} }: Partial<Policy>,
  { accountNames: after = {} }: Policy,
): readonly string[] => [
  ...Object.keys(before)
    .filter(id => after[id] === undefined)
    .map(id => `removed: the name of account ${id}`),
  ...Object.entries(after).flatMap(([id, name]) => change(`name of account ${id}`, before[id], name)),
]

const EXISTING = { existing: 'sweeps promise stops too', new: 'sweeps only alert' } as const

/** The stops that sweeps promise. Empty if that is the default, before and after. */
const sweepChanges = (before: Policy | undefined, after: Policy): readonly string[] => {
  const describeExisting = (policy: Policy | undefined): string =>
    policy?.stop.existing ? EXISTING.existing : EXISTING.new
  const resume = (policy: Policy | undefined): string => policy?.stop.resume ?? 'leave'
  return [
    ...(describeExisting(before) === describeExisting(after)
      ? []
      : [`stop existing: ${describeExisting(before)} → ${describeExisting(after)}`]),
    ...(resume(before) === resume(after) ? [] : [`stop resume: ${resume(before)} → ${resume(after)}`]),
  ]
}

const listNewlyEnforced = (before: Policy | undefined, after: Policy): readonly string[] =>
  Object.keys(after.rules).filter(id => after.rules[id]?.mode === 'enforce' && before?.rules[id]?.mode !== 'enforce')

/** The keys of the policy that say for some accounts what others have not: any change of them may bring stops. */
const BY_ACCOUNT = ['organization', 'overrides'] as const

const listChangedByAccount = (before: Partial<Policy>, after: Policy): readonly (typeof BY_ACCOUNT)[number][] =>
  BY_ACCOUNT.filter(key => !isSame(before[key], after[key]))

const describeByAccount = (before: Partial<Policy>, after: Policy): readonly string[] =>
  listChangedByAccount(before, after).map(
    key => `${key}: ${formatValue(before[key] ?? 'none')} → ${formatValue(after[key] ?? 'none')}`,
  )

const mayEnforceByAccount = (before: Policy | undefined, after: Policy): readonly string[] =>
  listRulesWith(after, ({ mode }) => mode === 'enforce').length === 0 ? [] : listChangedByAccount(before ?? {}, after)

/** Instances that run already are stopped from then on. */
const reachesExisting = (before: Policy | undefined, after: Policy): boolean =>
  after.stop.existing === true &&
  before?.stop.existing !== true &&
  listRulesWith(after, ({ mode }) => mode === 'enforce').length > 0

/**
 * The changes from one policy to another. If the one before is not known: the effects of the new one, without details.
 */
export const listChanges = (before: Policy | undefined, after: Policy): Changes => {
  const ids = Object.keys(after.rules)
  const formatGraceOf = (policy: Policy): string => formatDuration(policy.stop.graceSeconds)
  const describeOwnerTags = (policy: Policy): string => policy.stop.ownerTags ?? 'trust'
  return {
    lines: [
      ...ids.flatMap(id => {
        const rule = after.rules[id]
        return rule === undefined ? [] : listRuleChanges(id, before?.rules[id], rule)
      }),
      ...listExemptionChanges(before?.exemptions ?? [], after.exemptions),
      ...change('stop grace', before && formatGraceOf(before), formatGraceOf(after)),
      ...change('stop ownerTags', before && describeOwnerTags(before), describeOwnerTags(after)),
      ...change('stop budget', before && describeBudget(before), describeBudget(after)),
      ...change(
        'stop budget of the organization',
        before === undefined && after.stop.organization === undefined
          ? NONE
          : before && describeOrganizationBudget(before),
        describeOrganizationBudget(after),
      ),
      ...sweepChanges(before, after),
      ...listAccountNameChanges(before ?? {}, after),
      ...describeByAccount(before ?? {}, after),
      ...listChannelChanges(before ?? {}, after),
      ...routeChanges(before?.routes ?? [], after.routes ?? []),
    ],
    toEnforce: [
      ...listNewlyEnforced(before, after),
      ...mayEnforceByAccount(before, after),
      ...(reachesExisting(before, after) ? ['stop.existing'] : []),
    ],
  }
}
