import * as z from 'zod/mini'
import {
  ADDRESS,
  BUS,
  CHANNEL_NAME,
  CHANNEL_TYPES,
  KEY_ARN,
  MOST_ADDRESSES,
  MOST_CHANNELS,
  SECRET_ARN,
  SLACK_API,
  SLACK_CHANNEL,
} from './channel-words.ts'

const createMatching = (form: RegExp, todo: string, meaning: string) =>
  z.string({ error: todo }).check(z.regex(form), z.describe(meaning))

const createSecretSchema = (holds: string) => ({
  secret: createMatching(
    SECRET_ARN,
    'write the whole ARN of a secret, like arn:aws:secretsmanager:eu-central-1:123456789012:secret:NAME-AbCdEf',
    `The ARN of the secret in AWS Secrets Manager, with the six characters at its end. It holds ${holds}.`,
  ),
  key: z.exactOptional(
    createMatching(
      KEY_ARN,
      'write the ARN of a key, like arn:aws:kms:eu-central-1:123456789012:key/ID, or leave it out',
      'The ARN of the KMS key of the secret, if you encrypted it with one of your own.',
    ),
  ),
})

const CHANNEL = 'write the id of the channel, like C0123ABCD; Slack shows it at the end of the details of the channel'
const API = 'write an address with a slash at its end, like https://slack-gov.com/api/, or leave it out'
const BUS_TODO = 'write the name or the ARN of an event bus, like default'
const ONE_ADDRESS = 'write an e-mail address, like ops@example.com'
const ADDRESSES = `write a list of e-mail addresses, like [ops@example.com], each once, at most ${MOST_ADDRESSES}`

const type = <const T extends string>(name: T, meaning: string) => z.literal(name).check(z.describe(meaning))

const slack = z.strictObject({
  type: type('slack', 'Slack, by a bot token: replies in threads.'),
  ...createSecretSchema('the bot token'),
  channel: createMatching(SLACK_CHANNEL, CHANNEL, 'The id of the channel, like C0123ABCD.'),
  api: z.exactOptional(createMatching(SLACK_API, API, 'The address of Slack’s API, if it is not slack.com.')),
})

const slackWebhook = z.strictObject({
  type: type('slack-webhook', 'Slack, by an incoming webhook.'),
  ...createSecretSchema('the URL, or JSON {"url": …}'),
})

const teams = z.strictObject({
  type: type('teams', 'Microsoft Teams, by the webhook of a workflow.'),
  ...createSecretSchema('the URL, or JSON {"url": …}'),
})

const webhook = z.strictObject({
  type: type('webhook', 'A server of yours: JSON over HTTPS, signed.'),
  ...createSecretSchema('JSON {"url": …, "key": …}; requests are signed with the key'),
  format: z
    ._default(z.enum(['alert', 'ocsf'], { error: 'write alert or ocsf, or leave it out' }), 'alert')
    .check(z.describe('What is sent: the alert as it is published, or OCSF compliance findings.')),
})

const amazonQ = z.strictObject({
  type: type('amazon-q', 'Amazon Q Developer in chat applications, by a topic of its own.'),
})

const securityHub = z.strictObject({ type: type('security-hub', 'AWS Security Hub, findings in its format.') })

const eventBus = z.strictObject({
  type: type('event-bus', 'An event bus of EventBridge: events `Finding Changed` of the source `virtguard`.'),
  bus: z._default(createMatching(BUS, BUS_TODO, 'The name or the ARN of the bus.'), 'default'),
})

const email = z.strictObject({
  type: type('email', 'E-mail by SNS. SNS asks each address once to confirm.'),
  addresses: z.array(createMatching(ADDRESS, ONE_ADDRESS, 'An address.'), { error: ADDRESSES }).check(
    z.minLength(1),
    z.maxLength(MOST_ADDRESSES),
    z.refine(list => new Set(list).size === list.length),
    z.meta({ uniqueItems: true, description: 'Who gets it.' }),
  ),
})

const NAME =
  'write lower case letters and digits, in words with dashes, at most 24; events, alerts, stops and undelivered are taken'
const TYPE = `write a type: ${CHANNEL_TYPES.join(', ')}`
const SOME = `write channels by name, like ops: { type: email, addresses: [ops@example.com] }, at most ${MOST_CHANNELS}, or leave it out`

const options = [slack, slackWebhook, teams, webhook, amazonQ, securityHub, eventBus, email] as const

/** Channels by name. */
export const channelsSchema = z
  ._default(
    z
      .record(
        z.string({ error: NAME }).check(z.regex(CHANNEL_NAME)),
        z.discriminatedUnion('type', options, { error: TYPE }),
        { error: SOME },
      )
      .check(
        z.refine(channels => Object.keys(channels).length <= MOST_CHANNELS),
        z.meta({ maxProperties: MOST_CHANNELS }),
      ),
    {},
  )
  .check(z.describe('Where alerts go, by names that routes use. They change with a deployment only.'))
