import * as z from 'zod/mini'
import { type Rule, SEVERITIES } from '../rules/rule.ts'
import { ACCOUNT_ID, ACCOUNT_NAME } from './account-names.ts'
import { channelsSchema } from './channel-schema.ts'
import { DURATION, POSITIVE_DURATION } from './duration.ts'
import { createExemptionSchema } from './exemption-schema.ts'
import { createOverridesSchema, organizationSchema } from './organization-schema.ts'
import { createPatternSchema } from './pattern-schema.ts'
import { MODES } from './policy.ts'
import { routesSchema } from './route-schema.ts'

// Every schema's `error` says what to write, also for its checks. The loader puts the mistake before it (explain.ts).

const createOptionSchema = ({ default: standard, doc }: Rule['options'][string]) => {
  const todo = 'write a list of patterns, like ["t1.*", "m1.*"]'
  const list = z.array(createPatternSchema('write a pattern, like "t1.*"'), { error: todo })
  // A list that is full by default would refuse everything when it is empty.
  const checked = standard.length === 0 ? list : list.check(z.minLength(1, { error: `${todo}, or leave it out` }))
  return z._default(checked, [...standard]).check(z.describe(doc))
}

const MODE = 'write off, observe or enforce'

const createRuleSchema = (rule: Rule) => {
  const options = Object.entries(rule.options).map(([name, option]) => [name, createOptionSchema(option)] as const)
  const shape = {
    // YAML 1.1 tools turn a bare off into false.
    mode: z
      ._default(z.literal([...MODES, false], { error: MODE }), 'observe')
      .check(z.describe('off: not checked. observe: reported. enforce: reported and, where it is safe, stopped.')),
    severity: z
      ._default(z.enum(SEVERITIES, { error: 'write a severity' }), rule.severity)
      .check(z.describe('How much it matters; shown in findings and alerts.')),
  }
  return z
    .prefault(
      z.strictObject({ ...shape, ...Object.fromEntries(options) }, { error: `write settings, like { mode: observe }` }),
      {},
    )
    .check(z.describe(`${rule.title}. ${rule.why}`))
}

const DURATION_TODO = 'write a duration like 90s, 15m or 1h30m'
const PER = 'write a duration longer than nothing, like 10m'
const STOPS = 'write a whole number, 0 or more'
const SOME_STOPS = 'write a whole number, 1 or more'
const THEN = 'write leave or wait'
const RESUME = 'write leave or sweep'

const OWNER_TAGS = ['trust', 'ignore'] as const

const stopShape = {
  grace: z
    ._default(z.string({ error: DURATION_TODO }).check(z.regex(DURATION)), '15m')
    .check(z.describe('The time between the alert and the stop, like 15m; 0s for none.')),
  budget: z
    .prefault(
      z.strictObject(
        {
          stops: z
            ._default(z.int({ error: STOPS }).check(z.minimum(0)), 5)
            .check(z.describe('How many stops this stack may make in an account in that time; 0 for none at all.')),
          per: z
            ._default(z.string({ error: PER }).check(z.regex(POSITIVE_DURATION)), '10m')
            .check(z.describe('The time over which the stops are counted, like 10m.')),
          // biome-ignore lint/suspicious/noThenProperty: the word of the policy file; nothing awaits it.
          then: z
            ._default(z.enum(['leave', 'wait'], { error: THEN }), 'leave')
            .check(
              z.describe('What is over the budget is left running, or waits: it is promised again, with a new time.'),
            ),
        },
        { error: 'write { stops: 5, per: 10m }' },
      ),
      {},
    )
    .check(
      z.describe(
        'Per stack and account; beyond it virtguard only alerts, and says so. Stacks in other regions have budgets of their own.',
      ),
    ),
  organization: z
    .optional(
      z.strictObject(
        {
          stops: z
            .int({ error: SOME_STOPS })
            .check(z.minimum(1, { error: SOME_STOPS }), z.describe('How many stops this stack may make in that time.')),
          per: z
            .string({ error: PER })
            .check(z.regex(POSITIVE_DURATION), z.describe('The time over which the stops are counted, like 10m.')),
        },
        { error: 'write { stops: 50, per: 10m }' },
      ),
    )
    .check(z.describe('All accounts together, beside the budget of each. Left out: no such limit.')),
  ownerTags: z
    ._default(z.enum(OWNER_TAGS, { error: 'write trust or ignore' }), 'trust')
    .check(
      z.describe(
        'Tags that mark an owner and that the launcher can set, like kubernetes.io/cluster/NAME. trust: such an instance is not stopped. ignore: they protect nothing.',
      ),
    ),
  existing: z
    ._default(z.boolean({ error: 'write true or false' }), false)
    .check(z.describe('Whether a sweep promises stops too, of what ran before the rule was on enforce.')),
  resume: z
    ._default(z.enum(['leave', 'sweep'], { error: RESUME }), 'leave')
    .check(z.describe('What came due while stops were disabled is left running, or promised again by the next sweep.')),
}

