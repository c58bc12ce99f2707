import * as z from 'zod/mini'
import {
  ADDRESS,
  BOUNDARY_ARN,
  CODE_SIGNING_ARN,
  CONCURRENCY,
  HOOK_MODES,
  KEY_ARN,
  LOG_RETENTIONS,
  NAME_PREFIX,
  ORGANIZATION_ID,
  REGION,
  ROLE_PATH,
  SECURITY_GROUP,
  SUBNET,
  TAG_KEY,
  TAG_VALUE,
} from './forms.ts'

// Every schema's `error` says what to write, also for its checks, as in the schema of the policy file.

const createText = (form: RegExp, error: string) => z.string({ error }).check(z.regex(form))

const createFlag = (doc: string) => z.optional(z.boolean({ error: 'write true or false' })).check(z.describe(doc))

const createList = (form: RegExp, { item, list, most }: { item: string; list: string; most: number }) =>
  z.array(createText(form, item), { error: list }).check(
    z.minLength(1, { error: `${list}, or leave it out` }),
    z.maxLength(most, { error: `write at most ${most}` }),
    z.refine(items => new Set(items).size === items.length, { error: 'write each of them once' }),
  )

const alertingShape = {
  policy: z
    .optional(z.string({ error: 'write the file of the policy' }).check(z.minLength(1)))
    .check(z.describe('The policy file, from the folder of this file. Without it every rule observes.')),
  addresses: z
    .optional(
      createList(ADDRESS, {
        item: 'write an address, like ops@example.com',
        list: 'write a list of addresses',
        most: 100,
      }),
    )
    .check(z.describe('E-mail addresses that get every alert and every alarm.')),
  subscribers: z
    .optional(z.literal('own', { error: 'write own, or leave it out' }))
    .check(z.describe('own: somebody reads the topic of alerts by a subscription that is not of this stack.')),
  live: createFlag('Whether the policy can be changed without a deployment. A policy that enforces needs it.'),
}

const REGIONS = 'write own, all or a list of regions, like [eu-central-1]'

const sweepShape = {
  sweepRegions: z
    .optional(
      z.union(
        [
          z.enum(['own', 'all']),
          createList(REGION, { item: 'write a region, like eu-central-1', list: REGIONS, most: 50 }),
        ],
        { error: REGIONS },
      ),
    )
    .check(z.describe('Which regions are swept: that of the stack, every enabled one, or these.')),
  dailySweep: z
    .optional(z.literal(['scheduler', 'rule', 'off', false], { error: 'write scheduler, rule or off' }))
    .check(
      z.describe(
        'What begins the daily sweep: EventBridge Scheduler, a rule of EventBridge where Scheduler is forbidden, or nothing.',
      ),
    ),
}

const NAMES = 'write names with values, like { team: platform }'

const companyShape = {
  tags: z
    .optional(
      z
        .record(
          z
            .string()
            .check(z.regex(TAG_KEY, { error: 'write the key of a tag: at most 128 letters, digits and _.:/=+@-' })),
          createText(TAG_VALUE, 'write a text of at most 256 letters, digits and _.:/=+@-; a number in quotes'),
          { error: NAMES },
        )
        .check(z.refine(tags => Object.keys(tags).length <= 40, { error: 'write at most 40' })),
    )
    .check(z.describe('Tags of every resource that can have them.')),
  namePrefix: z
    .optional(
      createText(NAME_PREFIX, 'write lower case letters, digits and single dashes, at most 20, like team-a').check(
        z.maxLength(20),
      ),
    )
    .check(z.describe('Stands before the name of the stack and of what it names, so that two fit into a region.')),
  permissionsBoundary: z
    .optional(createText(BOUNDARY_ARN, 'write the ARN of a policy, like arn:aws:iam::123456789012:policy/boundary'))
    .check(z.describe('The permissions boundary of every role.')),
  rolePath: z
    .optional(createText(ROLE_PATH, 'write a path between slashes, like /guards/'))
    .check(z.describe('The path of every role.')),
  logRetention: z
    .optional(
      z.literal([...LOG_RETENTIONS, 'forever'], {
        error: `write a number of days: ${LOG_RETENTIONS.join(', ')}; or forever`,
      }),
    )
    .check(z.describe('How many days the logs of the functions are kept. 90 by default.')),
  deletionProtection: createFlag('Whether the table of findings refuses to be deleted. false by default.'),
  pointInTimeRecovery: createFlag('Whether the table of findings can be restored to a second. true by default.'),
}

