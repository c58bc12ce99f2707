import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { App } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { EVENT_KINDS } from '../../shared/facts/event.ts'
import { eventPattern } from '../../shared/facts/event-patterns.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { deployedGrants, idIn } from './grants.ts'
import { anApp, aTemplate, resourceNamed, resourcesOf } from './stack.ts'

const template = aTemplate()

/** The default policy with only these rules on. */
const only = (...ids: readonly string[]): Policy => ({
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(
    Object.entries(DEFAULT_POLICY.rules).map(([id, rule]) => [id, ids.includes(id) ? rule : { ...rule, mode: 'off' }]),
  ),
})

describe('what a policy asks for is what is deployed', () => {
  const rulesOf = (policy: Policy) => Object.values(resourcesOf(aTemplate({ policy }), 'AWS::Events::Rule'))

  test('every rule on: a subscription of each kind, on the default bus, into the queue', () => {
    const rules = rulesOf(DEFAULT_POLICY)
    const patterns = rules.map(({ Properties }) => Properties['EventPattern'])
    expect(patterns).toHaveLength(EVENT_KINDS.length)
    for (const kind of EVENT_KINDS) expect(patterns).toContainEqual(eventPattern(kind))
    for (const { Properties } of rules) {
      expect(Properties['EventBusName']).toBeUndefined()
      expect(Properties['State']).toBe('ENABLED')
      const targets = JSON.stringify(Properties['Targets'])
      expect(targets).toMatch(/"Arn":\{"Fn::GetAtt":\["Launches/)
      expect(targets).toMatch(/"DeadLetterConfig":\{"Arn":\{"Fn::GetAtt":\["UndeliveredEvents/)
    }
  })

  test.each(RULES)('only $id on: the events and the reads that it declares', ({ id, events, reads }) => {
    const policy = only(id)
    const patterns = rulesOf(policy).map(({ Properties }) => Properties['EventPattern'])
    expect(patterns).toHaveLength(events.length)
    for (const kind of events) expect(patterns).toContainEqual(eventPattern(kind))
    const ec2 = deployedGrants(aTemplate({ policy })).filter(({ on }) => on === '*')
    expect(ec2.map(({ action }) => action).sort()).toEqual([...reads].sort())
  })

  test('every rule off: nothing, with a warning', () => {
    const app = anApp({ policy: only() })
    expect(warningsOf(app)).toEqual([expect.stringContaining('nothing is watched')])
    expect(rulesOf(only())).toEqual([])
    expect(warningsOf(anApp())).toEqual([])
  })

  const warningsOf = (app: App): readonly string[] =>
    app
      .synth()
      .getStackByName('Virtguard')
      .messages.filter(({ level }) => level === 'warning')
      .map(({ entry }) => String(entry.data))
})

describe('the stack', () => {
  test('has no custom resource', () => {
    const types = Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(r => r.Type)
    expect(types.filter(type => /^Custom::|CloudFormation::/.test(type))).toEqual([])
    expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))).toHaveLength(2)
  })

  test('passes cdk-nag, which nothing acknowledges without a reason', () => {
    const app = anApp({ emails: ['user@example.com'] })
    const checks = new AwsSolutionsChecks(app)
    expect(checks.validateScope(app)).toMatchObject({ success: true, violations: [] })
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules'))
      .map(({ data }) => data)
    expect(JSON.stringify(acknowledged).length).toBeGreaterThan(100)
  })

  test('runs its functions on Node 24 on arm64, a failed message alone being tried again', () => {
    for (const name of ['Evaluate', 'Confirm']) {
      expect(resourceNamed(template, 'AWS::Lambda::Function', name).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: 30,
      })
    }
    const sources = Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping'))
    expect(sources).toHaveLength(2)
    for (const { Properties } of sources)
      expect(Properties).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] })
  })

  test('keeps every queue encrypted, over TLS only, and for 14 days; a message is parked after five tries', () => {
    const queues = Object.entries(resourcesOf(template, 'AWS::SQS::Queue'))
    expect(queues).toHaveLength(6)
    for (const [, { Properties }] of queues)
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 })
    const work = queues.filter(([, { Properties }]) => Properties['RedrivePolicy'] !== undefined)
    expect(work.map(([id]) => id.slice(0, -8)).sort()).toEqual(['Alerted', 'Launches'])
    for (const [, { Properties }] of work)
      expect(Properties).toMatchObject({ VisibilityTimeout: 180, RedrivePolicy: { maxReceiveCount: 5 } })
    const policies = JSON.stringify(resourcesOf(template, 'AWS::SQS::QueuePolicy'))
    expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(6)
  })

  test('keeps the ledger when it goes, and can restore it', () => {
    expect(resourceNamed(template, 'AWS::DynamoDB::Table', 'Ledger')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    })
  })

  test('encrypts its topics with a key that rotates', () => {
    expect(Object.values(resourcesOf(template, 'AWS::KMS::Key'))[0]?.Properties).toMatchObject({
      EnableKeyRotation: true,
    })
    const topics = Object.values(resourcesOf(template, 'AWS::SNS::Topic'))
    expect(topics).toHaveLength(2)
    for (const { Properties } of topics) expect(Properties['KmsMasterKeyId']).toBeDefined()
  })

  test('tells each address of alerts and of alarms, and delivers every alert to the Alerted queue as it is', () => {
    const subscriptions = (emails: readonly string[]) =>
      Object.values(resourcesOf(aTemplate({ emails }), 'AWS::SNS::Subscription')).map(({ Properties }) => Properties)
    expect(subscriptions([])).toEqual([
      expect.objectContaining({ Protocol: 'sqs', RawMessageDelivery: true, RedrivePolicy: expect.anything() }),
    ])
    const mails = subscriptions(['user@example.com', 'other@example.com']).filter(s => s['Protocol'] === 'email')
    expect(mails.map(({ Endpoint, TopicArn }) => `${Endpoint} ${idIn(TopicArn)}`).sort()).toEqual([
      'other@example.com Alerts',
      'other@example.com Operations',
      'user@example.com Alerts',
      'user@example.com Operations',
    ])
  })
})

describe('the alarms', () => {
  const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties)

  test('watch each dead-letter queue', () => {
    const watched = alarms
      .filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(alarm => idIn(alarm['Dimensions']))
    const all = Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).map(id => id.slice(0, -8))
    expect(watched.sort()).toEqual(all.filter(id => !['Launches', 'Alerted'].includes(id)).sort())
  })

  test('say what to do, on a page that exists, and tell Operations', () => {
    expect(alarms.length).toBeGreaterThan(8)
    for (const alarm of alarms) {
      const page = /See (docs\/runbooks\/[\w-]+\.md)$/.exec(String(alarm['AlarmDescription']))?.[1]
      expect(existsSync(join(__dirname, '../..', page ?? 'none'))).toBe(true)
      expect((alarm['AlarmActions'] as unknown[]).map(idIn)).toEqual(['Operations'])
      expect(alarm['TreatMissingData']).toBe('notBreaching')
      expect(alarm['Metrics']).toBeUndefined()
    }
  })
})
