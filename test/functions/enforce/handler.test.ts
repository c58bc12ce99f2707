import fs from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { writeStops } from '../../../shared/aws/ledger/policy-store.ts'
import { resolveRow } from '../../../shared/aws/ledger/resolve.ts'
import { MOST_ATTEMPTS, UNCOUNTED_DELIVERIES } from '../../../shared/ledger/attempts.ts'
import { PLACE } from '../../support/findings.ts'
import { aContext } from '../../support/lambda-context.ts'
import { logLines } from '../../support/log-lines.ts'
import { aBatch } from '../../support/sqs.ts'
import { aLedger, at, deferred, ID, STOP_AT } from '../../support/stories.ts'
import { aDescribedType } from '../../support/types.ts'
import { aMachine, POLICY } from './machines.ts'

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_LOG_LEVEL: 'INFO',
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
const { rules, stop: stops } = POLICY
const DEPLOYED = {
  ...POLICY,
  rules: { ...rules, 'xen-hypervisor': { mode: 'enforce' } },
  stop: { ...stops, budget: { ...stops.budget, whenSpent: 'wait' } },
}
const readFile = fs.readFileSync
const isPolicy = (path: unknown): boolean => String(path).endsWith('functions/enforce/policy.json')

const dynamo = mockClient(DynamoDBClient)
const ec2 = mockClient(EC2Client)
const sns = mockClient(SNSClient)
const scheduler = mockClient(SchedulerClient)
const sqs = mockClient(SQSClient)

let handler: typeof import('../../../functions/enforce/handler.ts').handler
beforeAll(async () => {
  const spy = jest.spyOn(fs, 'readFileSync')
  spy.mockImplementation((path, options) => (isPolicy(path) ? JSON.stringify(DEPLOYED) : readFile(path, options)))
  handler = (await import('../../../functions/enforce/handler.ts')).handler
  spy.mockRestore()
})

let world = aLedger()
let lines: ReturnType<typeof logLines> = []
beforeEach(async () => {
  lines = logLines()
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

afterEach(() => {
  jest.restoreAllMocks()
})

const STOP = JSON.stringify({ kind: 'stop', ...PLACE, instanceId: ID, due: STOP_AT, attempt: 1 })
const handle = (body: string, receiveCount = 1) => handler(aBatch([body], receiveCount), aContext('enforce'))
const stop = () => handle(STOP)

describe('the Enforce function', () => {
  test('asks EC2 to stop what is due, records that it did, and checks it later', async () => {
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
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        service: 'Enforce',
        message: 'done',
        messageId: 'message-0',
        kind: 'stop',
      }),
    )
    expect(lines).toContainEqual(expect.objectContaining({ StopsRequested: 1 }))
  })

  test('reads a type that the catalogue does not have, once', async () => {
    const types = JSON.parse(JSON.stringify({ InstanceTypes: [aDescribedType({ InstanceType: 'z9.large' })] }))
    ec2.on(DescribeInstanceTypesCommand).resolves(types)
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [{ ...aMachine(ID).described, InstanceType: JSON.parse('"z9.large"') }] }],
    })
    for (const _ of [1, 2]) expect(await stop()).toEqual({ batchItemFailures: [] })
    expect(ec2.commandCalls(DescribeInstanceTypesCommand)).toHaveLength(1)
  })

  test('has stops promised again for which the budget had no room, by the topic of requests for a sweep', async () => {
    await resolveRow(world.ledger, await world.row(), {
      to: 'REFUSED',
      because: { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 600 } },
      inDigest: 'yes',
      claimant: 'message-2/1',
      now: at(900),
    })
    expect(await handle(JSON.stringify({ kind: 'digest', ...PLACE }))).toEqual({ batchItemFailures: [] })
    const published = sns.commandCalls(PublishCommand).map(({ args }) => args[0].input)
    expect(published.map(({ TopicArn }) => TopicArn)).toEqual([
      'arn:aws:sns:us-east-1:123456789012:alerts',
      'arn:aws:sns:us-east-1:123456789012:sweep-requests',
    ])
    expect(JSON.parse(published[1]?.Message ?? '{}')).toMatchObject({ kind: 'promise', findings: [{ resourceId: ID }] })
  })

  test('tries each call of AWS three times, so that two brief failures cost no delivery', async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [aMachine(ID, { State: { Name: 'terminated' } }).described] }],
    })
    await stop()
    const clients = [dynamo, ec2, sns].map(({ send }) => send.thisValues[0])
    expect(await Promise.all(clients.map(client => client?.config.maxAttempts()))).toEqual([3, 3, 3])
    expect(dynamo.calls().map(({ args }) => JSON.stringify(args[0].input).includes('"ledger"'))).not.toContain(false)
  })

  test('gives up a message that was tried often enough: into the dead-letter queue of the stack', async () => {
    ec2.on(DescribeInstancesCommand).rejects(Object.assign(new Error('busy'), { name: 'RequestLimitExceeded' }))
    sqs.reset()
    sqs.on(SendMessageCommand).resolves({})
    world.items.set('queue#Stops | message-0', {
      pk: { S: 'queue#Stops' },
      sk: { S: 'message-0' },
      attempts: { N: String(MOST_ATTEMPTS - 1) },
    })
    expect(await handle(STOP, UNCOUNTED_DELIVERIES + MOST_ATTEMPTS)).toEqual({ batchItemFailures: [] })
    expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toMatchObject({
      QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/FailedStops',
      MessageBody: STOP,
    })
    expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR', messageId: 'message-0' }))
    const tables = dynamo.calls().map(({ args }) => JSON.stringify(args[0].input).includes('"ledger"'))
    expect(tables).not.toContain(false)
  })

  test('reads the switch in the table each time, and stops nothing while it is off', async () => {
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

  test('publishes the outcome of a stop to the topic of the alerts', async () => {
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
