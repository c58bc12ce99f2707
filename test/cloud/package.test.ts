// Clouds of their own, on which stacks are deployed as whoever has no CDK does it: by calls to S3 and CloudFormation alone.
import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2'
import { ListRulesCommand } from '@aws-sdk/client-eventbridge'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Clients } from '../../local/clients.ts'
import { type Cloud, createCalls, startCloud } from '../../local/cloud.ts'
import { createStack } from '../../local/deploy.ts'
import { HVM_IMAGE, PV_IMAGE } from '../../local/images.ts'
import { launchRecord } from '../../local/trail.ts'
import { ofCloudControl, ofStack, TOKEN } from '../hook/requests.ts'
import { askHook } from './asked.ts'
import { describeCloud, theCloud } from './cloud.ts'
import { type Files, packageStack, upload } from './packaged.ts'
import { type Stage, stageOn } from './stage.ts'

jest.setTimeout(240_000)

/** What a company has before it deploys anything of virtguard. */
const COMPANY = {
  Resources: {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
            {
              Effect: 'Allow',
              Principal: {
                Service: [
                  'events.amazonaws.com',
                  'sns.amazonaws.com',
                  'cloudwatch.amazonaws.com',
                  'logs.us-east-1.amazonaws.com',
                ],
              },
              Action: ['kms:Decrypt*', 'kms:GenerateDataKey*', 'kms:Encrypt*', 'kms:ReEncrypt*', 'kms:Describe*'],
              Resource: '*',
            },
          ],
        },
      },
    },
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: '*', Resource: '*' },
            { Effect: 'Deny', Action: ['iam:*', 'ec2:TerminateInstances'], Resource: '*' },
          ],
        },
      },
    },
    Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Network' }, CidrBlock: '10.0.0.0/24' } },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { GroupDescription: 'functions', VpcId: { Ref: 'Network' } },
    },
  },
  Outputs: {
    Key: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    Boundary: { Value: { Ref: 'Boundary' } },
    Subnet: { Value: { Ref: 'Subnet' } },
    Group: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } },
  },
}

/** Every setting that the local cloud accepts. docs/settings.md says what it does not keep of them. */
const everySetting = async (clients: Clients): Promise<string> => {
  const { outputs } = await createStack(clients, 'company', { TemplateBody: JSON.stringify(COMPANY) })
  return `version: 1
addresses: [user@example.com]
namePrefix: team-a
tags: { team: platform }
permissionsBoundary: ${outputs['Boundary']}
rolePath: /guards/
logRetention: 365
deletionProtection: true
pointInTimeRecovery: false
kmsKey: ${outputs['Key']}
vpc:
  subnets: [${outputs['Subnet']}]
  securityGroups: [${outputs['Group']}]
reservedConcurrency: { evaluate: 5, confirm: 2 }
xray: true
dailySweep: rule
live: true
hook: fail
hookUnknown: fail
`
}

const A_KEY = /^arn:aws:kms:us-east-1:000000000000:key\//

/** The physical ids of that type. */
const idsOf = ({ stack: { list } }: Pick<Cloud, 'stack'>, type: string): readonly string[] =>
  list.filter(({ ResourceType }) => ResourceType === type).map(({ PhysicalResourceId = '' }) => PhysicalResourceId)

const UNKNOWN = ['AWS::Events::EventBusPolicy', 'AWS::CloudFormation::LambdaHook']

type Settings = (clients: Clients) => Promise<string>

/** Without what the local cloud does not know: who may send events to the hub, and that CloudFormation asks. */
const withoutUnknown = ({ 'template.json': template, ...zips }: Files): Files => {
  const { Resources, ...rest } = JSON.parse(`${template}`)
  const kept = Object.entries(Resources).filter(([, one]) => !UNKNOWN.includes(Object(one).Type))
  return { ...zips, 'template.json': JSON.stringify({ ...rest, Resources: Object.fromEntries(kept) }) }
}

const deployPackage = async (name: string, settings: Settings): Promise<{ own: Cloud; stage: Stage }> => {
  const { python } = theCloud()
  const own = await startCloud({
    python,
    email: 'user@example.com',
    say: () => undefined,
    prepare: async folder => async clients =>
      createStack(
        clients,
        name,
        await upload(clients, withoutUnknown(await packageStack(folder, await settings(clients)))),
      ),
  })
  return { own, stage: await stageOn({ ...own, python, calls: () => createCalls(own.folder) }) }
}

const expectAlert = async (stage: Stage): Promise<void> => {
  const launched = await stage.launch('pv')
  await stage.report(launchRecord(launched.wish, launched.answer))
  const [alert, ...more] = await stage.alerts(launched.answer.reservationId, 1)
  expect(more).toEqual([])
  expect(alert?.alert.rules).toContain('paravirtual-instance')
  expect(new Set((await stage.rows(launched.answer)).map(({ state }) => state))).toEqual(new Set(['ALERTED']))
}

const ofInstance = ({ imageId }: { readonly imageId: string }, InstanceType: string) =>
  ofStack({ type: 'AWS::EC2::Instance', properties: { ImageId: imageId, InstanceType } })

const GONE = { imageId: 'ami-0dead000000000001' }

