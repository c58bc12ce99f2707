import { UserError } from '../errors.ts'
import { FIRST_PRESET } from '../rules/preset.ts'
import { RULES } from '../rules/registry.ts'
import { type RuleOptions, SEVERITIES } from '../rules/rule.ts'
import { ACCOUNT_ID, ACCOUNT_NAME } from './account-names.ts'
import { checkChannels, checkRoutes } from './check-channels.ts'
import { checkOrganization, checkOverrides } from './check-organization.ts'
import {
  checkExact,
  checkForm,
  checkObject,
  checkOneOf,
  checkText,
  countAt,
  listAt,
  rejectValue,
} from './check-values.ts'
import { findUnmeantStops } from './pattern-slips.ts'
import { type Exemption, type Match, MODES, type Policy, type RulePolicy } from './policy.ts'
import { formatPathText } from './problem.ts'

/** A policy that may be used, or an error, in one line. */
export type Checked = { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problem: string }

const checkOptions = (value: unknown, path: string, known: RuleOptions): RuleOptions =>
  Object.fromEntries(
    Object.entries(checkExact(value, path, Object.keys(known))).map(([name, list]) => {
      const at = `${path}.${name}`
      return [name, listAt(list, at).map((pattern, index) => checkText(pattern, `${at}[${index}]`))]
    }),
  )

const checkRules = (value: unknown): Policy['rules'] => {
  const entries = checkExact(
    value,
    'rules',
    RULES.map(({ id }) => id),
  )
  const createRulePolicy = (id: string, options: RuleOptions): RulePolicy => {
    const path = `rules.${id}`
    const entry = checkExact(entries[id], path, ['mode', 'severity', 'options'])
    return {
      mode: checkOneOf(entry['mode'], `${path}.mode`, MODES),
      severity: checkOneOf(entry['severity'], `${path}.severity`, SEVERITIES),
      options: checkOptions(entry['options'], `${path}.options`, options),
    }
  }
  return Object.fromEntries(
    RULES.map(({ id, severity, options, since }) => {
      const defaults = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]))
      // Whoever wrote the policy did not know a rule that came later: an upgrade turns none on.
      const mode = since > FIRST_PRESET ? 'off' : 'observe'
      if (!Object.hasOwn(entries, id)) return [id, { mode, severity, options: defaults }]
      const checked = createRulePolicy(id, defaults)
      return [id, { ...checked, options: { ...defaults, ...checked.options } }]
    }),
  )
}

const MATCH_KEYS = [
  'accountId',
  'region',
  'instanceId',
  'imageId',
  'instanceType',
  'autoScalingGroup',
  'address',
] as const

