import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub'
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createEventBusSender } from '../../../../functions/notify/senders/event-bus.ts'
import { EVENTS } from '../../../../functions/notify/senders/machine-renderer.ts'
import { createSecurityHubSender } from '../../../../functions/notify/senders/security-hub.ts'
import { countSubscribers, createSnsSender, listMailboxes } from '../../../../functions/notify/senders/sns.ts'
import { AMAZON_Q, createEmailRenderer } from '../../../../functions/notify/senders/sns-renderer.ts'
import type { Job, Sender } from '../../../../shared/channels/sending.ts'
import { createInstanceResource } from '../../../../shared/facts/resource.ts'
import { buildAsffTest } from '../../../../shared/formats/asff-test.ts'
import { aFinding, anAlert, instanceIds, PLACE } from '../../../support/findings.ts'
import { finding, outcome, seconds } from '../world.ts'

const named = (name: string, message = 'no') => Object.assign(new Error(message), { name })

const REGION = { region: 'us-east-1' }
const AT = '2026-11-24T08:00:00.000Z'
const alertJob = (alert = finding(1)): Job => ({ kind: 'alert', alert })
const ofMany = (count: number): Job => alertJob(anAlert(instanceIds(count).map(on => aFinding({ on }))))

const thrown = (sender: Sender, job: Job = alertJob()): Promise<unknown> => sender(job).catch((error: unknown) => error)

const BUSY = ['ThrottlingException', 'TooManyRequestsException', 'LimitExceededException']
const PASSING = ['InternalException', 'InternalFailure', 'ServiceUnavailable', 'TimeoutError']

