// A local cloud with a channel of each type, all of which end at a server that behaves like Slack, or at what AWS has.
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Clients } from '../../local/clients.ts'
import { type Cloud, createCalls, startCloud } from '../../local/cloud.ts'
import { ACCOUNT, REGION } from '../../local/isolation.ts'
import { ROOT } from '../../local/root.ts'
import { type Request, type SlackServer, startSlack } from '../support/slack-server.ts'
import { type TestCloud, theCloud } from './cloud.ts'

export const TOKEN = 'xoxb-first-token'
export const KEY = 'the-key-of-the-webhook'

const secrets = async ({ secrets }: Clients, origin: string) => {
  const make = async (Name: string, SecretString: string): Promise<string> =>
    (await secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? ''
  return {
    ops: await make('slack-bot', TOKEN),
    hook: await make('slack-webhook', `${origin}/services/hook`),
    teams: await make('teams', JSON.stringify({ url: `${origin}/workflows/teams` })),
    siem: await make('siem', JSON.stringify({ url: `${origin}/siem`, key: KEY })),
    night: await make('night', `${origin}/services/night`),
  }
}

const policyWith = (secret: Awaited<ReturnType<typeof secrets>>, origin: string): string => `version: 1
rules:
  xen-hypervisor: { mode: off }
channels:
  ops: { type: slack, secret: "${secret.ops}", channel: C0123ABCD, api: "${origin}/api/" }
  hook: { type: slack-webhook, secret: "${secret.hook}" }
  teams: { type: teams, secret: "${secret.teams}" }
  siem: { type: webhook, secret: "${secret.siem}", format: alert }
  chat: { type: amazon-q }
  hub: { type: security-hub }
  bus: { type: event-bus, bus: default }
  night: { type: slack-webhook, secret: "${secret.night}" }
  mail: { type: email, addresses: [team@example.com] }
routes:
  - match: {}
    to: [ops, hook, teams, siem, chat, hub, bus]
  - match: {}
    to: [night, mail]
    daily: { at: "08:00", zone: Europe/Berlin }
`

export type ChannelCloud = {
  readonly cloud: TestCloud
  readonly slack: SlackServer
  readonly stop: () => Promise<void>
}

/** Starts it, with the real stack deployed. `behave` is what the server does with each request. */
export const startChannelCloud = async (behave: Parameters<typeof startSlack>[0]): Promise<ChannelCloud> => {
  let slack: SlackServer | undefined
  const { python } = theCloud()
  const file = path.join(ROOT, '.local', `policy-${process.pid}.yaml`)
  const started: Cloud = await startCloud({
    python,
    email: 'user@example.com',
    policy: async (clients, tls) => {
      slack = await startSlack({ ...behave, tls })
      const { origin } = slack
      writeFileSync(file, policyWith(await secrets(clients, origin), origin))
      return file
    },
    say: () => {},
  })
  rmSync(file)
  const server = slack
  if (server === undefined) throw new Error('the server was not started')
  const stop = async (): Promise<void> => {
    await started.stop()
    await server.close()
  }
  return { cloud: { ...started, python, calls: () => createCalls(started.folder) }, slack: server, stop }
}

/** A queue that others may write to, and what takes all out of it. */
const anyQueue = async ({ clients: { sqs } }: TestCloud, QueueName: string) => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }],
  })
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }))
  return { arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`, take: () => takeAll(sqs, QueueUrl ?? '') }
}

type Sqs = Clients['sqs']
type Message = { readonly body: string; readonly reason: string | undefined }

/** All that lies in a queue now. */
export const takeAll = async (sqs: Sqs, QueueUrl: string): Promise<readonly Message[]> => {
  const taken: Message[] = []
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    )
    if (Messages.length === 0) return taken
    for (const { Body = '', ReceiptHandle, MessageAttributes } of Messages) {
      taken.push({ body: Body, reason: MessageAttributes?.['reason']?.StringValue })
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  }
}

/** What programs on the bus would get. */
export const listenToBus = async (cloud: TestCloud) => {
  const { events } = cloud.clients
  const bus = await anyQueue(cloud, 'bus-listener')
  await events.send(new PutRuleCommand({ Name: 'listener', EventPattern: JSON.stringify({ source: ['virtguard'] }) }))
  await events.send(new PutTargetsCommand({ Rule: 'listener', Targets: [{ Id: 'queue', Arn: bus.arn }] }))
  return bus.take
}

/** What chat applications and programs on the bus would get. */
export const listeners = async (cloud: TestCloud) => {
  const chat = await anyQueue(cloud, 'chat-listener')
  const TopicArn = cloud.stack.outputs['ChatAlertsTopicArn'] ?? ''
  await cloud.clients.sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: chat.arn,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  )
  return { chat: chat.take, bus: await listenToBus(cloud) }
}

/** Whether a request is of the app, and not of a webhook. */
export const isOfApp = ({ path: where }: Pick<Request, 'path'>): boolean => where.startsWith('/api/')
