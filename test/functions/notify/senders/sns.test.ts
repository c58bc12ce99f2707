import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { countSubscribers, createSnsSender, listMailboxes } from '../../../../functions/notify/senders/sns.ts'
import { AMAZON_Q, createEmailRenderer } from '../../../../functions/notify/senders/sns-renderer.ts'
import { finding, outcome, seconds } from '../world.ts'
import { AT, alertJob, named, REGION, thrown } from './jobs.ts'

describe('an SNS topic', () => {
  const client = new SNSClient(REGION)
  const mock = mockClient(client)
  const arn = 'arn:aws:sns:us-east-1:123456789012:chat'
  const published = (call = 0) => mock.commandCalls(PublishCommand)[call]?.args[0].input
  beforeEach(() => {
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
    mock.on(PublishCommand).resolves({ MessageId: 'm-1' })
  })

  const chat = createSnsSender({ client, arn, renderer: AMAZON_Q, audience: countSubscribers(client, arn) })
  const addresses = ['ops@example.com', 'user@example.com']
  const mail = createSnsSender({
    client,
    arn,
    renderer: createEmailRenderer('mail'),
    audience: listMailboxes(client, arn, addresses),
  })

  test('sends notifications to Amazon Q', async () => {
    expect(await chat(alertJob())).toEqual({ kind: 'sent', says: 'SNS accepted it as message m-1' })
    expect(published()?.TopicArn).toBe(arn)
    expect(JSON.parse(published()?.Message ?? '')).toMatchObject({ version: '1.0', source: 'custom' })
  })

  test('sends outcomes of stops, too', async () => {
    for (const send of [chat, mail]) {
      await send(alertJob(outcome(1, seconds(900))))
      expect(mock.commandCalls(PublishCommand).at(-1)?.args[0].input).toMatchObject({ Message: expect.any(String) })
    }
  })

  test('has taken everything even if it returns no id', async () => {
    mock.on(PublishCommand).resolves({})
    expect(await chat(alertJob())).toEqual({ kind: 'sent', says: 'SNS accepted it as message without an id' })
  })

  test('sends emails to the addresses of one channel, and to nobody else', async () => {
    await mail({ kind: 'digest', alerts: [finding(1), finding(2)] })
    await mail(alertJob())
    for (const call of [0, 1]) {
      expect(published(call)?.MessageAttributes).toEqual({
        channels: { DataType: 'String.Array', StringValue: '["mail"]' },
      })
      expect(published(call)?.Subject?.length).toBeLessThan(100)
      expect(published(call)).not.toHaveProperty('MessageStructure')
    }
  })

  test('says in a test who is subscribed', async () => {
    mock
      .on(GetTopicAttributesCommand, { TopicArn: arn })
      .resolves({ Attributes: { SubscriptionsConfirmed: '2', SubscriptionsPending: '1' } })
    mock
      .on(ListSubscriptionsByTopicCommand, { TopicArn: arn })
      .resolves({
        Subscriptions: [{ Protocol: 'email', Endpoint: 'ops@example.com', SubscriptionArn: 'PendingConfirmation' }],
        NextToken: 'n',
      })
      .on(ListSubscriptionsByTopicCommand, { TopicArn: arn, NextToken: 'n' })
      .resolves({ Subscriptions: [{ Protocol: 'email', Endpoint: 'user@example.com', SubscriptionArn: `${arn}:1` }] })
    expect(await chat({ kind: 'test', at: AT })).toMatchObject({
      says: 'SNS accepted it as message m-1, for 2 confirmed subscriptions (1 not confirmed)',
    })
    expect(await mail({ kind: 'test', at: AT })).toMatchObject({
      says: 'SNS accepted it as message m-1, for 1 of 2 addresses that have confirmed their subscription',
    })
  })

  test('counts in a test the mailboxes of the channel that have confirmed, and no other subscriptions', async () => {
    const Subscriptions = [
      { Protocol: 'email', Endpoint: 'ops@example.com', SubscriptionArn: `${arn}:1` },
      { Protocol: 'email-json', Endpoint: 'user@example.com', SubscriptionArn: `${arn}:2` },
      { Protocol: 'email', Endpoint: 'user@example.com' },
      { Protocol: 'email', Endpoint: 'other@example.com', SubscriptionArn: `${arn}:3` },
    ]
    const pages = [{ Subscriptions, NextToken: 'n' }, { NextToken: '' }]
    mock.on(ListSubscriptionsByTopicCommand).callsFake(() => pages.shift() ?? { Subscriptions: [{}, {}] })
    expect(await mail({ kind: 'test', at: AT })).toMatchObject({
      says: expect.stringContaining('for 1 of 2 addresses'),
    })
    expect(mock.commandCalls(ListSubscriptionsByTopicCommand).map(({ args }) => args[0].input)).toStrictEqual([
      { TopicArn: arn },
      { TopicArn: arn, NextToken: 'n' },
    ])
  })

  test('has no readers if it returns no subscriptions', async () => {
    mock.on(GetTopicAttributesCommand).resolves({})
    expect(await chat({ kind: 'test', at: AT })).toMatchObject({
      says: expect.stringContaining('0 confirmed subscriptions (0 not confirmed)'),
    })
  })

  test('has taken a test if its readers cannot be counted', async () => {
    expect(await chat({ kind: 'test', at: AT })).toEqual({
      kind: 'sent',
      says: 'SNS accepted it as message m-1, for subscribers that could not be counted',
    })
  })

  test.each([
    ['ThrottledException', 'later'],
    ['AuthorizationErrorException', 'refused'],
    ['NotFoundException', 'refused'],
    ['InvalidParameterException', 'refused'],
  ])('answers %s, which means %s', async (name, kind) => {
    mock.on(PublishCommand).rejects(named(name))
    expect(await chat(alertJob())).toMatchObject({ kind })
  })

  test('answers InternalErrorException, which is thrown', async () => {
    mock.on(PublishCommand).rejects(named('InternalErrorException'))
    expect(await thrown(chat)).toMatchObject({ name: 'InternalErrorException' })
  })
})
