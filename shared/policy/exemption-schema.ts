import * as z from 'zod/mini'
import type { Rule } from '../rules/rule.ts'
import { ACCOUNT } from './channel-words.ts'
import { createPatternSchema } from './pattern-schema.ts'

const createTextSchema = (todo: string) => z.string({ error: todo }).check(z.regex(/\S/))

const createAccountIdSchema = (todo: string) => z.string({ error: todo }).check(z.regex(ACCOUNT))

const TAG_KEY = 'write the key of one tag as it is; only the value may have wildcards'
const TAG_VALUE = 'write the value of the tag in quotes; it may have wildcards'
const tags = z
  .record(z.string().check(z.regex(/^[^*?]+$/, { error: TAG_KEY })), z.string({ error: TAG_VALUE }), {
    error: 'write at least one tag as { KEY: "VALUE" }',
  })
  .check(
    z.refine(value => Object.keys(value).length > 0),
    z.meta({
      minProperties: 1,
      description:
        'Tags that the instance must have, all of them; wildcards in the values. Needs allowTagExemptions: true, because anybody who can tag can then exempt.',
    }),
  )

const noTags = z.never({
  error:
    'matching by tag lets anybody who can tag exempt; if you want that, add allowTagExemptions: true at the top of the file',
})

const matchShape = {
  accountId: z
    .exactOptional(
      createAccountIdSchema('write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?'),
    )
    .check(z.describe('The account that owns the resource: 12 digits in quotes, or a pattern.')),
  region: z
    .exactOptional(createPatternSchema('write a region or a pattern, like eu-central-1 or eu-*'))
    .check(z.describe('The region, like eu-central-1 or eu-*.')),
  instanceId: z
    .exactOptional(createPatternSchema('write an instance id or a pattern, like i-0123456789abcdef0'))
    .check(z.describe('The id of the instance.')),
  imageId: z
    .exactOptional(createPatternSchema('write an image id or a pattern, like ami-0123456789abcdef0'))
    .check(z.describe('The id of the image, or of the image that the instance was launched from.')),
  instanceType: z
    .exactOptional(createPatternSchema('write an instance type or a pattern, like m1.small or "m1.*"'))
    .check(z.describe('The instance type, like m1.small or m1.*.')),
  autoScalingGroup: z
    .exactOptional(createPatternSchema('write the name of an Auto Scaling group or a pattern, like "legacy-*"'))
    .check(z.describe('The name of the Auto Scaling group that the instance is a member of.')),
  address: z
    .exactOptional(
      createPatternSchema('write an address of a plan or a template, or a pattern, like "module.legacy.*"'),
    )
    .check(
      z.describe('The address of a resource in a plan or a template, or the path of its construct. For lint only.'),
    ),
}

const MATCH = `write at least one of ${[...Object.keys(matchShape), 'tags'].join(', ')}`

const matchSchema = (tagsAllowed: boolean) =>
  z.strictObject({ ...matchShape, tags: z.exactOptional(tagsAllowed ? tags : noTags) }, { error: MATCH }).check(
    z.refine(value => Object.keys(value).length > 0),
    z.meta({
      minProperties: 1,
      description: 'What is exempt. All keys that are given must match; * is any run of characters, ? exactly one.',
    }),
  )

const EXPIRES = 'write the last day on which it counts (UTC) as YYYY-MM-DD, like 2027-01-31'
const REASON = 'write why, in words that a stranger understands'
const OWNER = 'write who answers for it, like billing@example.com'

/** One exemption. Matching by tag is part of it only if it is allowed. */
export const createExemptionSchema = (rules: readonly Rule[], tagsAllowed: boolean) =>
  z.strictObject(
    {
      rule: z
        .literal([...rules.map(({ id }) => id), '*'], { error: 'write the id of one rule, or "*" for all' })
        .check(z.describe('The id of the rule, or "*" for all.')),
      match: matchSchema(tagsAllowed),
      reason: createTextSchema(REASON).check(z.describe('Why: it is shown in the finding.')),
      owner: createTextSchema(OWNER).check(z.describe('Who answers for it: it is shown in the finding.')),
      expires: z.iso.date({ error: EXPIRES }).check(z.describe('The last day on which it counts, in UTC: YYYY-MM-DD.')),
    },
    { error: 'write an exemption with rule, match, reason, owner and expires' },
  )
