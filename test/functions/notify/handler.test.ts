import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { aContext } from '../../support/lambda-context.ts'
import { logLines } from '../../support/log-lines.ts'
import { aBatch } from '../../support/sqs.ts'
import { loadHandler } from './deployed.ts'
import { finding, START } from './world.ts'

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  CHANNEL: 'ops',
  LEDGER_TABLE: 'ledger',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/ops',
  UNDELIVERED_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/undelivered-ops',
  QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:ops',
  UNDELIVERED_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:undelivered-ops',
  SCHEDULE_GROUP: 'virtguard',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
})

const dynamo = mockClient(DynamoDBClient)
const bus = mockClient(EventBridgeClient)
const sqs = mockClient(SQSClient)
const scheduler = mockClient(SchedulerClient)

let handler: Awaited<ReturnType<typeof loadHandler>>
beforeAll(async () => {
  handler = await loadHandler({ ops: { type: 'event-bus', bus: 'findings' } })
})

let table = inMemoryDynamo()
let lines: ReturnType<typeof logLines> = []
beforeEach(() => {
  lines = logLines()
  table = inMemoryDynamo()
  const inMemory = table.client()
  dynamo.reset()
  dynamo.send.callsFake(command => inMemory.send(command))
  bus.reset()
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] })
  sqs.reset()
  sqs.on(SendMessageCommand).resolves({})
  sqs.on(ChangeMessageVisibilityCommand).resolves({})
  scheduler.reset()
  scheduler.on(CreateScheduleCommand).resolves({})
})

afterEach(() => {
  jest.restoreAllMocks()
})

const tell = (alert: object) => handler(aBatch([JSON.stringify(alert)]), aContext('notify'))

describe('the Notify function', () => {
  test('sends an alert to the channel that it serves, and remembers that it was sent', async () => {
    expect(await tell(finding(1))).toEqual({ batchItemFailures: [] })
    expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toMatchObject([{ EventBusName: 'findings' }])
    const rows = [...table.items].filter(([key]) => key.startsWith('channel#ops | sent#'))
    expect(rows.map(([, { state }]) => state?.S)).toEqual(['sent'])
    expect(new Set(dynamo.calls().map(({ args }) => Reflect.get(args[0].input, 'TableName')))).toEqual(
      new Set(['ledger']),
    )
  })

  test('logs what it sent, and counts it for its channel', async () => {
    await tell(finding(1))
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        service: 'Notify',
        message: 'sent: findings accepted 1 events',
        alerts: [expect.stringMatching(/^sent#/)],
      }),
    )
    expect(lines).toContainEqual(expect.objectContaining({ channel: 'ops', ChannelSent: 1 }))
  })

  test('tries each call of AWS three times, so that two brief failures defer nothing', async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'NotAuthorized' }] })
    await tell(finding(1))
    const clients = [dynamo, bus, sqs].map(({ send }) => send.thisValues[0])
    expect(await Promise.all(clients.map(client => client?.config.maxAttempts()))).toEqual([3, 3, 3])
  })

  test('dead-letters what the channel refuses', async () => {
    const Entries = [{ ErrorCode: 'NotAuthorized', ErrorMessage: 'no' }]
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries })
    expect(await tell(finding(1))).toEqual({ batchItemFailures: [] })
    const [deadLettered] = sqs.commandCalls(SendMessageCommand)
    expect(deadLettered?.args[0].input).toMatchObject({
      QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/undelivered-ops',
      MessageBody: JSON.stringify(finding(1)),
    })
  })

  test('defers in its own queue what failed', async () => {
    bus.on(PutEventsCommand).rejects(Object.assign(new Error('busy'), { name: 'InternalException' }))
    expect(await tell(finding(1))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    const [postponed] = sqs.commandCalls(ChangeMessageVisibilityCommand)
    expect(postponed?.args[0].input).toMatchObject({
      QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/ops',
    })
  })

  test('schedules what a route schedules, and the release comes into its own queue', async () => {
    const at = '2099-11-24T09:00:00.000Z'
    expect(await tell({ ...finding(1), deliver: [{ channel: 'ops', at }] })).toEqual({ batchItemFailures: [] })
    expect(bus.calls()).toEqual([])
    expect(scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input).toMatchObject({
      Name: `flush-${Date.parse(at) / 1000}-ops`,
      GroupName: 'virtguard',
      ScheduleExpression: 'at(2099-11-24T09:00:00)',
      Target: {
        Arn: 'arn:aws:sqs:us-east-1:123456789012:ops',
        RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
        DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:undelivered-ops' },
        Input: JSON.stringify({ kind: 'flush', channel: 'ops', at }),
      },
    })
  })

  test('begins no message if too little time is left to record that it was sent', async () => {
    const clock = jest.spyOn(Date, 'now')
    const began = START.getTime()
    // The batch begins; everything after it takes forty seconds.
    clock.mockReturnValueOnce(began).mockReturnValue(began + 40_000)
    const answer = await tell(finding(1))
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    expect(bus.calls()).toEqual([])
  })

  test('answers a test with the answer of the channel, and keeps nothing of it', async () => {
    expect(await handler({ kind: 'test' }, aContext('notify'))).toEqual({
      channel: 'ops',
      type: 'event-bus',
      arrived: true,
      says: 'findings accepted 1 events',
    })
    expect(table.items.size).toBe(0)
  })
})
