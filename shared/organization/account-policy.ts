import type { AccountRegion } from '../facts/account-region.ts'
import type { AccountMatch } from '../policy/account-match.ts'
import type { Mode, OrganizationScope, Override, Policy, RulePolicy } from '../policy/policy.ts'
import { SEVERITIES, type Severity } from '../rules/rule.ts'
import { matchesPattern } from '../text/wildcard.ts'
import type { Account, Directory } from './directory.ts'
import { type Answer, matchesAccount, matchesAny } from './match.ts'

/**
 * Whether a policy is about an account and region. `undecided`: it could not be read. Then launches there are evaluated and
 * alerted, and nothing is stopped.
 */
export type Guarding = 'guarded' | 'excluded' | 'undecided'

export type AccountPolicy = {
  readonly guarding: Guarding
  /** The policy as it counts there. */
  readonly policy: Policy
}

/** Only what another override, or the policy, says differently. */
type Settings = { readonly mode?: Mode; readonly severity?: Severity }

/** What declares a launch does not always say in which region. */
const findInRegions = (
  region: string,
  { include, exclude = [] }: NonNullable<OrganizationScope['regions']>,
): Answer => {
  if (include === undefined && exclude.length === 0) return 'yes'
  if (region === '') return 'unknown'
  const isIncluded = include?.some(pattern => matchesPattern(pattern, region)) ?? true
  return isIncluded && !exclude.some(pattern => matchesPattern(pattern, region)) ? 'yes' : 'no'
}

const findIncluded = (include: readonly AccountMatch[] | undefined, account: Account): Answer =>
  include === undefined ? 'yes' : matchesAny(include, account)

const decideGuarding = ({ organization = {} }: Policy, account: Account, region: string): Guarding => {
  const { accounts = {}, regions = {} } = organization
  const included = findIncluded(accounts.include, account)
  const excluded = matchesAny(accounts.exclude ?? [], account)
  const inRegions = findInRegions(region, regions)
  if (excluded === 'yes' || included === 'no' || inRegions === 'no') return 'excluded'
  return [excluded, included, inRegions].includes('unknown') ? 'undecided' : 'guarded'
}

/**
 * The values that a setting of a rule may have in the account: that of the first override that matches and has one, or else the
 * policy's. Overrides before it that may match, too, add theirs.
 */
const listPossible = <Key extends keyof Settings>(
  overrides: readonly (readonly [Override, Answer])[],
  rule: string,
  { key, usual }: { readonly key: Key; readonly usual: NonNullable<Settings[Key]> },
): readonly NonNullable<Settings[Key]>[] => {
  const possible: NonNullable<Settings[Key]>[] = []
  for (const [{ rules }, answer] of overrides) {
    const value = Object.hasOwn(rules, rule) ? rules[rule]?.[key] : undefined
    if (value === undefined || answer === 'no') continue
    possible.push(value)
    if (answer === 'yes') return possible
  }
  return [...possible, usual]
}

/** Nothing is stopped, and nothing is left out, on a guess. */
const chooseMode = (possible: readonly Mode[]): Mode => {
  const [first = 'observe', ...others] = new Set(possible)
  return others.length === 0 ? first : 'observe'
}

const chooseSeverity = (possible: readonly Severity[]): Severity =>
  SEVERITIES.findLast(severity => possible.includes(severity)) ?? 'CRITICAL'

/** In an account that is excluded every rule is off. Nothing is stopped where that is undecided. */
const limitMode = (mode: Mode, guarding: Guarding): Mode => {
  if (guarding === 'excluded') return 'off'
  return guarding === 'undecided' && mode === 'enforce' ? 'observe' : mode
}

/** Of an account that is in no directory only the id is known. */
const findAccount = (accountId: string, directory: Directory | undefined): Account =>
  directory?.accounts.get(accountId) ?? { id: accountId }

/**
 * The policy as it counts in an account and region. Without a directory all matches by id are decided. An account that a directory
 * does not have is undecided: it may have joined today, or be none of the organization.
 */
export const resolvePolicy = (
  policy: Policy,
  { accountId, region }: AccountRegion,
  directory: Directory | undefined,
): AccountPolicy => {
  const account = findAccount(accountId, directory)
  const decided = decideGuarding(policy, account, region)
  const isStranger = directory !== undefined && !directory.accounts.has(accountId)
  const guarding = decided === 'guarded' && isStranger ? 'undecided' : decided
  const answered = (policy.overrides ?? []).map(
    override => [override, matchesAccount(override.match, account)] as const,
  )
  const resolve = (id: string, usual: RulePolicy): RulePolicy => {
    const mode = chooseMode(listPossible(answered, id, { key: 'mode', usual: usual.mode }))
    const severity = chooseSeverity(listPossible(answered, id, { key: 'severity', usual: usual.severity }))
    return { ...usual, severity, mode: limitMode(mode, guarding) }
  }
  const { organization: _organization, overrides: _overrides, ...rest } = policy
  const rules = Object.fromEntries(Object.entries(policy.rules).map(([id, usual]) => [id, resolve(id, usual)]))
  return { guarding, policy: { ...rest, rules } }
}

/** The same for all regions of an account: whether a region is excluded decides nothing. */
export const resolveAccountPolicy = (
  policy: Policy,
  accountId: string,
  directory: Directory | undefined,
): AccountPolicy => {
  const { organization: { accounts } = {}, ...rest } = policy
  const ofAccounts = { ...rest, ...(accounts !== undefined && { organization: { accounts } }) }
  return resolvePolicy(ofAccounts, { accountId, region: '' }, directory)
}
