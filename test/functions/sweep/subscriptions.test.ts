import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { checkSubscriptions } from '../../../functions/sweep/check-subscriptions.ts'
import { listSubscriptions } from '../../../shared/aws/subscriptions.ts'
import { toQueueArn } from '../../../shared/channels/left-behind.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import type { Subscription } from '../../../shared/routing/readers.ts'
import { aSweepWorld } from './world.ts'

const OBSERVING = parsePolicy('version: 1\nrules:\n  paravirtual-instance: { mode: observe }', 'policy.yaml')
const ENFORCING = parsePolicy('version: 1\nrules:\n  paravirtual-instance: { mode: enforce }', 'policy.yaml')

const QUEUES = ['arn:aws:sqs:us-east-1:123456789012:Alerted', 'arn:aws:sqs:us-east-1:123456789012:Ops']
const OWN = QUEUES.map(endpoint => ({ endpoint, confirmed: true }))
const READER = { endpoint: 'user@example.com', confirmed: true }
const NOT_CONFIRMED = { endpoint: 'user@example.com', confirmed: false }

type Stack = {
  readonly policy?: typeof ENFORCING
  readonly canStop?: boolean
  readonly found: readonly Subscription[] | Error
}

const checking = async ({ policy = ENFORCING, canStop = true, found }: Stack) => {
  const counted: string[] = []
  const logged: string[] = []
  const list = async () => {
    if (found instanceof Error) throw found
    return found
  }
  await checkSubscriptions({
    policy,
    canStop: () => canStop,
    listens: { region: 'us-east-1', ways: [] },
    subscriptions: { own: QUEUES, list },
    log: (level, message, context) => logged.push(`${level}: ${message} ${JSON.stringify(context)}`),
    count: (metric, count) => counted.push(`${metric} ${count}`),
  })
  return { counted, logged }
}

describe('a sweep that looks at the subscriptions to the topic of alerts', () => {
  test('says that stops are announced to nobody, when everybody has unsubscribed or nobody has confirmed', async () => {
    for (const found of [OWN, [...OWN, NOT_CONFIRMED]]) {
      const { counted, logged } = await checking({ found })
      expect(counted).toEqual(['SubscriptionsMissing 1'])
      expect(logged).toEqual([expect.stringContaining('error: nobody gets the alerts of rules on enforce')])
      expect(logged[0]).toContain(`{"rules":["paravirtual-instance"],"pending":${found.length - 2}}`)
    }
  })

  test('counts 0 when somebody has confirmed, so that the alarm ends', async () => {
    expect(await checking({ found: [...OWN, READER] })).toEqual({ counted: ['SubscriptionsMissing 0'], logged: [] })
  })

  test.each([
    ['no rule enforces', { policy: OBSERVING }],
    ['nothing in the stack can stop', { canStop: false }],
  ])('asks for no reader if %s', async (_, stack) => {
    expect((await checking({ ...stack, found: OWN })).counted).toEqual(['SubscriptionsMissing 0'])
  })

  test('says that a queue of the stack was unsubscribed, whatever the policy and whoever else is there', async () => {
    const { counted, logged } = await checking({ policy: OBSERVING, found: [...OWN.slice(1), READER, NOT_CONFIRMED] })
    expect(counted).toEqual(['SubscriptionsMissing 1'])
    expect(logged).toEqual([expect.stringContaining('not subscribed to the topic of alerts {"queues":["arn:aws:sqs')])
    expect(logged[0]).toContain('Alerted')
    expect(logged[0]).not.toContain('Ops')
  })

  test('does not take what it could not read for subscribed', async () => {
    const { counted, logged } = await checking({ found: new Error('AuthorizationError') })
    expect(counted).toEqual(['SubscriptionsMissing 1'])
    expect(logged).toEqual([expect.stringContaining('could not be read: Error: AuthorizationError')])
  })

  test('does so when it starts, and not after a launch', async () => {
    const sweeping = aSweepWorld({ machines: [], policy: ENFORCING })
    const looked = () => sweeping.counted.filter(line => line.startsWith('SubscriptionsMissing'))
    sweeping.start({ launchedUntil: '2026-11-24T07:00:00.000Z' })
    await sweeping.run()
    expect(looked()).toEqual([])
    sweeping.start()
    await sweeping.run()
    expect(looked()).toHaveLength(1)
  })
})

describe('the subscriptions to a topic', () => {
  const client = new SNSClient({ region: 'us-east-1' })
  const mock = mockClient(client)
  const arn = 'arn:aws:sns:us-east-1:123456789012:Alerts'
  beforeEach(() => {
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
  })

  test('are listed page by page, those that are not confirmed or deleted as such', async () => {
    mock
      .on(ListSubscriptionsByTopicCommand, { TopicArn: arn })
      .resolves({ Subscriptions: [{ Endpoint: 'user@example.com', SubscriptionArn: `${arn}:1` }], NextToken: 'n' })
      .on(ListSubscriptionsByTopicCommand, { TopicArn: arn, NextToken: 'n' })
      .resolves({
        Subscriptions: [
          { Endpoint: 'ops@example.com', SubscriptionArn: 'PendingConfirmation' },
          { Endpoint: 'old@example.com', SubscriptionArn: 'Deleted' },
          {},
        ],
        NextToken: '',
      })
    expect(await listSubscriptions({ client, arn })).toEqual([
      { endpoint: 'user@example.com', confirmed: true },
      { endpoint: 'ops@example.com', confirmed: false },
      { endpoint: 'old@example.com', confirmed: false },
      { endpoint: '', confirmed: false },
    ])
  })

  test('of a topic without any are none', async () => {
    mock.on(ListSubscriptionsByTopicCommand).resolves({})
    expect(await listSubscriptions({ client, arn })).toEqual([])
  })

  test('are not read without end: more than 5,000 are an error, so that a sweep goes on with its work', async () => {
    const Subscriptions = Array.from({ length: 100 }, () => ({ Endpoint: 'user@example.com' }))
    mock.on(ListSubscriptionsByTopicCommand).resolves({ Subscriptions, NextToken: 'n' })
    await expect(listSubscriptions({ client, arn })).rejects.toThrow('the topic has more than 5000 subscriptions')
    expect(mock.commandCalls(ListSubscriptionsByTopicCommand)).toHaveLength(50)
  })

  test('name a queue by its ARN, in the partition of the topic', () => {
    const url = 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/Virtguard-Ops'
    expect(toQueueArn(url, 'arn:aws-cn:sns:cn-north-1:123456789012:Alerts')).toBe(
      'arn:aws-cn:sqs:cn-north-1:123456789012:Virtguard-Ops',
    )
  })
})
