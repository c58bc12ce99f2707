import { UserError } from '../errors.ts'
import { FIRST_PRESET, findLatestPreset } from '../rules/preset.ts'
import { RULES } from '../rules/registry.ts'
import type { Rule } from '../rules/rule.ts'
import { findClaimable } from './claimable.ts'
import { findLimitProblems } from './deployment-limits.ts'
import { type Document, readYaml } from './document.ts'
import { parseDuration } from './duration.ts'
import { describeChoice, explainAll } from './explain.ts'
import { findUndecidedMatches, organizationProblems } from './organization-problems.ts'
import { findPatternSlips, type Slip } from './pattern-slips.ts'
import type { Override, Policy, RulePolicy } from './policy.ts'
import { formatProblems, type Problem, truncateShown } from './problem.ts'
import { type RouteProblem, routeProblems } from './route-problems.ts'
import { createPolicyFileSchema, type PolicyFile } from './schema.ts'

const MAX_LENGTH = 262_144

/** A policy, and warnings of what is valid but hardly intended, in lines like those of problems. */
export type LoadedPolicy = {
  readonly policy: Policy
  readonly warnings: readonly string[]
  /** Rules that are off because the preset of the policy is older than they are, and the policy does not name them. */
  readonly beyondPreset: readonly Rule[]
}

/** The policy in a YAML or JSON text. Throws UserError with a line `NAME:LINE:COL key: what is wrong; what to do` for each problem. */
export const parsePolicy = (text: string, name: string): Policy => loadPolicy(text, name).policy

/** The same, with the warnings for the author. */
export const loadPolicy = (text: string, name: string): LoadedPolicy => parsePolicyFor(RULES, text, name)

/** The same for a list of rules. */
export const parsePolicyFor = (rules: readonly Rule[], text: string, name: string): LoadedPolicy => {
  if (text.length > MAX_LENGTH) throw new UserError(`${name}: is larger than 256 KiB; a policy has a few kilobytes`)
  const document = readYaml(text)
  const { data } = document
  const fail = (problems: readonly Problem[]): never => {
    throw new UserError(formatProblems(name, problems, document.positionOf))
  }
  if (document.problems.length > 0) return fail(document.problems)
  if (data === undefined) return fail([{ offset: 0, path: [], text: 'is empty; write at least version: 1' }])
  const schema = buildSchema(rules, areTagsAllowed(data))
  const result = schema.safeParse(data)
  if (result.success) {
    const beyondPreset = listBeyondPreset(rules, result.data, data)
    const policy = normalizePolicy(result.data, beyondPreset)
    const { errors, warnings } = findPatternSlips(policy, rules)
    const locateProblem = ({ path, text: what }: Slip): Problem => ({
      path,
      text: what,
      offset: document.offsetOf(path),
    })
    const ofWhole = [
      ...findPresetProblems(rules, result.data),
      ...routeProblems(policy),
      ...organizationProblems(policy),
      ...findLimitProblems(policy),
    ]
    const problems = [...ofWhole.map(problem => routeProblem(problem, document)), ...errors.map(locateProblem)]
    if (problems.length > 0) return fail(problems)
    return {
      policy,
      warnings: readLines(
        name,
        [...warnings, ...findClaimable(policy), ...findUndecidedMatches(policy)].map(locateProblem),
        document,
      ),
      beyondPreset,
    }
  }
  const about = { schema, data, sourceOf: document.sourceOf }
  return fail(
    explainAll(result.error.issues, about).map(({ path, text: what }) => ({
      path,
      text: what,
      offset: document.offsetOf(path),
    })),
  )
}

const readLines = (name: string, problems: readonly Problem[], { positionOf }: Document): readonly string[] =>
  problems.length === 0 ? [] : formatProblems(name, problems, positionOf).split('\n')

const routeProblem = ({ path, text, choice }: RouteProblem, { offsetOf, sourceOf }: Document): Problem => {
  const value = sourceOf(path)
  const what = choice === undefined ? text : `${text}; ${describeChoice(choice.word, choice.valid)}`
  return { path, offset: offsetOf(path), text: value === undefined ? what : `"${truncateShown(value)}" ${what}` }
}

