import type { SNSClient } from '@aws-sdk/client-sns'
import { type Secret, secretOf } from '../../../shared/aws/secrets.ts'
import type { Sender } from '../../../shared/channels/sending.ts'
import type { Channel } from '../../../shared/policy/policy.ts'
import { topicSetting } from '../settings.ts'
import { type RowsAt, unabridged } from './unabridged.ts'

export type Context = {
  readonly now: () => Date
  readonly accountId: string
  readonly region: string
  readonly rowsAt: RowsAt
}

type Of<Type extends Channel['type']> = Extract<Channel, { readonly type: Type }>

// Each copy of the function serves one channel: what the others need is not even loaded. Clients are made in files of their
// own, because of a package that is itself imported lazily the bundle would hold every call.

const secret = async (arn: string, { now }: Context): Promise<Secret> => {
  const { secretsClient } = await import('./secrets-client.ts')
  const secret = secretOf(secretsClient(arn), arn, now)
  // Before anybody asks for a turn. What fails now fails again when it is needed, and is told then.
  await secret().catch(() => undefined)
  return secret
}

const sns = async (): Promise<SNSClient> => {
  const { snsClient } = await import('./sns-client.ts')
  return snsClient()
}

const slack = async (channel: Of<'slack'>, context: Context): Promise<Sender> => {
  const [{ slackSender }, { SLACK }] = await Promise.all([import('./slack.ts'), import('./slack-words.ts')])
  const { api, channel: id } = channel
  return slackSender({
    secret: await secret(channel.secret, context),
    channel: id,
    words: SLACK,
    ...(api !== undefined && { api }),
  })
}

const slackWebhook = async (channel: Of<'slack-webhook'>, context: Context): Promise<Sender> => {
  const [{ plainWebhookSender }, { SLACK }] = await Promise.all([import('./webhook.ts'), import('./slack-words.ts')])
  const whatToDo = 'Make a new incoming webhook in Slack and put its URL into the secret; then send the messages back.'
  return plainWebhookSender({ secret: await secret(channel.secret, context), words: SLACK, whatToDo })
}

const teams = async (channel: Of<'teams'>, context: Context): Promise<Sender> => {
  const [{ plainWebhookSender }, { TEAMS }] = await Promise.all([import('./webhook.ts'), import('./teams-words.ts')])
  const whatToDo =
    'Look at the workflow in Teams: it must be on, and its URL in the secret; then send the messages back.'
  return plainWebhookSender({ secret: await secret(channel.secret, context), words: TEAMS, whatToDo })
}

const webhook = async (channel: Of<'webhook'>, context: Context): Promise<Sender> => {
  const [{ signedWebhookSender }, { WEBHOOK }] = await Promise.all([
    import('./webhook.ts'),
    import('./machine-words.ts'),
  ])
  const words = WEBHOOK[channel.format]
  const sender = signedWebhookSender({ secret: await secret(channel.secret, context), words, now: context.now })
  // Of the format `alert` `omitted` is a part; a list of findings cannot say that it is not whole.
  return channel.format === 'ocsf' ? unabridged(context.rowsAt, sender) : sender
}

const amazonQ = async (): Promise<Sender> => {
  const [{ snsSender, subscribersOf }, { AMAZON_Q }] = await Promise.all([import('./sns.ts'), import('./sns-words.ts')])
  const [client, arn] = [await sns(), topicSetting('CHAT_TOPIC_ARN')]
  return snsSender({ client, arn, words: AMAZON_Q, audience: subscribersOf(client, arn) })
}

const email = async (name: string, { addresses }: Of<'email'>): Promise<Sender> => {
  const [{ snsSender, mailboxesOf }, { emailFor }] = await Promise.all([import('./sns.ts'), import('./sns-words.ts')])
  const [client, arn] = [await sns(), topicSetting('ALERTS_TOPIC_ARN')]
  return snsSender({ client, arn, words: emailFor(name), audience: mailboxesOf(client, arn, addresses) })
}

const securityHub = async (context: Context): Promise<Sender> => {
  const [{ securityHubClients }, { securityHubSender }, { asffTest }] = await Promise.all([
    import('./security-hub-client.ts'),
    import('./security-hub.ts'),
    import('../../../shared/formats/asff-test.ts'),
  ])
  return unabridged(
    context.rowsAt,
    securityHubSender({
      clientFor: securityHubClients(),
      accountId: context.accountId,
      test: at => asffTest(context, at),
    }),
  )
}

const eventBus = async ({ bus }: Of<'event-bus'>, { rowsAt }: Context): Promise<Sender> => {
  const [{ eventBusClient }, { eventBusSender }, { EVENTS }] = await Promise.all([
    import('./event-bus-client.ts'),
    import('./event-bus.ts'),
    import('./machine-words.ts'),
  ])
  return unabridged(rowsAt, eventBusSender({ client: eventBusClient(), bus, words: EVENTS }))
}

/** What sends to a channel of the policy. */
export const senderFor = (name: string, channel: Channel, context: Context): Promise<Sender> => {
  switch (channel.type) {
    case 'slack':
      return slack(channel, context)
    case 'slack-webhook':
      return slackWebhook(channel, context)
    case 'teams':
      return teams(channel, context)
    case 'webhook':
      return webhook(channel, context)
    case 'amazon-q':
      return amazonQ()
    case 'email':
      return email(name, channel)
    case 'security-hub':
      return securityHub(context)
    case 'event-bus':
      return eventBus(channel, context)
    // Stryker disable next-line ConditionalExpression: the compiler knows that there is no other kind
    default:
      return channel satisfies never
  }
}