describeCloud('a stack that is packaged with every setting of a company, and deployed without the CDK', () => {
  let own: Cloud
  let stage: Stage

  beforeAll(async () => {
    const deployed = await deployPackage('team-a-Virtguard', everySetting)
    own = deployed.own
    stage = deployed.stage
  })
  afterAll(() => own?.stop())

  test('alerts a launch that violates the policy, and records it', () => expectAlert(stage))

  test('has roles at the path', async () => {
    for (const RoleName of idsOf(own, 'AWS::IAM::Role')) {
      const { Role } = await own.clients.iam.send(new GetRoleCommand({ RoleName }))
      expect(Role?.Path).toBe('/guards/')
    }
  })

  test('has queues with the key and the tags', async () => {
    const { sqs } = own.clients
    for (const QueueUrl of idsOf(own, 'AWS::SQS::Queue')) {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['KmsMasterKeyId'] }),
      )
      expect(Attributes?.['KmsMasterKeyId']).toMatch(A_KEY)
      const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }))
      expect(Tags).toMatchObject({ application: 'virtguard', team: 'platform' })
    }
  })

  test('has a ledger that is protected from deletion, without point-in-time recovery', async () => {
    const [TableName] = idsOf(own, 'AWS::DynamoDB::Table')
    const { Table } = await own.clients.dynamo.send(new DescribeTableCommand({ TableName }))
    expect(Table?.DeletionProtectionEnabled).toBe(true)
    const backups = await own.clients.dynamo.send(new DescribeContinuousBackupsCommand({ TableName }))
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
      'DISABLED',
    )
  })

  test('has functions that write traces, and metrics of their own', async () => {
    for (const FunctionName of idsOf(own, 'AWS::Lambda::Function')) {
      const found = await own.clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
      expect(found.TracingConfig).toEqual({ Mode: 'Active' })
      expect(found.Environment?.Variables).toMatchObject({ METRICS_NAMESPACE: 'team-a-virtguard' })
    }
  })

  test('has a hook that refuses a misfit, for a stack and by Cloud Control, and lets through what fits', async () => {
    expect(await askHook(own, ofInstance(HVM_IMAGE, 'm7i.large'))).toMatchObject({ hookStatus: 'SUCCESS' })
    const refused = { hookStatus: 'FAILED', errorCode: 'NonCompliant', clientRequestToken: TOKEN }
    expect(await askHook(own, ofInstance(HVM_IMAGE, 'm7g.large'))).toMatchObject({
      ...refused,
      message: expect.stringContaining('[incompatible-launch]'),
    })
    expect(await askHook(own, ofInstance(PV_IMAGE, 'm1.small'))).toMatchObject({
      ...refused,
      message: expect.stringContaining('[paravirtual-instance]'),
    })
  })

  test('has a hook that reads by which launch template a group launches', async () => {
    const { LaunchTemplate } = await own.clients.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'web',
        LaunchTemplateData: { ImageId: HVM_IMAGE.imageId, InstanceType: 'm7g.large' },
      }),
    )
    const properties = { LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: '1' } }
    const asked = { type: 'AWS::AutoScaling::AutoScalingGroup', properties }
    expect(await askHook(own, ofCloudControl(asked))).toMatchObject({ errorCode: 'NonCompliant' })
  })

  test('has a hook that refuses what is UNKNOWN, because that was asked for', async () => {
    expect(await askHook(own, ofInstance(GONE, 'm7i.large'))).toMatchObject({ errorCode: 'NonCompliant' })
  })

  test('starts the daily sweep by a rule', async () => {
    const { Rules = [] } = await own.clients.events.send(new ListRulesCommand({ NamePrefix: 'team-a-Virtguard-Daily' }))
    expect(Rules.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([expect.stringMatching(/^cron\(/)])
    expect(idsOf(own, 'AWS::Scheduler::Schedule')).toEqual([])
  })
})

describeCloud('the hub of an organization that is packaged, and deployed without the CDK', () => {
  let own: Cloud
  let stage: Stage

  beforeAll(async () => {
    const deployed = await deployPackage(
      'Virtguard',
      async () =>
        'version: 1\naddresses: [user@example.com]\norganization: o-a1b2c3d4e5\nsweepRegions: own\nhook: warn\n',
    )
    own = deployed.own
    stage = deployed.stage
  })
  afterAll(() => own?.stop())

  test('alerts a launch that violates the policy, and records it', () => expectAlert(stage))

  test('has a hook that lets through what is UNKNOWN, and finds a misfit', async () => {
    expect(await askHook(own, ofInstance(GONE, 'm7i.large'))).toMatchObject({
      hookStatus: 'SUCCESS',
      message: expect.stringContaining('UNKNOWN'),
    })
    expect(await askHook(own, ofInstance(HVM_IMAGE, 'm7g.large'))).toMatchObject({ errorCode: 'NonCompliant' })
  })

  test('has a bus for the events of the organization, and roles by the names that spokes trust', () => {
    expect(idsOf(own, 'AWS::Events::EventBus')).toEqual(['virtguard'])
    expect(idsOf(own, 'AWS::IAM::Role')).toEqual(expect.arrayContaining(['virtguard-evaluate', 'virtguard-sweep']))
  })
})
