import { describe, expect, test } from '@jest/globals'
import type { Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import type { Options } from '../../infra/settings/settings-file.ts'
import { CONCURRENCY } from '../../shared/settings/forms.ts'
import { deployedGrants, idIn } from './grants.ts'
import { anApp, aTemplate, ENFORCING, type Resource, resourceNamed, resourcesOf } from './stack.ts'

const STACK = { policy: ENFORCING, emails: ['user@example.com'] }
const standard = aTemplate(STACK)
const templateWith = (options: Options): Template => aTemplate({ ...STACK, options })

const ofType = (template: Template, type: string): readonly Resource[] => {
  const found = Object.values(resourcesOf(template, type))
  expect(found.length).toBeGreaterThan(0)
  return found
}

const ARN = 'arn:aws:iam::123456789012:policy/boundary'
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const VPC = { subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] }
const CODE_SIGNING = 'arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0123456789abcdef0'

/** Whoever upgrades must find what they had: each is what was found, or waits to be told. */
const STATEFUL = ['AWS::DynamoDB::Table', 'AWS::SNS::Topic', 'AWS::SQS::Queue']

const idsOf = (template: Template): readonly string[] =>
  STATEFUL.flatMap(type => Object.keys(resourcesOf(template, type))).sort()

const ALL: Options = {
  tags: { team: 'platform' },
  permissionsBoundary: ARN,
  rolePath: '/guards/',
  logRetention: 365,
  deletionProtection: true,
  pointInTimeRecovery: false,
  xray: true,
  codeSigningConfig: CODE_SIGNING,
  fips: true,
  kmsKey: KEY,
  vpc: VPC,
  reservedConcurrency: { evaluate: 5 },
  dailySweep: 'rule',
  namePrefix: 'team-a',
}

describe('the options of a deployment', () => {
  test('that only say what is so anyway change no byte of the template', () => {
    const asItIs: Options = {
      logRetention: 90,
      deletionProtection: false,
      pointInTimeRecovery: true,
      xray: false,
      fips: false,
      dailySweep: 'scheduler',
    }
    for (const options of [{}, asItIs])
      expect(JSON.stringify(templateWith(options).toJSON())).toBe(JSON.stringify(standard.toJSON()))
  })

  test('all together pass cdk-nag, and keep what holds messages and findings', () => {
    const app = anApp({ ...STACK, options: ALL })
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] })
    expect(idsOf(templateWith(ALL))).toEqual(idsOf(standard))
  })
})

