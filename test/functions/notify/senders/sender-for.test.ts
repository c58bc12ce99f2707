import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub'
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createSender } from '../../../../functions/notify/senders/sender-for.ts'
import type { Sender } from '../../../../shared/channels/sending.ts'
import { createInstanceResource } from '../../../../shared/facts/resource.ts'
import type { Channel } from '../../../../shared/policy/policy.ts'
import { aFinding, anAlert, PLACE } from '../../../support/findings.ts'
import { type SlackServer, startSlack } from '../../../support/slack-server.ts'
import { finding, START } from '../world.ts'

process.env['AWS_REGION'] = 'us-east-1'
process.env['CHAT_TOPIC_ARN'] = 'arn:aws:sns:us-east-1:123456789012:chat'
process.env['ALERTS_TOPIC_ARN'] = 'arn:aws:sns:us-east-1:123456789012:alerts'

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:channel'
const SIGNED = JSON.stringify({ url: 'https://hooks.example.com/hook', key: 'k' })
const secrets = mockClient(SecretsManagerClient)
const sns = mockClient(SNSClient)
const bus = mockClient(EventBridgeClient)
const hub = mockClient(SecurityHubClient)

let server: SlackServer
const regionsAsked: string[] = []
let read: object[] = []
beforeEach(async () => {
  server = await startSlack({ behave: () => ({ kind: 'ok' }) })
  secrets.reset()
  sns.reset()
  bus.reset()
  hub.reset()
  regionsAsked.length = 0
  read = []
})
afterEach(() => {
  jest.restoreAllMocks()
  return server.close()
})

/** Servers that are reached by https only answer so; and what they were asked. */
const answeringWith = (status: number) => {
  const asked: RequestInit[] = []
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (_, init = {}) => {
    asked.push(init)
    return new Response('ok', { status })
  })
  return asked
}

/** The secret of the channel, as the client of its region reads it. */
const keep = (SecretString: string): void => {
  secrets.on(GetSecretValueCommand).callsFake(async (_, getClient) => {
    regionsAsked.push(await getClient().config.region())
    return { SecretString }
  })
}

const CONTEXT = {
  now: () => START,
  accountId: PLACE.accountId,
  region: PLACE.region,
  rowsAt: async (places: readonly object[]) => {
    read = [...places]
    return []
  },
}
const made = (channel: Channel): Promise<Sender> => createSender('ops', channel, CONTEXT)
const TEST = { kind: 'test', at: START.toISOString() } as const
const ALERT = { kind: 'alert', alert: finding(1) } as const
/** An alert that leaves out some of its findings. */
const SHORTENED = { kind: 'alert', alert: { ...finding(1), omitted: 1 } } as const

