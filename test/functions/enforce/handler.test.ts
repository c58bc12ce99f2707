import fs from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { writeStops } from '../../../shared/aws/ledger/policy-store.ts'
import { PLACE } from '../../support/findings.ts'
import { aContext } from '../../support/lambda-context.ts'
import { aBatch } from '../../support/sqs.ts'
import { aLedger, at, deferred, ID, STOP_AT } from '../../support/stories.ts'
import { aMachine, POLICY } from './machines.ts'

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  LEDGER_TABLE: 'ledger',
  ALERTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:alerts',
  SWEEP_REQUESTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:sweep-requests',
  FAILED_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/FailedStops',
  STOPS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:stops',
  UNDELIVERED_STOPS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:undelivered-stops',
  SCHEDULE_GROUP: 'virtguard',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
})

// The file that lies beside the bundle.
const readFile = fs.readFileSync
const isPolicy = (path: unknown): boolean => String(path).endsWith('functions/enforce/policy.json')

const dynamo = mockClient(DynamoDBClient)
const ec2 = mockClient(EC2Client)
const sns = mockClient(SNSClient)
const scheduler = mockClient(SchedulerClient)

let handler: typeof import('../../../functions/enforce/handler.ts').handler
beforeAll(async () => {
  const spy = jest.spyOn(fs, 'readFileSync')
  spy.mockImplementation((path, options) => (isPolicy(path) ? JSON.stringify(POLICY) : readFile(path, options)))
  handler = (await import('../../../functions/enforce/handler.ts')).handler
  spy.mockRestore()
})

let world = aLedger()
beforeEach(async () => {
  world = aLedger()
  await deferred(world)

  const inMemory = world.ledger.client
  dynamo.reset()
  dynamo.send.callsFake(command => inMemory.send(command))
  ec2.reset()
  ec2.onAnyCommand().rejects(new Error('unexpected call'))
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [aMachine(ID).described] }] })
  ec2.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value: false } })
  ec2.on(StopInstancesCommand).resolves({ StoppingInstances: [{ CurrentState: { Name: 'stopping' } }] })
  sns.reset()
  sns.on(PublishCommand).resolves({ MessageId: 'm-1' })
  scheduler.reset()
  scheduler.on(CreateScheduleCommand).resolves({})
})

const stop = () =>
  handler(
    aBatch([JSON.stringify({ kind: 'stop', ...PLACE, instanceId: ID, due: STOP_AT, attempt: 1 })]),
    aContext('enforce'),
  )

describe('the function that stops', () => {
  test('asks EC2 to stop what is due, writes that it did, and looks at it later', async () => {
    expect(await stop()).toEqual({ batchItemFailures: [] })
    expect(ec2.commandCalls(StopInstancesCommand).map(({ args }) => args[0].input)).toEqual([{ InstanceIds: [ID] }])
    expect(await world.row()).toHaveProperty('stopRequestedAt')
    const [schedule] = scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input)
    expect(schedule).toMatchObject({
      GroupName: 'virtguard',
      Target: {
        Arn: 'arn:aws:sqs:us-east-1:123456789012:stops',
        RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
        DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:undelivered-stops' },
      },
    })
    expect(JSON.parse(schedule?.Target?.Input ?? '{}')).toMatchObject({ kind: 'check', instanceId: ID })
  })

  test('reads the switch in the table each time: off, it stops nothing', async () => {
    await writeStops(world.ledger.client, 'ledger', {
      value: 'off',
      why: 'incident',
      by: 'user@example.com',
      at: at(1),
    })
    expect(await stop()).toEqual({ batchItemFailures: [] })
    expect(ec2.commandCalls(StopInstancesCommand)).toEqual([])
    expect((await world.row()).state).toBe('REFUSED')
  })

  test('tells what became of a stop through the topic of the alerts', async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [aMachine(ID, { State: { Name: 'terminated' } }).described] }],
    })
    expect(await stop()).toEqual({ batchItemFailures: [] })
    const [published] = sns.commandCalls(PublishCommand)
    expect(published?.args[0].input.TopicArn).toBe('arn:aws:sns:us-east-1:123456789012:alerts')
    expect((await world.row()).state).toBe('RESOLVED')
  })

  test('has a message that fails delivered again', async () => {
    ec2.on(DescribeInstancesCommand).rejects(Object.assign(new Error('busy'), { name: 'RequestLimitExceeded' }))
    expect(await stop()).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
  })
})