const ID = 'write the id of an account in quotes: 12 digits'
const NAME = 'write a name of at most 50 characters, on one line'

const accountNamesSchema = z
  ._default(
    z.record(
      z.string().check(z.regex(ACCOUNT_ID, { error: ID })),
      z.string({ error: NAME }).check(z.regex(ACCOUNT_NAME)),
      { error: 'write ids with names, like { "123456789012": production }' },
    ),
    {},
  )
  .check(z.describe('Names of accounts by id, shown beside the id. Nothing is decided on them.'))

const PRESET = 'write recommended@1, or leave it out'
const PRESET_FORM = /^recommended@[1-9]\d{0,3}$/

/**
 * The policy file, strict, with every default in it. Matching by tag is part of it only if the file itself allows it,
 * see load.ts.
 */
export const createPolicyFileSchema = (rules: readonly Rule[], tagsAllowed: boolean) =>
  z.strictObject(
    {
      version: z
        .literal(1, { error: 'write version: 1' })
        .check(z.describe('The version of the format of this file: 1.')),
      preset: z
        .optional(z.string({ error: PRESET }).check(z.regex(PRESET_FORM)))
        .check(
          z.describe(
            'Which rules are on without being named, like recommended@1: those of that version. A later version adds none to it.',
          ),
        ),
      rules: z
        .prefault(
          z.strictObject(Object.fromEntries(rules.map(rule => [rule.id, createRuleSchema(rule)])), {
            error: 'write rule ids with their settings, or leave it out',
          }),
          {},
        )
        .check(z.describe('Settings by rule. A rule of the preset that is not named observes, with its defaults.')),
      exemptions: z
        ._default(
          z.array(createExemptionSchema(rules, tagsAllowed), { error: 'write a list of exemptions, or leave it out' }),
          [],
        )
        .check(z.describe('What is known and accepted for a while.')),
      allowTagExemptions: z
        ._default(z.boolean({ error: 'write true or false' }), false)
        .check(z.describe('Whether exemptions may match by tag: anybody who can tag can then exempt.')),
      stop: z
        .prefault(
          z.strictObject(stopShape, {
            error: 'write { grace: 15m, budget: { stops: 5, per: 10m }, ownerTags: trust }',
          }),
          {},
        )
        .check(z.describe('How instances are stopped, for rules in mode enforce.')),
      accountNames: accountNamesSchema,
      organization: organizationSchema,
      overrides: createOverridesSchema(rules),
      channels: channelsSchema,
      routes: routesSchema,
    },
    { error: 'write a policy: version: 1, then rules, exemptions, stop, channels, routes' },
  )

/** A file that the schema has accepted, defaults filled in. */
export type PolicyFile = z.output<ReturnType<typeof createPolicyFileSchema>>
