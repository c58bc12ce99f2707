import * as z from 'zod/mini'
import { type Rule, SEVERITIES } from '../rules/rule.ts'
import { ACCOUNT } from './channel-words.ts'
import { OU } from './organization-forms.ts'
import { createPatternSchema } from './pattern-schema.ts'
import { MODES } from './policy.ts'

const TAG_KEY = 'write the key of one tag as it is; only the value may have wildcards'
const TAGS = 'write at least one tag as { KEY: "VALUE" }'

const matchShape = {
  accountId: z
    .exactOptional(
      z
        .string({ error: 'write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?' })
        .check(z.regex(ACCOUNT)),
    )
    .check(z.describe('The id of the account: 12 digits in quotes, or a pattern.')),
  ou: z
    .exactOptional(
      z
        .string({ error: 'write the id of an OU or of the root, like ou-ab12-11111111; names of OUs can be changed' })
        .check(z.regex(OU)),
    )
    .check(z.describe('The id of an OU or of the root: accounts in it, and in the OUs below it.')),
  name: z
    .exactOptional(createPatternSchema('write the name of an account or a pattern, like "payments-*"'))
    .check(z.describe('The name of the account, or a pattern.')),
  tags: z
    .exactOptional(
      z
        .record(
          z.string().check(z.regex(/^[^*?]+$/, { error: TAG_KEY })),
          z.string({ error: 'write the value of the tag in quotes; it may have wildcards' }),
          { error: TAGS },
        )
        .check(
          z.refine(value => Object.keys(value).length > 0),
          z.meta({ minProperties: 1, description: 'Tags that the account has in AWS Organizations, all of them.' }),
        ),
    )
    .check(z.describe('Tags of the account, all of them; wildcards in the values.')),
}

const MATCH = `write at least one of ${Object.keys(matchShape).join(', ')}`

const matchSchema = z.strictObject(matchShape, { error: MATCH }).check(
  z.refine(value => Object.keys(value).length > 0),
  z.meta({ minProperties: 1, description: 'Which accounts. All keys that are given must match.' }),
)

const createList = <T extends z.core.$ZodType>(one: T, todo: string, doc: string) =>
  z.exactOptional(z.array(one, { error: todo }).check(z.minLength(1))).check(z.describe(doc))

const ACCOUNTS = 'write a list of matches, like [{ ou: ou-ab12-11111111 }], or leave it out'
const ACCOUNTS_SHAPE = 'write { include: [{ ou: ou-ab12-11111111 }], exclude: [{ name: "sandbox-*" }] }'
const REGION = 'write a region or a pattern, like eu-central-1 or eu-*'
const REGIONS = 'write a list of regions or patterns, like [eu-*], or leave it out'
const REGIONS_SHAPE = 'write { include: [eu-*], exclude: [eu-south-2] }'

/** Which accounts and regions are guarded. */
export const organizationSchema = z
  .exactOptional(
    z.strictObject(
      {
        accounts: z
          .exactOptional(
            z.strictObject(
              {
                include: createList(matchSchema, ACCOUNTS, 'The accounts that are guarded. Left out: all.'),
                exclude: createList(matchSchema, ACCOUNTS, 'Accounts that are not guarded, even if they are included.'),
              },
              { error: ACCOUNTS_SHAPE },
            ),
          )
          .check(z.describe('Which accounts are guarded.')),
        regions: z
          .exactOptional(
            z.strictObject(
              {
                include: createList(
                  createPatternSchema(REGION),
                  REGIONS,
                  'The regions that are guarded. Left out: all.',
                ),
                exclude: createList(createPatternSchema(REGION), REGIONS, 'Regions that are not guarded.'),
              },
              { error: REGIONS_SHAPE },
            ),
          )
          .check(z.describe('Which regions are guarded.')),
      },
      { error: 'write { accounts: { exclude: [{ name: "sandbox-*" }] } }' },
    ),
  )
  .check(z.describe('Which accounts and regions of the organization are guarded. Left out: all that send events.'))

const SETTINGS = 'write a mode, a severity, or both, like { mode: observe }'

const settingsSchema = z
  .strictObject(
    {
      mode: z
        .exactOptional(z.literal([...MODES, false], { error: 'write off, observe or enforce' }))
        .check(z.describe('The mode of the rule in these accounts.')),
      severity: z
        .exactOptional(z.enum(SEVERITIES, { error: 'write a severity' }))
        .check(z.describe('The severity of the rule in these accounts.')),
    },
    { error: SETTINGS },
  )
  .check(
    z.refine(value => Object.keys(value).length > 0),
    z.meta({ minProperties: 1 }),
  )

const OVERRIDE = 'write { match: { ou: ou-ab12-22222222 }, rules: { paravirtual-instance: { mode: observe } } }'
const RULES = 'write rule ids with a mode or a severity, like { paravirtual-instance: { mode: observe } }'

/** Modes and severities that differ in some accounts. */
export const createOverridesSchema = (rules: readonly Rule[]) =>
  z
    .exactOptional(
      z
        .array(
          z.strictObject(
            {
              match: matchSchema,
              rules: z
                .strictObject(
                  Object.fromEntries(
                    rules.map(({ id }) => [
                      id,
                      z
                        .exactOptional(settingsSchema)
                        .check(z.describe('Mode and severity of the rule in these accounts.')),
                    ]),
                  ),
                  {
                    error: RULES,
                  },
                )
                .check(
                  z.refine(value => Object.keys(value).length > 0),
                  z.meta({ minProperties: 1, description: 'Settings by rule.' }),
                ),
            },
            { error: OVERRIDE },
          ),
          { error: `write a list of overrides: ${OVERRIDE}` },
        )
        .check(z.maxLength(100)),
    )
    .check(
      z.describe('Modes and severities that differ in some accounts. The first that matches and has a value counts.'),
    )
