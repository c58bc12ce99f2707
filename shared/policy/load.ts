import { UserError } from '../errors.ts'
import { RULES } from '../rules/registry.ts'
import type { Rule } from '../rules/rule.ts'
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
export type LoadedPolicy = { readonly policy: Policy; readonly warnings: readonly string[] }

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
  const schema = policyFileSchema(rules, tagsAllowed(data))
  const result = schema.safeParse(data)
  if (result.success) {
    const policy = normalized(result.data)
    const { errors, warnings } = patternSlips(policy, rules)
    const placed = ({ path, text: what }: Slip): Problem => ({ path, text: what, offset: document.offsetOf(path) })
    const ofWhole = [...routeProblems(policy), ...limitProblems(policy)]
    const problems = [...ofWhole.map(problem => routeProblem(problem, document)), ...errors.map(placed)]
    if (problems.length > 0) return fail(problems)
    return { policy, warnings: linesOf(name, warnings.map(placed), document) }
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

const tagsAllowed = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'allowTagExemptions' in data && data.allowTagExemptions === true

const normalized = ({ version, rules, exemptions, stop, channels, routes }: PolicyFile): Policy => ({
  version,
  rules: Object.fromEntries(Object.entries(rules).map(([id, entry]) => [id, rulePolicy(entry)])),
  exemptions,
  stop: {
    graceSeconds: secondsOf(stop.grace),
    budget: { stops: stop.budget.stops, perSeconds: secondsOf(stop.budget.per) },
  },
  ...(Object.keys(channels).length > 0 && { channels }),
  ...(routes.length > 0 && { routes }),
})

const rulePolicy = ({ mode, severity, ...options }: PolicyFile['rules'][string]): RulePolicy => ({
  mode: mode === false ? 'off' : mode,
  severity,
  options,
})

/** Every rule on, observing, with its defaults: what an empty policy of version 1 means. */
export const DEFAULT_POLICY: Policy = normalized(policyFileSchema(RULES, false).parse({ version: 1 }))
