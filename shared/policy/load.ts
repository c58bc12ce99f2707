import { UserError } from '../errors.ts'
import { FIRST_PRESET, latestPreset } from '../rules/preset.ts'
import { RULES } from '../rules/registry.ts'
import type { Rule } from '../rules/rule.ts'
import { claims } from './claimable.ts'
import { limitProblems } from './deployment-limits.ts'
import { type Document, readYaml } from './document.ts'
import { secondsOf } from './duration.ts'
import { choiceOf, explainAll } from './explain.ts'
import { patternSlips, type Slip } from './pattern-slips.ts'
import type { Policy, RulePolicy } from './policy.ts'
import { type Problem, problemLines, shown } from './problem.ts'
import { type RouteProblem, routeProblems } from './route-problems.ts'
import { type PolicyFile, policyFileSchema } from './schema.ts'

const MAX_LENGTH = 262_144

/** A policy, and what is not wrong with it but hardly meant, in lines like those of problems. */
export type LoadedPolicy = {
  readonly policy: Policy
  readonly warnings: readonly string[]
  /** Rules that are off because the preset of the policy is older than they are, and the policy does not name them. */
  readonly beyondPreset: readonly Rule[]
}

/** The policy in a YAML or JSON text. Throws UserError with a line `NAME:LINE:COL key: what is wrong; what to do` for each problem. */
export const parsePolicy = (text: string, name: string): Policy => loadPolicy(text, name).policy

/** The same, with the warnings for whoever wrote it. */
export const loadPolicy = (text: string, name: string): LoadedPolicy => policyFor(RULES, text, name)

/** The same for a list of rules. */
export const policyFor = (rules: readonly Rule[], text: string, name: string): LoadedPolicy => {
  if (text.length > MAX_LENGTH) throw new UserError(`${name}: is larger than 256 KiB; a policy has a few kilobytes`)
  const document = readYaml(text)
  const { data } = document
  const fail = (problems: readonly Problem[]): never => {
    throw new UserError(problemLines(name, problems, document.positionOf))
  }
  if (document.problems.length > 0) return fail(document.problems)
  if (data === undefined) return fail([{ offset: 0, path: [], text: 'is empty; write at least version: 1' }])
  const schema = schemaOf(rules, tagsAllowed(data))
  const result = schema.safeParse(data)
  if (result.success) {
    const beyondPreset = listBeyondPreset(rules, result.data, data)
    const policy = normalized(result.data, beyondPreset)
    const { errors, warnings } = patternSlips(policy, rules)
    const placed = ({ path, text: what }: Slip): Problem => ({ path, text: what, offset: document.offsetOf(path) })
    const ofWhole = [...presetProblems(rules, result.data), ...routeProblems(policy), ...limitProblems(policy)]
    const problems = [...ofWhole.map(problem => routeProblem(problem, document)), ...errors.map(placed)]
    if (problems.length > 0) return fail(problems)
    return { policy, warnings: linesOf(name, [...warnings, ...claims(policy)].map(placed), document), beyondPreset }
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

const linesOf = (name: string, problems: readonly Problem[], { positionOf }: Document): readonly string[] =>
  problems.length === 0 ? [] : problemLines(name, problems, positionOf).split('\n')

const routeProblem = ({ path, text, choice }: RouteProblem, { offsetOf, sourceOf }: Document): Problem => {
  const value = sourceOf(path)
  const what = choice === undefined ? text : `${text}; ${choiceOf(choice.word, choice.valid)}`
  return { path, offset: offsetOf(path), text: value === undefined ? what : `"${shown(value)}" ${what}` }
}

type Schemas = WeakMap<readonly Rule[], ReturnType<typeof policyFileSchema>>
const withTags: Schemas = new WeakMap()
const withoutTags: Schemas = new WeakMap()

/** Made once: that takes longer than reading a policy with it. */
const schemaOf = (rules: readonly Rule[], tags: boolean): ReturnType<typeof policyFileSchema> => {
  const known = tags ? withTags : withoutTags
  const schema = known.get(rules) ?? policyFileSchema(rules, tags)
  known.set(rules, schema)
  return schema
}

const tagsAllowed = (data: unknown): boolean => Reflect.get(Object(data), 'allowTagExemptions') === true

const presetOf = ({ preset }: PolicyFile): number =>
  preset === undefined ? FIRST_PRESET : Number(preset.split('@')[1])

const presetProblems = (rules: readonly Rule[], file: PolicyFile): readonly RouteProblem[] => {
  const latest = latestPreset(rules)
  if (presetOf(file) <= latest) return []
  return [{ path: ['preset'], text: `is newer than this version of virtguard; write recommended@${latest}` }]
}

const isNamed = (data: unknown, rule: string): boolean =>
  Object.hasOwn(Object(Reflect.get(Object(data), 'rules')), rule)

const listBeyondPreset = (rules: readonly Rule[], file: PolicyFile, data: unknown): readonly Rule[] =>
  rules.filter(({ id, since }) => since > presetOf(file) && !isNamed(data, id))

const normalized = (
  { version, rules, exemptions, stop, channels, routes }: PolicyFile,
  beyondPreset: readonly Rule[],
): Policy => ({
  version,
  rules: Object.fromEntries(
    Object.entries(rules).map(([id, entry]) => {
      const settings = rulePolicy(entry)
      return [id, beyondPreset.some(rule => rule.id === id) ? { ...settings, mode: 'off' as const } : settings]
    }),
  ),
  exemptions,
  stop: {
    graceSeconds: secondsOf(stop.grace),
    // Left out as by default: an earlier version that reads it does not know the key.
    ...(stop.ownerTags === 'ignore' && { ownerTags: stop.ownerTags }),
    budget: {
      stops: stop.budget.stops,
      perSeconds: secondsOf(stop.budget.per),
      ...(stop.budget.then === 'wait' && { whenSpent: 'wait' }),
    },
    ...(stop.existing && { existing: true }),
    ...(stop.resume === 'sweep' && { resume: 'sweep' }),
  },
  ...(Object.keys(channels).length > 0 && { channels }),
  ...(routes.length > 0 && { routes }),
})

const rulePolicy = ({ mode, severity, ...options }: PolicyFile['rules'][string]): RulePolicy => ({
  mode: mode === false ? 'off' : mode,
  severity,
  options,
})

const EMPTY = { version: 1 }
const EMPTY_FILE: PolicyFile = policyFileSchema(RULES, false).parse(EMPTY)

/** Every rule of the first preset on, observing, with its defaults: what an empty policy of version 1 means. */
export const DEFAULT_POLICY: Policy = normalized(EMPTY_FILE, listBeyondPreset(RULES, EMPTY_FILE, EMPTY))
