import { describe, expect, test } from '@jest/globals'
import type { App } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { listEventKinds } from '../../infra/settings/derived.ts'
import { listSubscriptions } from '../../shared/facts/event-patterns.ts'
import { LEASE_SECONDS } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { deployedGrants, idIn } from './grants.ts'
import { anApp, aTemplate, ENFORCING, resourceNamed, resourcesOf } from './stack.ts'

const template = aTemplate()
const BOTH = [
  {
    policy: DEFAULT_POLICY,
    of: template,
    functions: { Evaluate: 30, Confirm: 60, Sweep: 300 },
    work: { Alerted: 90, Launches: 180, Sweeps: 1800 },
  },
  {
    policy: ENFORCING,
    of: aTemplate({ policy: ENFORCING }),
    functions: { Evaluate: 30, Confirm: 60, Sweep: 300, Enforce: 60 },
    work: { Alerted: 90, Launches: 180, Sweeps: 1800, Stops: 360 },
  },
]

/** The default policy with only these rules on, those of later presets too. */
const only = (...ids: readonly string[]): Policy => ({
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(
    Object.entries(DEFAULT_POLICY.rules).map(([id, rule]) => [
      id,
      { ...rule, mode: ids.includes(id) ? 'observe' : 'off' },
    ]),
  ),
})

