import * as z from 'zod/mini'
import { SEVERITIES } from '../rules/rule.ts'
import { ACCOUNT, MOST_ROUTES, TIME, ZONE } from './channel-words.ts'
import { createPatternSchema } from './pattern-schema.ts'

const listOf = <T extends z.core.$ZodType>(one: T, todo: string) => z.array(one, { error: todo }).check(z.minLength(1))

const ONE_ACCOUNT = 'write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?'
const SEVERITY = `write a list of severities, like [HIGH, CRITICAL], or leave it out`
const RULES = 'write a list of rule ids or patterns, like [paravirtual-*], or leave it out'
const ACCOUNTS = 'write a list of accounts, like ["123456789012"], or leave it out'
const REGIONS = 'write a list of regions or patterns, like [eu-*], or leave it out'
const MATCH =
  'write at least one of severity, rule, accountId, region, mode, or leave match out: then every alert matches'

const matchSchema = z
  .prefault(
    z.strictObject(
      {
        severity: z
          .exactOptional(listOf(z.enum(SEVERITIES, { error: 'write a severity' }), SEVERITY))
          .check(z.describe('Severities that the alert may have for a rule.')),
        rule: z
          .exactOptional(listOf(createPatternSchema('write a rule id or a pattern, like paravirtual-*'), RULES))
          .check(z.describe('Rules, one of which the alert must name.')),
        accountId: z
          .exactOptional(listOf(z.string({ error: ONE_ACCOUNT }).check(z.regex(ACCOUNT)), ACCOUNTS))
          .check(z.describe('Accounts: 12 digits in quotes each, or patterns.')),
        region: z
          .exactOptional(listOf(createPatternSchema('write a region or a pattern, like eu-central-1 or eu-*'), REGIONS))
          .check(z.describe('Regions, or patterns.')),
        mode: z
          .exactOptional(z.enum(['observe', 'enforce'], { error: 'write observe or enforce, or leave it out' }))
          .check(z.describe('The mode of the rule.')),
      },
      { error: MATCH },
    ),
    {},
  )
  .check(
    z.describe(
      'Which alerts. All keys that are given must match, for one finding of the alert; of each list, one entry. Left out: every alert.',
    ),
  )

const time = (meaning: string) => {
  const todo = 'write a time of the day in quotes, like "07:00"'
  return z.string({ error: todo }).check(z.regex(TIME), z.describe(meaning))
}

const ZONE_TODO = 'write a time zone, like Europe/Berlin or UTC'
const zone = z
  .string({ error: ZONE_TODO })
  .check(z.regex(ZONE), z.describe('The time zone, like Europe/Berlin or UTC.'))

const quiet = z
  .exactOptional(
    z.strictObject(
      { from: time('When they begin.'), to: time('When they end, and the alerts that waited are sent.'), zone },
      { error: 'write { from: "22:00", to: "07:00", zone: Europe/Berlin }' },
    ),
  )
  .check(
    z.describe(
      'Quiet hours: alerts between them wait until their end, and come in one message. CRITICAL alerts do not wait.',
    ),
  )

const daily = z
  .exactOptional(
    z.strictObject({ at: time('When they are sent.'), zone }, { error: 'write { at: "08:00", zone: Europe/Berlin }' }),
  )
  .check(z.describe('Alerts wait, and come in one message a day. CRITICAL alerts do not wait.'))

const TO = 'write a list of channels, like [ops]'

const routeSchema = z.strictObject(
  {
    match: matchSchema,
    to: listOf(z.string({ error: 'write the name of a channel' }), TO).check(z.describe('Names of channels.')),
    quiet,
    daily,
  },
  { error: 'write a route, like { match: { severity: [HIGH] }, to: [ops] }' },
)

const SOME = `write a list of routes, at most ${MOST_ROUTES}, or leave it out`

/** Routes. Rules and channels that they name are checked when the whole file is known: route-problems.ts. */
export const routesSchema = z
  ._default(z.array(routeSchema, { error: SOME }).check(z.maxLength(MOST_ROUTES)), [])
  .check(
    z.describe(
      'Which alerts go to which channels; all that match count. Without one, every alert goes to every channel.',
    ),
  )
