import { BatchGetItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { MOST_ATTEMPTS, UNCOUNTED_DELIVERIES } from '../../shared/ledger/attempts.ts'
import { CONFIRM_SECONDS } from '../../shared/ledger/row.ts'
import { aContext } from '../support/lambda-context.ts'
import { logLines } from '../support/log-lines.ts'
import { aBatch } from '../support/sqs.ts'

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  LEDGER_TABLE: 'ledger',
  FAILED_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/FailedConfirmations',
  STOPS: 'present',
  STOPS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:stops',
  UNDELIVERED_STOPS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:undelivered-stops',
  SCHEDULE_GROUP: 'virtguard',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
}
Object.assign(process.env, ENVIRONMENT)

const dynamo = mockClient(DynamoDBClient)
const scheduler = mockClient(SchedulerClient)
const sqs = mockClient(SQSClient)
let lines: ReturnType<typeof logLines> = []
beforeEach(() => {
  lines = logLines()
  dynamo.reset()
  dynamo.onAnyCommand().rejects(new Error('unexpected call'))
  scheduler.reset()
  scheduler.onAnyCommand().rejects(new Error('unexpected call'))
  sqs.reset()
  sqs.onAnyCommand().rejects(new Error('unexpected call'))
  dynamo.on(UpdateItemCommand).resolves({})
  scheduler.on(CreateScheduleCommand).resolves({})
})
afterEach(() => {
  jest.restoreAllMocks()
})

const DUE = '2099-11-24T08:15:30Z'
const alert = {
  id: '123456789012/us-east-1/r-1',
  accountId: '123456789012',
  region: 'us-east-1',
  claim: 'message-1',
  told: [{ rules: ['paravirtual-instance'], resources: ['i-1'] }],
  stops: [{ at: DUE, rules: ['paravirtual-instance'], resources: ['i-1'] }],
}

const confirm = async (one: object, receiveCount = 1) => {
  const { handler } = await import('../../functions/confirm/handler.ts')
  return handler(aBatch([JSON.stringify(one)], receiveCount), aContext('confirm'))
}
const updates = () => dynamo.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input)

describe('the Confirm function', () => {
  test('marks the row of a promised stop in the table of the stack, and makes its schedule there', async () => {
    expect(await confirm(alert)).toEqual({ batchItemFailures: [] })
    expect(updates()).toMatchObject([
      { TableName: 'ledger', Key: { pk: { S: '123456789012#us-east-1#i-1' }, sk: { S: 'paravirtual-instance' } } },
    ])
    expect(updates()[0]?.ExpressionAttributeValues).toMatchObject({ ':claimant': { S: 'message-1' } })
    const [schedule] = scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input)
    expect(schedule).toMatchObject({
      GroupName: 'virtguard',
      ScheduleExpression: 'at(2099-11-24T08:15:30)',
      Target: {
        Arn: ENVIRONMENT.STOPS_QUEUE_ARN,
        RoleArn: ENVIRONMENT.SCHEDULE_ROLE_ARN,
        DeadLetterConfig: { Arn: ENVIRONMENT.UNDELIVERED_STOPS_QUEUE_ARN },
      },
    })
    expect(JSON.parse(schedule?.Target?.Input ?? '{}')).toMatchObject({ kind: 'stop', instanceId: 'i-1', due: DUE })
  })

  test('marks that an outcome is alerted, for its claim', async () => {
    expect(await confirm({ ...alert, kind: 'outcome' })).toEqual({ batchItemFailures: [] })
    expect(updates()).toMatchObject([{ TableName: 'ledger', ConditionExpression: expect.stringContaining('#untold') }])
    expect(updates()[0]?.ExpressionAttributeValues).toMatchObject({ ':claimant': { S: 'message-1' } })
    expect(scheduler.calls()).toEqual([])
  })

  test('asks the table what is marked already if the message is delivered again', async () => {
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { ledger: [] } })
    expect(await confirm(alert, 2)).toEqual({ batchItemFailures: [] })
    const [read] = dynamo.commandCalls(BatchGetItemCommand).map(({ args }) => args[0].input)
    expect(Object.keys(read?.RequestItems ?? {})).toEqual(['ledger'])
  })

  test('starts nothing more when its time is over, and leaves the rest to the next delivery', async () => {
    const now = Date.now()
    // The batch begins; everything after it takes as long as the function may.
    jest
      .spyOn(Date, 'now')
      .mockReturnValueOnce(now)
      .mockReturnValue(now + CONFIRM_SECONDS * 1000)
    expect(await confirm(alert)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    expect(updates()).toEqual([])
  })

  test('logs under its name what it confirmed', async () => {
    await confirm(alert)
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        service: 'Confirm',
        message: 'confirmed',
        messageId: 'message-0',
        alert: alert.id,
        rows: 1,
      }),
    )
  })

  test('tries a call three times, so that two brief failures cost no delivery', async () => {
    await confirm(alert)
    const [client] = dynamo.send.thisValues
    expect(await client?.config.maxAttempts()).toBe(3)
  })

  test('gives up a message that was tried often enough: into the dead-letter queue of the stack', async () => {
    dynamo.on(UpdateItemCommand).callsFake(({ Key }) => {
      if (Key.pk.S === 'queue#Alerted') return { Attributes: { attempts: { N: String(MOST_ATTEMPTS) } } }
      throw new Error('no capacity')
    })
    sqs.on(SendMessageCommand).resolves({})
    expect(await confirm(alert, UNCOUNTED_DELIVERIES + MOST_ATTEMPTS)).toEqual({ batchItemFailures: [] })
    const [counted] = updates()
    expect(counted).toMatchObject({ TableName: 'ledger', Key: { sk: { S: 'message-0' } } })
    expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toMatchObject({
      QueueUrl: ENVIRONMENT.FAILED_QUEUE_URL,
      MessageBody: JSON.stringify(alert),
    })
    expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR', messageId: 'message-0' }))
  })
})
