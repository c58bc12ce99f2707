import { UserError } from '../errors.ts'
import { RULES } from '../rules/registry.ts'
import { type RuleOptions, SEVERITIES } from '../rules/rule.ts'
import { channelsAt, routesAt } from './check-channels.ts'
import { countAt, exactAt, listAt, objectAt, oneOf, textAt, wrong } from './check-values.ts'
import { findUnmeantStops } from './pattern-slips.ts'
import { type Exemption, type Match, MODES, type Policy, type RulePolicy } from './policy.ts'
import { pathText } from './problem.ts'

/** A policy that may be used, or what is wrong with it, in one line. */
export type Checked = { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problem: string }

const optionsAt = (value: unknown, path: string, known: RuleOptions): RuleOptions =>
  Object.fromEntries(
    Object.entries(exactAt(value, path, Object.keys(known))).map(([name, list]) => {
      const at = `${path}.${name}`
      return [name, listAt(list, at).map((pattern, index) => textAt(pattern, `${at}[${index}]`))]
    }),
  )

const rulesAt = (value: unknown): Policy['rules'] => {
  const entries = exactAt(
    value,
    'rules',
    RULES.map(({ id }) => id),
  )
  const rulePolicy = (id: string, options: RuleOptions): RulePolicy => {
    const path = `rules.${id}`
    const entry = exactAt(entries[id], path, ['mode', 'severity', 'options'])
    return {
      mode: oneOf(entry['mode'], `${path}.mode`, MODES),
      severity: oneOf(entry['severity'], `${path}.severity`, SEVERITIES),
      options: optionsAt(entry['options'], `${path}.options`, options),
    }
  }
  return Object.fromEntries(
    RULES.map(({ id, severity, options }) => {
      const defaults = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]))
      if (!Object.hasOwn(entries, id)) return [id, { mode: 'observe', severity, options: defaults }]
      const checked = rulePolicy(id, defaults)
      return [id, { ...checked, options: { ...defaults, ...checked.options } }]
    }),
  )
}

const MATCH_KEYS = ['accountId', 'region', 'instanceId', 'imageId', 'instanceType', 'autoScalingGroup'] as const

const matchAt = (value: unknown, path: string): Match => {
  const match = exactAt(value, path, [...MATCH_KEYS, 'tags'])
  // A match without a key would exempt everything.
  if (Object.keys(match).length === 0) wrong(path, 'at least one key')
  const tags = match['tags']
  const tagged = tags === undefined ? undefined : Object.entries(objectAt(tags, `${path}.tags`))
  if (tagged?.length === 0) wrong(`${path}.tags`, 'at least one tag')
  return {
    ...Object.fromEntries(
      MATCH_KEYS.flatMap(key => (match[key] === undefined ? [] : [[key, textAt(match[key], `${path}.${key}`)]])),
    ),
    ...(tagged !== undefined && {
      tags: Object.fromEntries(
        tagged.map(([key, tag]) => [key, typeof tag === 'string' ? tag : wrong(`${path}.tags.${key}`, 'a text')]),
      ),
    }),
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/

const exemptionAt = (value: unknown, path: string): Exemption => {
  const entry = exactAt(value, path, ['rule', 'match', 'reason', 'owner', 'expires'])
  const expires = textAt(entry['expires'], `${path}.expires`)
  if (!DAY.test(expires) || Number.isNaN(Date.parse(expires))) wrong(`${path}.expires`, 'a day like 2027-01-31')
  return {
    rule: oneOf(entry['rule'], `${path}.rule`, [...RULES.map(({ id }) => id), '*']),
    match: matchAt(entry['match'], `${path}.match`),
    reason: textAt(entry['reason'], `${path}.reason`),
    owner: textAt(entry['owner'], `${path}.owner`),
    expires,
  }
}

const stopAt = (value: unknown): Policy['stop'] => {
  const stop = exactAt(value, 'stop', ['graceSeconds', 'budget', 'ownerTags', 'existing', 'resume'])
  const budget = exactAt(stop['budget'], 'stop.budget', ['stops', 'perSeconds', 'whenSpent'])
  const { existing } = stop
  if (existing !== undefined && existing !== true) wrong('stop.existing', 'true')
  return {
    graceSeconds: countAt(stop['graceSeconds'], 'stop.graceSeconds'),
    budget: {
      stops: countAt(budget['stops'], 'stop.budget.stops'),
      perSeconds: countAt(budget['perSeconds'], 'stop.budget.perSeconds', 1),
      ...(budget['whenSpent'] !== undefined && {
        whenSpent: oneOf(budget['whenSpent'], 'stop.budget.whenSpent', ['wait']),
      }),
    },
    ...(stop['ownerTags'] !== undefined && { ownerTags: oneOf(stop['ownerTags'], 'stop.ownerTags', ['ignore']) }),
    ...(existing === true && { existing }),
    ...(stop['resume'] !== undefined && { resume: oneOf(stop['resume'], 'stop.resume', ['sweep']) }),
  }
}

const policyOf = (json: unknown): Policy => {
  const policy = exactAt(json, 'policy', ['version', 'rules', 'exemptions', 'stop', 'channels', 'routes'])
  if (policy['version'] !== 1) wrong('version', '1')
  const channels = policy['channels'] === undefined ? {} : channelsAt(policy['channels'])
  return {
    version: 1,
    rules: rulesAt(policy['rules']),
    exemptions: listAt(policy['exemptions'], 'exemptions').map((entry, index) =>
      exemptionAt(entry, `exemptions[${index}]`),
    ),
    stop: stopAt(policy['stop']),
    ...(policy['channels'] !== undefined && { channels }),
    ...(policy['routes'] !== undefined && { routes: routesAt(policy['routes'], channels) }),
  }
}

const meantPolicy = (policy: Policy): Checked => {
  const [slip] = findUnmeantStops(policy, RULES)
  return slip === undefined ? { ok: true, policy } : { ok: false, problem: `${pathText(slip.path)}: ${slip.text}` }
}

/**
 * Whether JSON is a policy as `parsePolicy` makes it, without the parser: what a running function reads may have been
 * written by another version, or by hand. A rule that it does not name observes, as in a policy file. One that would stop
 * what it was to let pass is not valid, as in a policy file.
 */
export const checkPolicy = (json: unknown): Checked => {
  try {
    return meantPolicy(policyOf(json))
  } catch (error) {
    if (error instanceof UserError) return { ok: false, problem: error.message }
    throw error
  }
}