describe('Security Hub', () => {
  const client = new SecurityHubClient(REGION)
  const mock = mockClient(client)
  const regions: string[] = []
  const clientFor = (region: string): SecurityHubClient => {
    regions.push(region)
    return client
  }
  const sender = createSecurityHubSender({
    clientFor,
    accountId: PLACE.accountId,
    test: at => buildAsffTest(PLACE, at),
  })
  const sent = (call = 0) => mock.commandCalls(BatchImportFindingsCommand)[call]?.args[0].input.Findings ?? []
  beforeEach(() => {
    regions.length = 0
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
    mock
      .on(BatchImportFindingsCommand)
      .callsFake(({ Findings }) => ({ SuccessCount: Findings.length, FailedCount: 0, FailedFindings: [] }))
  })

  test('is sent a finding unchanged, dated by its alert', async () => {
    expect(await sender(alertJob())).toEqual({ kind: 'sent', says: 'Security Hub accepted 1' })
    expect(sent()).toMatchObject([{ RecordState: 'ACTIVE', UpdatedAt: AT, Compliance: { Status: 'FAILED' } }])
  })

  test('is sent that a finding is over when it is stopped or resolved, under the same id', async () => {
    await sender(alertJob())
    await sender(alertJob(outcome(1, seconds(900))))
    await sender(alertJob(outcome(1, seconds(900), { state: 'RESOLVED' })))
    await sender(alertJob(outcome(1, seconds(900), { state: 'FAILED' })))
    await sender(alertJob(outcome(1, seconds(900), { state: 'REFUSED' })))
    const states = [0, 1, 2, 3, 4].map(call => sent(call)[0]?.RecordState)
    expect(states).toEqual(['ACTIVE', 'ARCHIVED', 'ARCHIVED', 'ACTIVE', 'ACTIVE'])
    expect(new Set([0, 1, 2, 3, 4].map(call => sent(call)[0]?.Id)).size).toBe(1)
    expect(String(sent(1)[0]?.UpdatedAt) > String(sent(0)[0]?.UpdatedAt)).toBe(true)
  })

  test('is sent at most 100 at once', async () => {
    expect(await sender(ofMany(250))).toMatchObject({ says: 'Security Hub accepted 250' })
    expect([0, 1, 2].map(call => sent(call).length)).toEqual([100, 100, 50])
  })

  const of = (place: { accountId: string; region: string }) =>
    anAlert([aFinding({ resource: createInstanceResource(place, 'i-0123456789abcdef0') })], place)
  const inRegion = (region: string) => of({ ...PLACE, region })

  test('has taken all if it names no finding that it refused', async () => {
    mock.on(BatchImportFindingsCommand).resolves({ SuccessCount: 1, FailedCount: 0 })
    expect(await sender(alertJob())).toMatchObject({ kind: 'sent' })
  })

  test('is sent nothing if an alert has no findings, and that is no failure', async () => {
    expect(await sender({ kind: 'digest', alerts: [{ ...finding(1), findings: [] }] })).toEqual({
      kind: 'sent',
      says: 'Security Hub accepted 0',
    })
    expect(mock.calls()).toEqual([])
  })

  test('has not taken all if one region refuses, whatever the next one says', async () => {
    mock.on(BatchImportFindingsCommand).callsFake(({ Findings: [{ Region }] }) => {
      if (Region === 'us-east-1') throw named('InvalidAccessException')
      return { SuccessCount: 1, FailedCount: 0 }
    })
    const sent = await sender({ kind: 'digest', alerts: [finding(1), inRegion('eu-west-1')] })
    expect(sent).toMatchObject({ kind: 'refused', whatToDo: expect.stringContaining('us-east-1') })
  })

  test('is sent a finding in its own region, under the product of that region', async () => {
    expect(await sender({ kind: 'digest', alerts: [finding(1), inRegion('eu-west-1')] })).toMatchObject({
      kind: 'sent',
    })
    expect(regions).toEqual(['us-east-1', 'eu-west-1'])
    expect(sent(1).map(({ ProductArn, Region }) => [ProductArn, Region])).toEqual([
      ['arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default', 'eu-west-1'],
    ])
  })

  test('says what to deploy if findings of a region may not be sent', async () => {
    mock.on(BatchImportFindingsCommand).rejects(named('AccessDeniedException'))
    expect(await sender(alertJob(inRegion('eu-west-1')))).toMatchObject({
      kind: 'refused',
      whatToDo: expect.stringContaining('eu-west-1 among -c sweepRegions'),
    })
  })

  test('is sent no finding of another account, which is reported', async () => {
    expect(await sender(alertJob(of({ ...PLACE, accountId: '210987654321' })))).toMatchObject({
      kind: 'refused',
      why: 'Security Hub takes findings of 210987654321 from that account only',
    })
    expect(mock.calls()).toHaveLength(0)
  })

  test('is sent the findings of its account, and the others are named with a way to send theirs', async () => {
    const alerts = [finding(1), ...['210987654321', '321098765432'].map(accountId => of({ ...PLACE, accountId }))]
    expect(await sender({ kind: 'digest', alerts })).toEqual({
      kind: 'refused',
      why: 'Security Hub takes findings of 210987654321, 321098765432 from that account only',
      whatToDo: expect.stringMatching(/^Route alerts of other accounts to/),
    })
    expect(sent()).toHaveLength(1)
  })

  test('names three of many findings that it refuses', async () => {
    const FailedFindings = ['a', 'b', 'c', 'd'].map(Id => ({ Id, ErrorCode: 'InvalidInput', ErrorMessage: 'no' }))
    mock.on(BatchImportFindingsCommand).resolves({ SuccessCount: 0, FailedCount: 4, FailedFindings })
    expect(await sender(alertJob())).toMatchObject({
      why: 'Security Hub did not take 4: a: InvalidInput: no; b: InvalidInput: no; c: InvalidInput: no',
    })
  })

  test('is asked again for both if it refuses one for now, and another for good', async () => {
    const FailedFindings = ['InvalidInput', 'InternalFailure'].map(ErrorCode => ({
      Id: 'a/b',
      ErrorCode,
      ErrorMessage: 'no',
    }))
    mock.on(BatchImportFindingsCommand).resolves({ SuccessCount: 0, FailedCount: 2, FailedFindings })
    expect(await thrown(sender)).toBeInstanceOf(Error)
  })

  test('says which finding it refuses and why', async () => {
    mock.on(BatchImportFindingsCommand).resolves({
      SuccessCount: 1,
      FailedCount: 1,
      FailedFindings: [{ Id: 'a/b', ErrorCode: 'InvalidInput', ErrorMessage: 'Title too long' }],
    })
    expect(await sender(alertJob())).toEqual({
      kind: 'refused',
      why: 'Security Hub did not take 1: a/b: InvalidInput: Title too long',
    })
  })

  test('is asked again if it refuses one for now', async () => {
    mock.on(BatchImportFindingsCommand).resolves({
      SuccessCount: 0,
      FailedCount: 1,
      FailedFindings: [{ Id: 'a/b', ErrorCode: 'InternalFailure', ErrorMessage: 'later' }],
    })
    expect(String(await thrown(sender))).toContain('InternalFailure')
  })

  test('says so if it is not enabled', async () => {
    mock.on(BatchImportFindingsCommand).rejects(named('InvalidAccessException', 'not subscribed to Security Hub'))
    expect(await sender(alertJob())).toEqual({
      kind: 'refused',
      why: 'InvalidAccessException: not subscribed to Security Hub',
      whatToDo:
        'Enable Security Hub CSPM in this account in us-east-1; then move the messages back from the dead-letter queue.',
    })
  })

  test.each([
    ...BUSY.map(name => [name, 'later']),
    ['AccessDeniedException', 'refused'],
    ['InvalidInputException', 'refused'],
  ])('answers %s, which means %s', async (name, kind) => {
    mock.on(BatchImportFindingsCommand).rejects(named(name))
    expect(await sender(alertJob())).toMatchObject({ kind })
  })

  test.each(PASSING)('answers %s, which is thrown', async name => {
    mock.on(BatchImportFindingsCommand).rejects(named(name))
    expect(await thrown(sender)).toMatchObject({ name })
  })

  test('is tested with a document that is archived', async () => {
    expect(await sender({ kind: 'test', at: AT })).toMatchObject({ kind: 'sent' })
    expect(sent()).toMatchObject([JSON.parse(JSON.stringify({ ...buildAsffTest(PLACE, AT), RecordState: 'ARCHIVED' }))])
  })
})