const matchAt = (value: unknown, path: string): Match => {
  const match = checkExact(value, path, [...MATCH_KEYS, 'tags'])
  // A match without a key would exempt everything.
  if (Object.keys(match).length === 0) rejectValue(path, 'at least one key')
  const tags = match['tags']
  const tagged = tags === undefined ? undefined : Object.entries(checkObject(tags, `${path}.tags`))
  if (tagged?.length === 0) rejectValue(`${path}.tags`, 'at least one tag')
  return {
    ...Object.fromEntries(
      MATCH_KEYS.flatMap(key => (match[key] === undefined ? [] : [[key, checkText(match[key], `${path}.${key}`)]])),
    ),
    ...(tagged !== undefined && {
      tags: Object.fromEntries(
        tagged.map(([key, tag]) => [key, typeof tag === 'string' ? tag : rejectValue(`${path}.tags.${key}`, 'a text')]),
      ),
    }),
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/

const checkExemption = (value: unknown, path: string): Exemption => {
  const entry = checkExact(value, path, ['rule', 'match', 'reason', 'owner', 'expires'])
  const expires = checkText(entry['expires'], `${path}.expires`)
  if (!DAY.test(expires) || Number.isNaN(Date.parse(expires))) rejectValue(`${path}.expires`, 'a day like 2027-01-31')
  return {
    rule: checkOneOf(entry['rule'], `${path}.rule`, [...RULES.map(({ id }) => id), '*']),
    match: matchAt(entry['match'], `${path}.match`),
    reason: checkText(entry['reason'], `${path}.reason`),
    owner: checkText(entry['owner'], `${path}.owner`),
    expires,
  }
}

const checkOrganizationBudget = (value: unknown): NonNullable<Policy['stop']['organization']> => {
  const { stops, perSeconds } = checkExact(value, 'stop.organization', ['stops', 'perSeconds'])
  return {
    stops: countAt(stops, 'stop.organization.stops', 1),
    perSeconds: countAt(perSeconds, 'stop.organization.perSeconds', 1),
  }
}

const stopAt = (value: unknown): Policy['stop'] => {
  const stop = checkExact(value, 'stop', ['graceSeconds', 'budget', 'organization', 'ownerTags', 'existing', 'resume'])
  const budget = checkExact(stop['budget'], 'stop.budget', ['stops', 'perSeconds', 'whenSpent'])
  const { existing } = stop
  if (existing !== undefined && existing !== true) rejectValue('stop.existing', 'true')
  return {
    graceSeconds: countAt(stop['graceSeconds'], 'stop.graceSeconds'),
    budget: {
      stops: countAt(budget['stops'], 'stop.budget.stops'),
      perSeconds: countAt(budget['perSeconds'], 'stop.budget.perSeconds', 1),
      ...(budget['whenSpent'] !== undefined && {
        whenSpent: checkOneOf(budget['whenSpent'], 'stop.budget.whenSpent', ['wait']),
      }),
    },
    ...(stop['organization'] !== undefined && { organization: checkOrganizationBudget(stop['organization']) }),
    ...(stop['ownerTags'] !== undefined && { ownerTags: checkOneOf(stop['ownerTags'], 'stop.ownerTags', ['ignore']) }),
    ...(existing === true && { existing }),
    ...(stop['resume'] !== undefined && { resume: checkOneOf(stop['resume'], 'stop.resume', ['sweep']) }),
  }
}

const checkAccountNames = (value: unknown): NonNullable<Policy['accountNames']> =>
  Object.fromEntries(
    Object.entries(checkObject(value, 'accountNames')).map(([id, name]) => [
      checkForm(id, `accountNames.${id}`, { form: ACCOUNT_ID, expected: 'the id of an account, 12 digits' }),
      checkForm(name, `accountNames.${id}`, { form: ACCOUNT_NAME, expected: 'a name of at most 50 characters' }),
    ]),
  )

const RULE_IDS = RULES.map(({ id }) => id)

const readPolicy = (json: unknown): Policy => {
  const policy = checkExact(json, 'policy', [
    'version',
    'rules',
    'exemptions',
    'stop',
    'accountNames',
    'organization',
    'overrides',
    'channels',
    'routes',
  ])
  if (policy['version'] !== 1) rejectValue('version', '1')
  const channels = policy['channels'] === undefined ? {} : checkChannels(policy['channels'])
  return {
    version: 1,
    rules: checkRules(policy['rules']),
    exemptions: listAt(policy['exemptions'], 'exemptions').map((entry, index) =>
      checkExemption(entry, `exemptions[${index}]`),
    ),
    stop: stopAt(policy['stop']),
    ...(policy['accountNames'] !== undefined && { accountNames: checkAccountNames(policy['accountNames']) }),
    ...(policy['organization'] !== undefined && { organization: checkOrganization(policy['organization']) }),
    ...(policy['overrides'] !== undefined && { overrides: checkOverrides(policy['overrides'], RULE_IDS) }),
    ...(policy['channels'] !== undefined && { channels }),
    ...(policy['routes'] !== undefined && { routes: checkRoutes(policy['routes'], channels) }),
  }
}

const meantPolicy = (policy: Policy): Checked => {
  const [slip] = findUnmeantStops(policy, RULES)
  return slip === undefined
    ? { ok: true, policy }
    : { ok: false, problem: `${formatPathText(slip.path)}: ${slip.text}` }
}

/**
 * Whether JSON is a policy as `parsePolicy` makes it, without the parser: another version, or a person, may have
 * written what a running function reads. A rule that it does not name is as in a policy file: it observes if it is of the
 * first preset, and is off if it came later. A policy that would stop what it was to let pass is not valid, as in a policy
 * file.
 */
export const checkPolicy = (json: unknown): Checked => {
  try {
    return meantPolicy(readPolicy(json))
  } catch (error) {
    if (error instanceof UserError) return { ok: false, problem: error.message }
    throw error
  }
}