type Schemas = WeakMap<readonly Rule[], ReturnType<typeof createPolicyFileSchema>>
const withTags: Schemas = new WeakMap()
const withoutTags: Schemas = new WeakMap()

/** Made once: that takes longer than reading a policy with it. */
const buildSchema = (rules: readonly Rule[], tags: boolean): ReturnType<typeof createPolicyFileSchema> => {
  const known = tags ? withTags : withoutTags
  const schema = known.get(rules) ?? createPolicyFileSchema(rules, tags)
  known.set(rules, schema)
  return schema
}

const areTagsAllowed = (data: unknown): boolean => Reflect.get(Object(data), 'allowTagExemptions') === true

const readPreset = ({ preset }: PolicyFile): number =>
  preset === undefined ? FIRST_PRESET : Number(preset.split('@')[1])

const findPresetProblems = (rules: readonly Rule[], file: PolicyFile): readonly RouteProblem[] => {
  const latest = findLatestPreset(rules)
  if (readPreset(file) <= latest) return []
  return [{ path: ['preset'], text: `is newer than this version of virtguard; write recommended@${latest}` }]
}

const isNamed = (data: unknown, rule: string): boolean =>
  Object.hasOwn(Object(Reflect.get(Object(data), 'rules')), rule)

const listBeyondPreset = (rules: readonly Rule[], file: PolicyFile, data: unknown): readonly Rule[] =>
  rules.filter(({ id, since }) => since > readPreset(file) && !isNamed(data, id))

const normalizePolicy = (
  { version, rules, exemptions, stop, accountNames, organization, overrides = [], channels, routes }: PolicyFile,
  beyondPreset: readonly Rule[],
): Policy => ({
  version,
  rules: Object.fromEntries(
    Object.entries(rules).map(([id, entry]) => {
      const settings = createRulePolicy(entry)
      return [id, beyondPreset.some(rule => rule.id === id) ? { ...settings, mode: 'off' as const } : settings]
    }),
  ),
  exemptions,
  stop: {
    graceSeconds: parseDuration(stop.grace),
    // Left out as by default: an earlier version that reads it does not know the key.
    ...(stop.ownerTags === 'ignore' && { ownerTags: stop.ownerTags }),
    budget: {
      stops: stop.budget.stops,
      perSeconds: parseDuration(stop.budget.per),
      ...(stop.budget.then === 'wait' && { whenSpent: 'wait' }),
    },
    ...(stop.organization !== undefined && {
      organization: { stops: stop.organization.stops, perSeconds: parseDuration(stop.organization.per) },
    }),
    ...(stop.existing && { existing: true }),
    ...(stop.resume === 'sweep' && { resume: 'sweep' }),
  },
  ...(Object.keys(accountNames).length > 0 && { accountNames }),
  ...(organization !== undefined && { organization }),
  ...(overrides.length > 0 && { overrides: overrides.map(normalizeOverride) }),
  ...(Object.keys(channels).length > 0 && { channels }),
  ...(routes.length > 0 && { routes }),
})

type WrittenOverride = NonNullable<PolicyFile['overrides']>[number]

const normalizeOverride = ({ match, rules }: WrittenOverride): Override => ({
  match,
  rules: Object.fromEntries(
    Object.entries(rules).map(([id, { mode, ...rest } = {}]) => [
      id,
      { ...rest, ...(mode !== undefined && { mode: mode === false ? 'off' : mode }) },
    ]),
  ),
})

const createRulePolicy = ({ mode, severity, ...options }: PolicyFile['rules'][string]): RulePolicy => ({
  mode: mode === false ? 'off' : mode,
  severity,
  options,
})

const EMPTY = { version: 1 }
const EMPTY_FILE: PolicyFile = createPolicyFileSchema(RULES, false).parse(EMPTY)

/** Every rule of the first preset on, observing, with its defaults: the meaning of an empty policy of version 1. */
export const DEFAULT_POLICY: Policy = normalizePolicy(EMPTY_FILE, listBeyondPreset(RULES, EMPTY_FILE, EMPTY))
