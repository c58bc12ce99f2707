import * as z from 'zod/mini'
import { type Rule, SEVERITIES } from '../rules/rule.ts'
import { DURATION, POSITIVE_DURATION } from './duration.ts'
import { MODES } from './policy.ts'

// Every schema's `error` says what to write: the loader puts what is wrong before it (explain.ts).

const text = (todo: string) => z.string({ error: todo }).check(z.regex(/\S/, { error: todo }))

// Space at an end would make a pattern that nothing matches, so it is an error and not a silent miss.
const pattern = (todo: string) => z.string({ error: todo }).check(z.regex(/^\S(?:.*\S)?$/, { error: todo }))

const ACCOUNT_ID = /^(?=.*[*?])[\d*?]+$|^\d{12}$/
const accountId = (todo: string) => z.string({ error: todo }).check(z.regex(ACCOUNT_ID, { error: todo }))

const TAG_KEY = 'write the key of one tag as it is; only the value may have wildcards'
const TAG_VALUE = 'write the value of the tag in quotes; it may have wildcards'
const tags = z
  .record(z.string().check(z.regex(/^[^*?]+$/, { error: TAG_KEY })), z.string({ error: TAG_VALUE }), {
    error: 'write at least one tag as { KEY: "VALUE" }',
  })
  .check(
    z.refine(value => Object.keys(value).length > 0, { error: 'write at least one tag as { KEY: "VALUE" }' }),
    z.meta({
      minProperties: 1,
      description:
        'Tags that the instance must have, all of them; wildcards in the values. Needs allowTagExemptions: true, because whoever can tag can then exempt.',
    }),
  )

const noTags = z.never({
  error:
    'matching by tag lets whoever can tag exempt; if that is wanted, add allowTagExemptions: true at the top of the file',
})

const matchShape = {
  accountId: z
    .exactOptional(accountId('write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?'))
    .check(z.describe('The account that owns the resource: 12 digits in quotes, or a pattern.')),
  region: z
    .exactOptional(pattern('write a region or a pattern, like eu-central-1 or eu-*'))
    .check(z.describe('The region, like eu-central-1 or eu-*.')),
  instanceId: z
    .exactOptional(pattern('write an instance id or a pattern, like i-0123456789abcdef0'))
    .check(z.describe('The id of the instance.')),
  imageId: z
    .exactOptional(pattern('write an image id or a pattern, like ami-0123456789abcdef0'))
    .check(z.describe('The id of the image, or of the image that the instance was launched from.')),
  instanceType: z
    .exactOptional(pattern('write an instance type or a pattern, like m1.small or "m1.*"'))
    .check(z.describe('The instance type, like m1.small or m1.*.')),
  autoScalingGroup: z
    .exactOptional(pattern('write the name of an Auto Scaling group or a pattern, like "legacy-*"'))
    .check(z.describe('The name of the Auto Scaling group that the instance is a member of.')),
}

const MATCH = `write at least one of ${[...Object.keys(matchShape), 'tags'].join(', ')}`

const matchSchema = (tagsAllowed: boolean) =>
  z.strictObject({ ...matchShape, tags: z.exactOptional(tagsAllowed ? tags : noTags) }, { error: MATCH }).check(
    z.refine(value => Object.keys(value).length > 0, { error: MATCH }),
    z.meta({
      minProperties: 1,
      description: 'What is exempt. All keys that are given must match; * is any run of characters, ? exactly one.',
    }),
  )

const EXPIRES = 'write the last day on which it counts (UTC) as YYYY-MM-DD, like 2027-01-31'
const REASON = 'write why, in words that a stranger understands'
const OWNER = 'write who answers for it, like billing@example.com'

const exemptionSchema = (rules: readonly Rule[], tagsAllowed: boolean) =>
  z.strictObject(
    {
      rule: z
        .literal([...rules.map(({ id }) => id), '*'], { error: 'write the id of one rule, or "*" for all' })
        .check(z.describe('The id of the rule, or "*" for all.')),
      match: matchSchema(tagsAllowed),
      reason: text(REASON).check(z.describe('Why: it is shown in the finding.')),
      owner: text(OWNER).check(z.describe('Who answers for it: it is shown in the finding.')),
      expires: z.iso.date({ error: EXPIRES }).check(z.describe('The last day on which it counts, in UTC: YYYY-MM-DD.')),
    },
    { error: 'write an exemption with rule, match, reason, owner and expires' },
  )

const optionSchema = ({ default: standard, doc }: Rule['options'][string]) => {
  const todo = 'write a list of patterns, like ["t1.*", "m1.*"]'
  const list = z.array(pattern('write a pattern, like "t1.*"'), { error: todo })
  // A list that is full by default would refuse everything when it is empty.
  const checked = standard.length === 0 ? list : list.check(z.minLength(1, { error: `${todo}, or leave it out` }))
  return z._default(checked, [...standard]).check(z.describe(doc))
}

const MODE = 'write off, observe or enforce'

const ruleSchema = (rule: Rule) => {
  const options = Object.entries(rule.options).map(([name, option]) => [name, optionSchema(option)] as const)
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

const stopShape = {
  grace: z
    ._default(z.string({ error: DURATION_TODO }).check(z.regex(DURATION, { error: DURATION_TODO })), '15m')
    .check(z.describe('The time between the alert and the stop, like 15m; 0s for none.')),
  budget: z
    .prefault(
      z.strictObject(
        {
          stops: z
            ._default(z.int({ error: STOPS }).check(z.minimum(0, { error: STOPS })), 5)
            .check(z.describe('How many stops an account may have in that time; 0 for none at all.')),
          per: z
            ._default(z.string({ error: PER }).check(z.regex(POSITIVE_DURATION, { error: PER })), '10m')
            .check(z.describe('The time over which the stops are counted, like 10m.')),
        },
        { error: 'write { stops: 5, per: 10m }' },
      ),
      {},
    )
    .check(z.describe('Per account; beyond it virtguard only alerts, and says so.')),
}

/**
 * The policy file, strict, with every default in it. Matching by tag is part of it only where it is allowed: the file
 * itself says so, see load.ts.
 */
export const policyFileSchema = (rules: readonly Rule[], tagsAllowed: boolean) =>
  z.strictObject(
    {
      version: z
        .literal(1, { error: 'write version: 1' })
        .check(z.describe('The version of the format of this file: 1.')),
      rules: z
        .prefault(
          z.strictObject(Object.fromEntries(rules.map(rule => [rule.id, ruleSchema(rule)])), {
            error: 'write rule ids with their settings, or leave it out',
          }),
          {},
        )
        .check(z.describe('Settings by rule. A rule that is not named observes, with its defaults.')),
      exemptions: z
        ._default(
          z.array(exemptionSchema(rules, tagsAllowed), { error: 'write a list of exemptions, or leave it out' }),
          [],
        )
        .check(z.describe('What is known and accepted for a while.')),
      allowTagExemptions: z
        ._default(z.boolean({ error: 'write true or false' }), false)
        .check(z.describe('Whether exemptions may match by tag: whoever can tag can then exempt.')),
      stop: z
        .prefault(z.strictObject(stopShape, { error: 'write { grace: 15m, budget: { stops: 5, per: 10m } }' }), {})
        .check(z.describe('How instances are stopped, for rules in mode enforce.')),
    },
    { error: 'write a policy: version: 1, then rules, exemptions, stop' },
  )

/** A file that the schema has accepted, defaults filled in. */
export type PolicyFile = z.output<ReturnType<typeof policyFileSchema>>
