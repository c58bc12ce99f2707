import type { SNSClient } from '@aws-sdk/client-sns'
import { readSecret, type Secret } from '../../../shared/aws/secrets.ts'
import type { Sender } from '../../../shared/channels/sending.ts'
import type { Channel } from '../../../shared/policy/policy.ts'
import { readTopicSetting } from '../settings.ts'
import { type RowsAt, restoreUnabridged } from './unabridged.ts'

export type Context = {
  readonly now: () => Date
  readonly accountId: string
  readonly region: string
  readonly rowsAt: RowsAt
}

type Of<Type extends Channel['type']> = Extract<Channel, { readonly type: Type }>

// Each copy of the function serves one channel: the parts of the others are not even loaded. Clients are made in files
// of their own, because the bundle would contain every call of a package that is itself imported lazily.

const loadSecret = async (arn: string, { now }: Context): Promise<Secret> => {
  const { createSecretsClient } = await import('./secrets-client.ts')
  const loadSecret = readSecret(createSecretsClient(arn), arn, now)
  // This comes before the first request for a slot. A failure happens again when the sender is needed, and is reported
  // then.
  await loadSecret().catch(() => undefined)
  return loadSecret
}

const loadSnsClient = async (): Promise<SNSClient> => {
  const { createSnsClient } = await import('./sns-client.ts')
  return createSnsClient()
}

const createSlack = async (channel: Of<'slack'>, context: Context): Promise<Sender> => {
  const [{ createSlackSender }, { SLACK }] = await Promise.all([import('./slack.ts'), import('./slack-renderer.ts')])
  const { api, channel: id } = channel
  return createSlackSender({
    secret: await loadSecret(channel.secret, context),
    channel: id,
    renderer: SLACK,
    ...(api !== undefined && { api }),
  })
}

const createSlackWebhook = async (channel: Of<'slack-webhook'>, context: Context): Promise<Sender> => {
  const [{ createPlainWebhookSender }, { SLACK }] = await Promise.all([
    import('./webhook.ts'),
    import('./slack-renderer.ts'),
  ])
  const whatToDo =
    'Make a new incoming webhook in Slack and put its URL into the secret; then move the messages back from the dead-letter queue.'
  return createPlainWebhookSender({ secret: await loadSecret(channel.secret, context), renderer: SLACK, whatToDo })
}

const createTeams = async (channel: Of<'teams'>, context: Context): Promise<Sender> => {
  const [{ createPlainWebhookSender }, { TEAMS }] = await Promise.all([
    import('./webhook.ts'),
    import('./teams-renderer.ts'),
  ])
  const whatToDo =
    'Check the workflow in Teams: it must be on, and its URL in the secret; then move the messages back from the dead-letter queue.'
  return createPlainWebhookSender({ secret: await loadSecret(channel.secret, context), renderer: TEAMS, whatToDo })
}

const createWebhook = async (channel: Of<'webhook'>, context: Context): Promise<Sender> => {
  const [{ createSignedWebhookSender }, { WEBHOOK }] = await Promise.all([
    import('./webhook.ts'),
    import('./machine-renderer.ts'),
  ])
  const renderer = WEBHOOK[channel.format]
  const sender = createSignedWebhookSender({
    secret: await loadSecret(channel.secret, context),
    renderer,
    now: context.now,
  })
  // Of the format `alert` `omitted` is a part; a list of findings cannot say that it is not whole.
  return channel.format === 'ocsf' ? restoreUnabridged(context.rowsAt, sender) : sender
}

const createAmazonQ = async (): Promise<Sender> => {
  const [{ createSnsSender, countSubscribers }, { AMAZON_Q }] = await Promise.all([
    import('./sns.ts'),
    import('./sns-renderer.ts'),
  ])
  const [client, arn] = [await loadSnsClient(), readTopicSetting('CHAT_TOPIC_ARN')]
  return createSnsSender({ client, arn, renderer: AMAZON_Q, audience: countSubscribers(client, arn) })
}

const createEmail = async (name: string, { addresses }: Of<'email'>): Promise<Sender> => {
  const [{ createSnsSender, listMailboxes }, { createEmailRenderer }] = await Promise.all([
    import('./sns.ts'),
    import('./sns-renderer.ts'),
  ])
  const [client, arn] = [await loadSnsClient(), readTopicSetting('ALERTS_TOPIC_ARN')]
  return createSnsSender({
    client,
    arn,
    renderer: createEmailRenderer(name),
    audience: listMailboxes(client, arn, addresses),
  })
}

const createSecurityHub = async (context: Context): Promise<Sender> => {
  const [{ createSecurityHubClients }, { createSecurityHubSender }, { buildAsffTest }] = await Promise.all([
    import('./security-hub-client.ts'),
    import('./security-hub.ts'),
    import('../../../shared/formats/asff-test.ts'),
  ])
  return restoreUnabridged(
    context.rowsAt,
    createSecurityHubSender({
      clientFor: createSecurityHubClients(),
      accountId: context.accountId,
      test: at => buildAsffTest(context, at),
    }),
  )
}

const createEventBus = async ({ bus }: Of<'event-bus'>, { rowsAt }: Context): Promise<Sender> => {
  const [{ createEventBusClient }, { createEventBusSender }, { EVENTS }] = await Promise.all([
    import('./event-bus-client.ts'),
    import('./event-bus.ts'),
    import('./machine-renderer.ts'),
  ])
  return restoreUnabridged(rowsAt, createEventBusSender({ client: createEventBusClient(), bus, renderer: EVENTS }))
}

/** The sender for a channel of the policy. */
export const createSender = (name: string, channel: Channel, context: Context): Promise<Sender> => {
  switch (channel.type) {
    case 'slack':
      return createSlack(channel, context)
    case 'slack-webhook':
      return createSlackWebhook(channel, context)
    case 'teams':
      return createTeams(channel, context)
    case 'webhook':
      return createWebhook(channel, context)
    case 'amazon-q':
      return createAmazonQ()
    case 'email':
      return createEmail(name, channel)
    case 'security-hub':
      return createSecurityHub(context)
    case 'event-bus':
      return createEventBus(channel, context)
    // Stryker disable next-line ConditionalExpression: the compiler knows that there is no other kind
    default:
      return channel satisfies never
  }
}
