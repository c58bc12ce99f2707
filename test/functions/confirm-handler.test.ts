import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { aContext } from '../support/lambda-context.ts'
import { aBatch } from '../support/sqs.ts'

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
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
beforeEach(() => {
  dynamo.reset()
  dynamo.onAnyCommand().rejects(new Error('unexpected call'))
  scheduler.reset()
  scheduler.onAnyCommand().rejects(new Error('unexpected call'))
  dynamo.on(UpdateItemCommand).resolves({})
  scheduler.on(CreateScheduleCommand).resolves({})
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

const confirm = async (one: object) => {
  const { handler } = await import('../../functions/confirm/handler.ts')
  return handler(aBatch([JSON.stringify(one)]), aContext('confirm'))
}
const updates = () => dynamo.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input)

describe('the function that confirms', () => {
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

  test('marks that an outcome is told, for its claim', async () => {
    expect(await confirm({ ...alert, kind: 'outcome' })).toEqual({ batchItemFailures: [] })
    expect(updates()).toMatchObject([{ TableName: 'ledger', ConditionExpression: expect.stringContaining('#untold') }])
    expect(updates()[0]?.ExpressionAttributeValues).toMatchObject({ ':claimant': { S: 'message-1' } })
    expect(scheduler.calls()).toEqual([])
  })
})