const CONCURRENCIES = Object.entries(CONCURRENCY).map(([name, least]) => {
  const todo = `write a whole number, ${least} or more`
  return [name, z.optional(z.int({ error: todo }).check(z.minimum(least)))] as const
})

const vpcShape = {
  subnets: createList(SUBNET, {
    item: 'write the id of a subnet, like subnet-0123456789abcdef0',
    list: 'write a list of subnets',
    most: 16,
  }).check(z.describe('Private subnets, in more than one zone if you can.')),
  securityGroups: createList(SECURITY_GROUP, {
    item: 'write the id of a security group, like sg-0123456789abcdef0',
    list: 'write a list of security groups',
    most: 5,
  }).check(z.describe('They must let out HTTPS.')),
}

const functionShape = {
  kmsKey: z
    .optional(
      createText(KEY_ARN, 'write the ARN of a key, not of an alias, like arn:aws:kms:eu-central-1:123456789012:key/ID'),
    )
    .check(z.describe('Your key for topics, queues, the table, logs and environments, in place of those of AWS.')),
  vpc: z
    .optional(z.strictObject(vpcShape, { error: 'write { subnets: [subnet-…], securityGroups: [sg-…] }' }))
    .check(z.describe('Where the functions run. They need a way to the services of AWS there.')),
  reservedConcurrency: z
    .optional(
      z.strictObject(Object.fromEntries(CONCURRENCIES), {
        error: 'write functions with numbers, like { evaluate: 5 }',
      }),
    )
    .check(z.describe('Copies that are reserved for a function, at least as many as its queue starts.')),
  xray: createFlag('Whether the functions write traces to X-Ray. false by default.'),
  codeSigningConfig: z
    .optional(
      createText(
        CODE_SIGNING_ARN,
        'write the ARN of a code signing configuration, arn:aws:lambda:REGION:ACCOUNT:code-signing-config:csc-…',
      ),
    )
    .check(z.describe('The code signing configuration of every function.')),
  fips: createFlag('Whether the functions call FIPS endpoints. false by default.'),
}

const organizationShape = {
  organization: z
    .optional(createText(ORGANIZATION_ID, 'write the id of the organization, like o-a1b2c3d4e5'))
    .check(z.describe('The organization of which this stack is the hub: its accounts send their events here.')),
}

const createWay = (doc: string) =>
  z.optional(z.literal(['pass', 'fail'], { error: 'write pass or fail' })).check(z.describe(doc))

const hookShape = {
  hook: z
    .optional(z.literal(HOOK_MODES, { error: `write ${HOOK_MODES.join(' or ')}` }))
    .check(
      z.describe(
        'Whether CloudFormation and Cloud Control ask before they launch: warn says what is wrong, fail refuses it. They do not ask by default.',
      ),
    ),
  hookUnknown: createWay('What the hook makes of an UNKNOWN: pass, or fail as of a misfit. pass by default.'),
  hookErrors: createWay('What the hook makes of an error of its own: pass, or fail. pass by default.'),
}

/** The settings of a deployment, strict. What is left out is as it always was. */
export const SETTINGS_SCHEMA = z.strictObject(
  {
    version: z
      .literal(1, { error: 'write version: 1' })
      .check(z.describe('The version of the format of this file: 1.')),
    ...alertingShape,
    ...sweepShape,
    ...companyShape,
    ...functionShape,
    ...organizationShape,
    ...hookShape,
  },
  { error: 'write settings: version: 1, then policy, addresses and others' },
)

/** A file that the schema has accepted. */
export type DeploymentSettings = z.output<typeof SETTINGS_SCHEMA>