describe('an event bus', () => {
  const client = new EventBridgeClient(REGION)
  const mock = mockClient(client)
  const sender = createEventBusSender({ client, bus: 'default', renderer: EVENTS })
  const calls = (): readonly PutEventsRequestEntry[][] =>
    mock.commandCalls(PutEventsCommand).map(call => call.args[0].input.Entries ?? [])
  const taking = ({ Entries }: { Entries: unknown[] }) => ({
    FailedEntryCount: 0,
    Entries: Entries.map((_, index) => ({ EventId: String(index) })),
  })
  beforeEach(() => {
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
    mock.on(PutEventsCommand).callsFake(taking)
  })

  test('is sent an event for each finding, ten at once', async () => {
    expect(await sender(ofMany(25))).toEqual({ kind: 'sent', says: 'default accepted 25 events' })
    expect(calls().map(({ length }) => length)).toEqual([10, 10, 5])
    expect(calls()[0]?.[0]).toMatchObject({
      Source: 'virtguard',
      DetailType: 'Finding Changed',
      EventBusName: 'default',
    })
  })

  test('is sent again the events that it did not take, and not the others', async () => {
    let count = 0
    mock.on(PutEventsCommand).callsFake(({ Entries }) => {
      count += 1
      return count > 1
        ? taking({ Entries })
        : {
            FailedEntryCount: 2,
            Entries: Entries.map((_: unknown, index: number) =>
              index < 2 ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' } : { EventId: 'e' },
            ),
          }
    })
    expect(await sender(ofMany(10))).toMatchObject({ kind: 'sent' })
    expect(calls().map(({ length }) => length)).toEqual([10, 2])
    expect(calls()[1]).toEqual(calls()[0]?.slice(0, 2))
  })

  test.each([
    ['InternalFailure', 'thrown'],
    ['NotAuthorizedForSourceException', 'refused'],
    ['MalformedDetail', 'refused'],
  ])('answers that it never takes one for %s: %s', async (ErrorCode, expected) => {
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'no' }] })
    const result = await thrown(sender)
    const why = `the event bus did not take 1: ${ErrorCode}: no`
    if (expected === 'thrown') expect(String(result)).toBe(`Error: ${why}`)
    else expect(result).toEqual({ kind: 'refused', why })
    expect(calls()).toHaveLength(3)
  })

  test('is asked again for both if it refuses one for now, and another for good', async () => {
    const Entries = ['MalformedDetail', 'InternalFailure'].map(ErrorCode => ({ ErrorCode, ErrorMessage: 'no' }))
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 2, Entries })
    expect(await thrown(sender, ofMany(2))).toBeInstanceOf(Error)
  })

  test.each([
    ['ThrottlingException', 'later'],
    ['AccessDeniedException', 'refused'],
    ['ResourceNotFoundException', 'refused'],
  ])('answers %s, which means %s', async (name, kind) => {
    mock.on(PutEventsCommand).rejects(named(name))
    expect(await sender(alertJob())).toMatchObject({ kind })
  })

  test('is tested with an event of another type', async () => {
    await sender({ kind: 'test', at: AT })
    expect(calls()[0]).toMatchObject([{ Source: 'virtguard', DetailType: 'Test' }])
  })
})

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
