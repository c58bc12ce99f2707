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
import { anApp, aTemplate, resourceNamed, resourcesOf } from './stack.ts'

const template = aTemplate()
const text = JSON.stringify(template.toJSON())

/** The default policy with only these rules on. */
const only = (...ids: readonly string[]): Policy => ({
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(
    Object.entries(DEFAULT_POLICY.rules).map(([id, rule]) => [id, ids.includes(id) ? rule : { ...rule, mode: 'off' }]),
  ),
})

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[]

type Statement = { readonly Effect: string; readonly Action: string | readonly string[]; readonly Resource: unknown }

/** The actions that a function's role allows, by the logical id of what it allows them on. */
const grantsOf = (name: string, from = template): Record<string, readonly string[]> => {
  const grants: Record<string, string[]> = {}
  for (const { Properties } of Object.values(resourcesOf(from, 'AWS::IAM::Policy'))) {
    const roles = JSON.stringify(Properties['Roles'])
    if (!roles.includes(`"${name}Role`)) continue
    const { Statement } = Properties['PolicyDocument'] as { Statement: readonly Statement[] }
    for (const { Effect, Action, Resource } of Statement) {
      expect(Effect).toBe('Allow')
      const on = /"Fn::GetAtt":\["(\w+?)[0-9A-F]{8}"/.exec(JSON.stringify(Resource))?.[1] ?? refOf(Resource)
      grants[on] = [...(grants[on] ?? []), ...list(Action)].sort()
    }
  }
  return grants
}

const refOf = (resource: unknown): string =>
  /"Ref":"(\w+?)[0-9A-F]{8}"/.exec(JSON.stringify(resource))?.[1] ?? String(resource)

const CONSUME = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
]
const WRITE_LOG = ['logs:CreateLogStream', 'logs:PutLogEvents']

describe('who may do what', () => {
  test('Evaluate takes launches, writes rows, publishes alerts and reads EC2', () => {
    expect(grantsOf('Evaluate')).toEqual({
      EvaluateLog: WRITE_LOG,
      Launches: CONSUME,
      Ledger: ['dynamodb:PutItem'],
      Alerts: ['sns:Publish'],
      TopicsKey: ['kms:Decrypt', 'kms:GenerateDataKey'],
      '*': ['ec2:DescribeImages', 'ec2:DescribeInstanceTypes', 'ec2:DescribeInstances'],
    })
  })

  test('Confirm takes alerts and marks rows', () => {
    expect(grantsOf('Confirm')).toEqual({
      ConfirmLog: WRITE_LOG,
      Alerted: CONSUME,
      Ledger: ['dynamodb:UpdateItem'],
    })
  })

  test('nobody else has a role, and no role has a managed policy', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role')
    expect(
      Object.keys(roles)
        .map(id => id.slice(0, -8))
        .sort(),
    ).toEqual(['ConfirmRole', 'EvaluateRole'])
    for (const { Properties } of Object.values(roles)) {
      expect(Object.keys(Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Tags'])
      expect(JSON.stringify(Properties['AssumeRolePolicyDocument'])).toContain('"Service":"lambda.amazonaws.com"')
    }
  })

  test('nobody may change an instance or an image', () => {
    const actions = [...text.matchAll(/"(ec2:\w+)"/g)].map(match => match[1])
    expect(actions.length).toBeGreaterThan(0)
    for (const action of actions) expect(action).toMatch(/^ec2:Describe/)
    expect(text).not.toContain('ec2:*')
  })
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
    expect(grantsOf('Evaluate', aTemplate({ policy }))['*'] ?? []).toEqual([...reads].sort())
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
    expect(mails.map(({ Endpoint, TopicArn }) => `${Endpoint} ${refOf(TopicArn)}`).sort()).toEqual([
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
      .map(alarm => /"Fn::GetAtt":\["(\w+?)[0-9A-F]{8}"/.exec(JSON.stringify(alarm['Dimensions']))?.[1])
    const all = Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).map(id => id.slice(0, -8))
    expect(watched.sort()).toEqual(all.filter(id => !['Launches', 'Alerted'].includes(id)).sort())
  })

  test('say what to do, on a page that exists, and tell Operations', () => {
    expect(alarms.length).toBeGreaterThan(8)
    for (const alarm of alarms) {
      const page = /See (docs\/runbooks\/[\w-]+\.md)$/.exec(String(alarm['AlarmDescription']))?.[1]
      expect(existsSync(join(__dirname, '../..', page ?? 'none'))).toBe(true)
      expect(list(alarm['AlarmActions']).map(refOf)).toEqual(['Operations'])
      expect(alarm['TreatMissingData']).toBe('notBreaching')
      expect(alarm['Metrics']).toBeUndefined()
    }
  })
})