describe('the deployed resources', () => {
  const rulesOf = (policy: Policy) => Object.values(resourcesOf(aTemplate({ policy }), 'AWS::Events::Rule'))

  test('include for every rule a subscription of each kind, on the default bus, into the queue', () => {
    const rules = rulesOf(DEFAULT_POLICY)
    const patterns = rules.map(({ Properties }) => Properties['EventPattern'])
    const subscribed = listSubscriptions(listEventKinds(DEFAULT_POLICY))
    expect(patterns).toHaveLength(subscribed.length)
    for (const { pattern } of subscribed) expect(patterns).toContainEqual(pattern)
    for (const { Properties } of rules) {
      expect(Properties['EventBusName']).toBeUndefined()
      expect(Properties['State']).toBe('ENABLED')
      const targets = JSON.stringify(Properties['Targets'])
      expect(targets).toMatch(/"Arn":\{"Fn::GetAtt":\["Launches/)
      expect(targets).toMatch(/"DeadLetterConfig":\{"Arn":\{"Fn::GetAtt":\["UndeliveredEvents/)
    }
  })

  test.each(RULES)('include for $id alone the events and the reads that it declares', ({ id, events, reads }) => {
    const policy = only(id)
    const patterns = rulesOf(policy).map(({ Properties }) => Properties['EventPattern'])
    const declared = listSubscriptions(events)
    expect(patterns).toHaveLength(declared.length)
    for (const { pattern } of declared) expect(patterns).toContainEqual(pattern)
    const ec2 = deployedGrants(aTemplate({ policy })).filter(({ on, function: fn }) => on === '*' && fn === 'Evaluate')
    expect(ec2.map(({ action }) => action).sort()).toEqual([...reads].sort())
  })

  test('include no subscription if every rule is off, with a warning', () => {
    const emails = ['user@example.com']
    const app = anApp({ policy: only(), emails })
    expect(warningsOf(app)).toEqual([expect.stringContaining('nothing is watched')])
    expect(rulesOf(only())).toEqual([])
    expect(warningsOf(anApp({ emails }))).toEqual([])
  })

  const warningsOf = (app: App): readonly string[] =>
    app
      .synth()
      .getStackByName('Virtguard')
      .messages.filter(({ level }) => level === 'warning')
      .map(({ entry }) => String(entry.data))
})

describe('the visibility timeout of a message', () => {
  const hidden = (name: string): number =>
    Number(resourceNamed(template, 'AWS::SQS::Queue', name).Properties['VisibilityTimeout'])
  const lasts = (name: string): number =>
    Number(resourceNamed(template, 'AWS::Lambda::Function', name).Properties['Timeout'])

  test('brings an alert that could not be confirmed back before its lease is over', () => {
    expect(lasts('Evaluate') + hidden('Alerted')).toBeLessThan(LEASE_SECONDS)
    expect(hidden('Alerted')).toBeGreaterThan(lasts('Confirm'))
  })

  test('brings a launch back when the lease of a function that died is over', () => {
    expect(hidden('Launches') - lasts('Evaluate')).toBeGreaterThanOrEqual(LEASE_SECONDS)
  })
})

describe('the stack', () => {
  test.each(BOTH)('has no custom resource', ({ of, functions }) => {
    const types = Object.values(of.toJSON()['Resources'] as Record<string, { Type: string }>).map(r => r.Type)
    expect(types.filter(type => /^Custom::|CloudFormation::/.test(type))).toEqual([])
    expect(Object.keys(resourcesOf(of, 'AWS::Lambda::Function'))).toHaveLength(Object.keys(functions).length)
  })

  test.each(BOTH)('passes cdk-nag, which nothing acknowledges without a reason', ({ policy }) => {
    const app = anApp({ policy, emails: ['user@example.com'] })
    const checks = new AwsSolutionsChecks(app)
    expect(checks.validateScope(app)).toMatchObject({ success: true, violations: [] })
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules'))
      .map(({ data }) => data)
    expect(JSON.stringify(acknowledged).length).toBeGreaterThan(100)
  })

  test.each(BOTH)('runs its functions on Node 24 on arm64, and tries a failed message again alone', one => {
    for (const [name, Timeout] of Object.entries(one.functions)) {
      expect(resourceNamed(one.of, 'AWS::Lambda::Function', name).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: name === 'Sweep' ? 1769 : 512,
        Timeout,
      })
    }
    const sources = Object.values(resourcesOf(one.of, 'AWS::Lambda::EventSourceMapping'))
    expect(sources).toHaveLength(Object.keys(one.functions).length)
    for (const { Properties } of sources)
      expect(Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] })
  })

  test.each(BOTH)(
    'keeps every queue encrypted, over TLS only, for 14 days, and dead-letters what has waited for a day',
    one => {
      const queues = Object.entries(resourcesOf(one.of, 'AWS::SQS::Queue'))
      for (const [, { Properties }] of queues)
        expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 })
      const work = queues.filter(([, { Properties }]) => Properties['RedrivePolicy'] !== undefined)
      const hidden = work.map(([id, { Properties }]) => [id.slice(0, -8), Properties['VisibilityTimeout']])
      expect(Object.fromEntries(hidden)).toEqual(one.work)
      for (const [, { Properties }] of work) {
        const { maxReceiveCount } = Properties['RedrivePolicy'] as { maxReceiveCount: number }
        // Within what SQS allows; a function gives up long before (functions/runtime/within-attempts.ts).
        expect(maxReceiveCount).toBeLessThanOrEqual(1_000)
        expect(maxReceiveCount * Number(Properties['VisibilityTimeout'])).toBeGreaterThanOrEqual(86_400)
      }
      // One for what cannot be delivered to each, and one for what fails in it.
      expect(queues).toHaveLength(3 * work.length)
      const policies = JSON.stringify(resourcesOf(one.of, 'AWS::SQS::QueuePolicy'))
      expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(queues.length)
    },
  )

  test('keeps the ledger when the stack is deleted, and can restore it', () => {
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
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byAccount',
            KeySchema: [
              { AttributeName: 'accountId', KeyType: 'HASH' },
              { AttributeName: 'writtenAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    })
  })

  test('encrypts its topics with a key that rotates', () => {
    expect(Object.values(resourcesOf(template, 'AWS::KMS::Key'))[0]?.Properties).toMatchObject({
      EnableKeyRotation: true,
    })
    const topics = Object.values(resourcesOf(template, 'AWS::SNS::Topic'))
    expect(topics).toHaveLength(3)
    for (const { Properties } of topics) expect(Properties['KmsMasterKeyId']).toBeDefined()
  })

  test('subscribes each address of alerts and of alarms, and delivers every alert to the Alerted queue as it is', () => {
    const subscriptions = (emails: readonly string[]) =>
      Object.values(resourcesOf(aTemplate({ emails }), 'AWS::SNS::Subscription')).map(({ Properties }) => Properties)
    const toQueue = { Protocol: 'sqs', RawMessageDelivery: true, RedrivePolicy: expect.anything() }
    const queues = subscriptions([]).map(({ TopicArn, Endpoint }) => `${idIn(TopicArn)} ${idIn(Endpoint)}`)
    expect(queues.sort()).toEqual(['Alerts Alerted', 'SweepRequests Sweeps'])
    for (const subscription of subscriptions([])) expect(subscription).toMatchObject(toQueue)
    const mails = subscriptions(['user@example.com', 'other@example.com']).filter(s => s['Protocol'] === 'email')
    expect(mails.map(({ Endpoint, TopicArn }) => `${Endpoint} ${idIn(TopicArn)}`).sort()).toEqual([
      'other@example.com Alerts',
      'other@example.com Operations',
      'user@example.com Alerts',
      'user@example.com Operations',
    ])
  })
})
