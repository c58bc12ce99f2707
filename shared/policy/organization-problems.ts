import type { AccountMatch } from './account-match.ts'
import type { Policy } from './policy.ts'
import type { Path } from './problem.ts'
import type { RouteProblem } from './route-problems.ts'

const isEverything = (pattern: string | undefined): boolean => pattern !== undefined && /^\*+$/.test(pattern)

const listKeys = ({ tags = {}, ...rest }: AccountMatch): readonly (readonly [string, string])[] => [
  ...Object.entries(rest),
  ...Object.entries(tags).map(([key, value]) => [`tag ${key}`, value] as const),
]

/** Whether every account of the narrow match is one of the wide, as far as the texts say so. */
const covers = (wide: AccountMatch, narrow: AccountMatch): boolean => {
  const known = new Map(listKeys(narrow))
  return listKeys(wide).every(
    ([key, value]) => known.get(key) === value || (key === 'accountId' && isEverything(value)),
  )
}

const findContradictions = ({ overrides = [] }: Policy): readonly RouteProblem[] =>
  overrides.flatMap((override, index) =>
    Object.entries(override.rules).flatMap(([rule, settings]) =>
      (['mode', 'severity'] as const).flatMap(key => {
        const value = settings[key]
        const before = overrides
          .slice(0, index)
          .findIndex(({ match, rules }) => rules[rule]?.[key] !== undefined && covers(match, override.match))
        const first = overrides[before]?.rules[rule]?.[key]
        if (value === undefined || first === undefined || first === value) return []
        const path = ['overrides', index, 'rules', rule, key]
        const text = `contradicts overrides[${before}], which has ${first} for all of these accounts and counts first; put the narrower one first, or remove one`
        return [{ path, text }]
      }),
    ),
  )

/** Every account has an id and a name. */
const hasOnlyWildcards = (match: AccountMatch): boolean =>
  listKeys(match).every(([key, value]) => (key === 'accountId' || key === 'name') && isEverything(value))

const EVERYTHING = 'excludes everything, so nothing would be guarded; remove it, or name what is excluded'

const findNothingLeft = ({ organization = {} }: Policy): readonly RouteProblem[] => {
  const { accounts = {}, regions = {} } = organization
  const { include, exclude = [] } = accounts
  const ofAccounts = exclude.findIndex(hasOnlyWildcards)
  const coversInclude = include?.every(one => exclude.some(match => covers(match, one)))
  const ofRegions = (regions.exclude ?? []).findIndex(isEverything)
  return [
    ...(ofAccounts >= 0 ? [{ path: ['organization', 'accounts', 'exclude', ofAccounts], text: EVERYTHING }] : []),
    ...(ofAccounts < 0 && coversInclude === true
      ? [{ path: ['organization', 'accounts', 'exclude'], text: EVERYTHING }]
      : []),
    ...(ofRegions >= 0 ? [{ path: ['organization', 'regions', 'exclude', ofRegions], text: EVERYTHING }] : []),
  ]
}

/** Errors of accounts, regions and overrides that are each well-formed. */
export const organizationProblems = (policy: Policy): readonly RouteProblem[] => [
  ...findNothingLeft(policy),
  ...findContradictions(policy),
]

/** Every match of the policy about accounts, with its path in the file. */
export const listAccountMatches = ({ organization = {}, overrides = [] }: Policy) => [
  ...(['include', 'exclude'] as const).flatMap(key =>
    (organization.accounts?.[key] ?? []).map((match, index) => ({
      match,
      path: ['organization', 'accounts', key, index],
    })),
  ),
  ...overrides.map(({ match }, index) => ({ match, path: ['overrides', index, 'match'] })),
]

const UNDECIDED =
  'is undecided in a deployed stack, which does not read AWS Organizations yet: accounts that it may be about are evaluated, and nothing is stopped there; match by accountId'

/** Warnings of matches that only a directory of accounts decides. */
export const findUndecidedMatches = (policy: Policy): readonly { readonly path: Path; readonly text: string }[] =>
  listAccountMatches(policy).flatMap(({ match, path }) =>
    (['ou', 'name', 'tags'] as const).flatMap(key =>
      match[key] === undefined ? [] : [{ path: [...path, key], text: UNDECIDED }],
    ),
  )