describe('the option', () => {
  test('tags tags every resource that has tags, beside the tag of virtguard', () => {
    const template = templateWith({ tags: { team: 'platform', cost: '4711' } })
    for (const type of [
      'AWS::Lambda::Function',
      'AWS::SQS::Queue',
      'AWS::SNS::Topic',
      'AWS::IAM::Role',
      'AWS::DynamoDB::Table',
    ])
      for (const { Properties } of ofType(template, type))
        expect(Properties['Tags']).toEqual([
          { Key: 'application', Value: 'virtguard' },
          { Key: 'cost', Value: '4711' },
          { Key: 'team', Value: 'platform' },
        ])
  })

  test('permissionsBoundary bounds every role', () => {
    for (const { Properties } of ofType(templateWith({ permissionsBoundary: ARN }), 'AWS::IAM::Role'))
      expect(Properties['PermissionsBoundary']).toBe(ARN)
  })

  test('rolePath puts every role there', () => {
    for (const { Properties } of ofType(templateWith({ rolePath: '/guards/' }), 'AWS::IAM::Role'))
      expect(Properties['Path']).toBe('/guards/')
  })

  test.each([
    [365, 365],
    ['forever', undefined],
  ] as const)('logRetention of %s keeps every log so long', (logRetention, days) => {
    for (const { Properties } of ofType(templateWith({ logRetention }), 'AWS::Logs::LogGroup'))
      expect(Properties?.['RetentionInDays']).toBe(days)
  })

  test('deletionProtection protects the ledger', () => {
    expect(
      resourceNamed(templateWith({ deletionProtection: true }), 'AWS::DynamoDB::Table', 'Ledger').Properties,
    ).toMatchObject({ DeletionProtectionEnabled: true })
  })

  test('pointInTimeRecovery can be off', () => {
    expect(
      resourceNamed(templateWith({ pointInTimeRecovery: false }), 'AWS::DynamoDB::Table', 'Ledger').Properties,
    ).toMatchObject({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } })
  })

  test('xray lets every function write traces, and nothing more', () => {
    const template = templateWith({ xray: true })
    for (const { Properties } of ofType(template, 'AWS::Lambda::Function'))
      expect(Properties['TracingConfig']).toEqual({ Mode: 'Active' })
    const before = new Set(deployedGrants(standard).map(grant => JSON.stringify(grant)))
    const more = deployedGrants(template).filter(grant => !before.has(JSON.stringify(grant)))
    expect(more).toEqual(
      ['Confirm', 'Enforce', 'Evaluate', 'Sweep'].flatMap(name =>
        ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'].map(action => ({ function: name, action, on: '*' })),
      ),
    )
  })

  test('codeSigningConfig is of every function', () => {
    for (const { Properties } of ofType(templateWith({ codeSigningConfig: CODE_SIGNING }), 'AWS::Lambda::Function'))
      expect(Properties['CodeSigningConfigArn']).toBe(CODE_SIGNING)
  })

  test('fips makes every function call FIPS endpoints', () => {
    for (const { Properties } of ofType(templateWith({ fips: true }), 'AWS::Lambda::Function'))
      expect(Properties).toHaveProperty('Environment.Variables.AWS_USE_FIPS_ENDPOINT', 'true')
  })

  test('kmsKey encrypts topics, queues, the ledger, logs and environments, and the stack has no key of its own', () => {
    const template = templateWith({ kmsKey: KEY })
    expect(resourcesOf(template, 'AWS::KMS::Key')).toEqual({})
    const keyOf = (type: string, key: string) => ofType(template, type).map(({ Properties }) => Properties[key])
    for (const found of [
      keyOf('AWS::SNS::Topic', 'KmsMasterKeyId'),
      keyOf('AWS::SQS::Queue', 'KmsMasterKeyId'),
      keyOf('AWS::Logs::LogGroup', 'KmsKeyId'),
      keyOf('AWS::Lambda::Function', 'KmsKeyArn'),
    ])
      expect(new Set(found)).toEqual(new Set([KEY]))
    expect(keyOf('AWS::SQS::Queue', 'SqsManagedSseEnabled').filter(one => one !== undefined)).toEqual([])
    expect(keyOf('AWS::DynamoDB::Table', 'SSESpecification')).toEqual([
      { KMSMasterKeyId: KEY, SSEEnabled: true, SSEType: 'KMS' },
    ])
  })

  test('kmsKey may be used by every role, by whole actions, and by none may it be changed', () => {
    const grants = deployedGrants(templateWith({ kmsKey: KEY })).filter(({ action }) => action.startsWith('kms:'))
    expect(new Set(grants.map(({ on }) => on))).toEqual(new Set([KEY]))
    const actionsOf = (name: string) => [
      ...new Set(grants.filter(one => one.function === name).map(({ action }) => action.slice(4))),
    ]
    for (const name of ['Confirm', 'Enforce', 'Evaluate', 'Sweep'])
      expect(actionsOf(name).sort()).toEqual([
        'Decrypt',
        'DescribeKey',
        'Encrypt',
        'GenerateDataKey',
        'GenerateDataKeyWithoutPlaintext',
        'ReEncryptFrom',
        'ReEncryptTo',
      ])
    for (const name of ['Scheduler', 'SweepScheduler'])
      expect(actionsOf(name).sort()).toEqual(['Decrypt', 'GenerateDataKey'])
  })

  test('vpc runs every function in the subnets, with the interfaces that it needs', () => {
    const template = templateWith({ vpc: VPC })
    for (const { Properties } of ofType(template, 'AWS::Lambda::Function'))
      expect(Properties['VpcConfig']).toEqual({ SubnetIds: VPC.subnets, SecurityGroupIds: VPC.securityGroups })
    const may = deployedGrants(template).filter(({ action }) => action === 'ec2:CreateNetworkInterface')
    expect(may.map(({ function: name }) => name)).toEqual(['Confirm', 'Enforce', 'Evaluate', 'Sweep'])
  })

  test('reservedConcurrency reserves copies for the functions that it names', () => {
    const template = templateWith({ reservedConcurrency: { evaluate: 7, sweep: 2 } })
    const reserved = ['Evaluate', 'Confirm', 'Sweep', 'Enforce'].map(
      name => resourceNamed(template, 'AWS::Lambda::Function', name).Properties['ReservedConcurrentExecutions'],
    )
    expect(reserved).toEqual([7, undefined, 2, undefined])
  })

  test('reservedConcurrency asks for no less than a queue may start', () => {
    for (const { Properties } of ofType(standard, 'AWS::Lambda::EventSourceMapping')) {
      const name = idIn(Properties['FunctionName']).toLowerCase()
      expect(Properties).toHaveProperty('ScalingConfig.MaximumConcurrency', Reflect.get(CONCURRENCY, name))
    }
  })

  test('dailySweep by a rule begins the same sweep at the same time, without EventBridge Scheduler, and alarms', () => {
    const template = aTemplate({ options: { dailySweep: 'rule' } })
    expect(JSON.stringify(template.toJSON())).not.toMatch(/AWS::Scheduler|scheduler\.amazonaws/)
    const rule = resourceNamed(template, 'AWS::Events::Rule', 'DailySweepRule').Properties
    const [schedule] = ofType(aTemplate(), 'AWS::Scheduler::Schedule')
    expect(rule['ScheduleExpression']).toBe(schedule?.Properties['ScheduleExpression'])
    expect(rule).toHaveProperty('Targets.0.Input', '{"kind":"start"}')
    expect(JSON.stringify(rule['Targets'])).toMatch(/"DeadLetterConfig":\{"Arn":\{"Fn::GetAtt":\["UndeliveredSweeps/)
    expect(resourceNamed(template, 'AWS::CloudWatch::Alarm', 'SweepsUndeliverable').Properties).toMatchObject({
      Namespace: 'AWS/Events',
      MetricName: 'FailedInvocations',
    })
  })

  test.each(['off', false] as const)('dailySweep %s begins none', dailySweep => {
    const text = JSON.stringify(aTemplate({ options: { dailySweep } }).toJSON())
    expect(text).not.toMatch(/AWS::Scheduler|ScheduleExpression|SweepsUndeliverable|Scheduled sweeps/)
  })

  test('namePrefix stands before every name and every namespace of metrics, so that two stacks fit into a region', () => {
    const options = { namePrefix: 'team-a' }
    const stack = anApp({ ...STACK, options })
      .synth()
      .getStackArtifact('Virtguard')
    expect(stack.stackName).toBe('team-a-Virtguard')
    const template = templateWith(options)
    expect(idsOf(template)).toEqual(idsOf(standard))
    const text = JSON.stringify(template.toJSON())
    for (const name of [
      '"Namespace":"team-a-virtguard"',
      '[\\"team-a-virtguard\\",',
      'schedule/team-a-virtguard/*',
      '"Name":"team-a-virtguard"',
    ])
      expect(text).toContain(name)
    expect(text).not.toMatch(/"Namespace":"virtguard"|\[\\"virtguard\\",|schedule\/virtguard\/|"Name":"virtguard"/)
    for (const { Properties } of ofType(template, 'AWS::Lambda::Function'))
      expect(Properties).toHaveProperty('Environment.Variables.METRICS_NAMESPACE', 'team-a-virtguard')
  })
})
