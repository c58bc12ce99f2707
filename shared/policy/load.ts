import { UserError } from '../errors.ts'
import { RULES } from '../rules/registry.ts'
import type { Rule } from '../rules/rule.ts'
import { readYaml } from './document.ts'
import { secondsOf } from './duration.ts'
import { explainAll } from './explain.ts'
import type { Policy, RulePolicy } from './policy.ts'
import { type Problem, problemLines } from './problem.ts'
import { type PolicyFile, policyFileSchema } from './schema.ts'

const MAX_LENGTH = 262_144

/** The policy in a YAML or JSON text. Throws UserError with a line `NAME:LINE:COL key: what is wrong; what to do` for each problem. */
export const parsePolicy = (text: string, name: string): Policy => policyFor(RULES, text, name)

/** The same for a list of rules. */
export const policyFor = (rules: readonly Rule[], text: string, name: string): Policy => {
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
  if (result.success) return normalized(result.data)
  const about = { schema, data, sourceOf: document.sourceOf }
  return fail(
    explainAll(result.error.issues, about).map(({ path, text: what }) => ({
      path,
      text: what,
      offset: document.offsetOf(path),
    })),
  )
}

const tagsAllowed = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'allowTagExemptions' in data && data.allowTagExemptions === true

const normalized = ({ version, rules, exemptions, stop }: PolicyFile): Policy => ({
  version,
  rules: Object.fromEntries(Object.entries(rules).map(([id, entry]) => [id, rulePolicy(entry)])),
  exemptions,
  stop: {
    graceSeconds: secondsOf(stop.grace),
    budget: { stops: stop.budget.stops, perSeconds: secondsOf(stop.budget.per) },
  },
})

const rulePolicy = ({ mode, severity, ...options }: PolicyFile['rules'][string]): RulePolicy => ({
  mode: mode === false ? 'off' : mode,
  severity,
  options,
})

/** Every rule on, observing, with its defaults: what an empty policy of version 1 means. */
export const DEFAULT_POLICY: Policy = normalized(policyFileSchema(RULES, false).parse({ version: 1 }))