describe('the sender of a channel', () => {
  test('for a Slack app uses the token in its secret, read in the region of the secret before it is needed', async () => {
    keep('xoxb-0000-secret')
    const send = await made({ type: 'slack', channel: 'C0123ABCD', secret: SECRET, api: `${server.origin}/api/` })
    expect(regionsAsked).toEqual(['eu-west-1'])
    expect(secrets.commandCalls(GetSecretValueCommand)[0]?.args[0].input).toEqual({ SecretId: SECRET })
    expect(await send(ALERT)).toMatchObject({ kind: 'sent', ref: expect.any(String) })
    expect(server.taken[0]?.body).toMatchObject({ channel: 'C0123ABCD' })
    expect(secrets.calls()).toHaveLength(1)
  })

  test.each([
    ['slack-webhook', /incoming webhook in Slack/],
    ['teams', /workflow in Teams/],
  ] as const)(
    'for a webhook of type %s uses its URL, and says what to do if that was deleted',
    async (type, whatToDo) => {
      keep('https://hooks.example.com/services/T0/B0/x')
      const send = await made({ type, secret: SECRET })
      expect(answeringWith(200)).toEqual([])
      expect(await send(ALERT)).toMatchObject({ kind: 'sent' })
      answeringWith(404)
      expect(await send(ALERT)).toMatchObject({ kind: 'refused', whatToDo: expect.stringMatching(whatToDo) })
    },
  )

  test.each(['alert', 'ocsf'] as const)(
    'for a signed webhook of format %s dates the signature by now',
    async format => {
      keep(SIGNED)
      const asked = answeringWith(200)
      const send = await made({ type: 'webhook', secret: SECRET, format })
      expect(await send(ALERT)).toMatchObject({ kind: 'sent' })
      expect(asked[0]?.headers).toMatchObject({
        'x-virtguard-timestamp': String(START.getTime() / 1000),
        'x-virtguard-signature': expect.stringMatching(/^v1=/),
      })
      expect(Array.isArray(JSON.parse(String(asked[0]?.body)))).toBe(format === 'ocsf')
    },
  )

  test.each([
    ['alert', 0],
    ['ocsf', 1],
  ] as const)('sends every finding if the format %s cannot say that some are left out', async (format, reads) => {
    keep(SIGNED)
    answeringWith(200)
    const send = await made({ type: 'webhook', secret: SECRET, format })
    const alerted = [{ rules: [aFinding().rule, 'xen-hypervisor'], resources: [aFinding().resource.id] }]
    await send({ ...SHORTENED, alert: { ...SHORTENED.alert, told: alerted } })
    expect(read.length > 0).toBe(reads > 0)
  })

  test('for a chat application publishes to its topic, whose subscriptions a test counts', async () => {
    sns.on(PublishCommand).resolves({ MessageId: 'm-1' })
    sns.on(GetTopicAttributesCommand).resolves({ Attributes: { SubscriptionsConfirmed: '2' } })
    const send = await made({ type: 'amazon-q' })
    expect(await send(TEST)).toMatchObject({
      says: 'SNS accepted it as message m-1, for 2 confirmed subscriptions (0 not confirmed)',
    })
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toMatchObject({
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:chat',
    })
  })

  test('for email publishes to the topic of the alerts, for its addresses that have confirmed', async () => {
    sns.on(PublishCommand).resolves({ MessageId: 'm-1' })
    const Subscriptions = [{ Protocol: 'email', Endpoint: 'user@example.com', SubscriptionArn: 'arn:aws:sns:x' }]
    sns.on(ListSubscriptionsByTopicCommand).resolves({ Subscriptions })
    const send = await made({ type: 'email', addresses: ['user@example.com', 'ops@example.com'] })
    expect(await send(TEST)).toMatchObject({ says: expect.stringContaining('for 1 of 2 addresses') })
    const [publish] = sns.commandCalls(PublishCommand)
    expect(publish?.args[0].input.TopicArn).toBe('arn:aws:sns:us-east-1:123456789012:alerts')
    expect(JSON.stringify(publish?.args[0].input.MessageAttributes)).toContain('ops')
  })

  test('for Security Hub imports into the account, in the region of each finding', async () => {
    const regions: string[] = []
    hub.on(BatchImportFindingsCommand).callsFake(async (_, getClient) => {
      regions.push(await getClient().config.region())
      return { SuccessCount: 1, FailedCount: 0, FailedFindings: [] }
    })
    const send = await made({ type: 'security-hub' })
    const elsewhere = { ...PLACE, region: 'eu-west-1' }
    const resource = createInstanceResource(elsewhere, 'i-0123456789abcdef0')
    expect(await send(ALERT)).toMatchObject({ kind: 'sent' })
    expect(await send({ kind: 'alert', alert: anAlert([aFinding({ resource })], elsewhere) })).toMatchObject({
      kind: 'sent',
    })
    expect(await send(TEST)).toMatchObject({ kind: 'sent' })
    expect(regions).toEqual(['us-east-1', 'eu-west-1', 'us-east-1'])
    // One client for each region, however many messages.
    expect(new Set(hub.send.thisValues).size).toBe(2)
  })

  test('for an event bus puts an event for each finding', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] })
    const send = await made({ type: 'event-bus', bus: 'findings' })
    expect(await send(ALERT)).toEqual({ kind: 'sent', says: 'findings accepted 1 events' })
    expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toMatchObject([{ EventBusName: 'findings' }])
  })
})

test.each<[string, () => Promise<unknown>, () => { config: { maxAttempts: unknown } } | undefined]>([
  ['Secrets Manager', () => made({ type: 'teams', secret: SECRET }), () => secrets.send.thisValues[0]],
  ['SNS', async () => (await made({ type: 'amazon-q' }))(ALERT), () => sns.send.thisValues[0]],
  ['Security Hub', async () => (await made({ type: 'security-hub' }))(ALERT), () => hub.send.thisValues[0]],
  ['EventBridge', async () => (await made({ type: 'event-bus', bus: 'b' }))(ALERT), () => bus.send.thisValues[0]],
])('the call %s is tried three times, so that two brief failures defer nothing', async (_, call, client) => {
  keep('https://hooks.example.com/services/T0/B0/x')
  sns.on(PublishCommand).resolves({})
  hub.on(BatchImportFindingsCommand).resolves({ SuccessCount: 1, FailedCount: 0 })
  bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: 'e' }] })
  await call()
  const { maxAttempts } = client()?.config ?? {}
  expect(typeof maxAttempts === 'function' && (await maxAttempts())).toBe(3)
})

test('a secret that cannot be read does not stop the function from starting, and is reported when something is to be sent', async () => {
  secrets.on(GetSecretValueCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))
  const send = await made({ type: 'teams', secret: SECRET })
  await expect(send(ALERT)).rejects.toThrow()
})
