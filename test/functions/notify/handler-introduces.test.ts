import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { listKnownChannels } from '../../../shared/aws/channels/known-channels.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { aContext } from '../../support/lambda-context.ts'
import { logLines } from '../../support/log-lines.ts'
import { aBatch } from '../../support/sqs.ts'
import { loadHandler } from './deployed.ts'
import { finding } from './world.ts'

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/ops'
const UNDELIVERED_QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/undelivered-ops'
Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_DEV: 'false',
  CHANNEL: 'ops',
  LEDGER_TABLE: 'ledger',
  QUEUE_URL,
  UNDELIVERED_QUEUE_URL,
})

afterEach(() => {
  jest.restoreAllMocks()
})

test('the function records its channel with the first message, even if that cannot be sent', async () => {
  logLines()
  const client = inMemoryDynamo().client()
  mockClient(DynamoDBClient).send.callsFake(command => client.send(command))
  mockClient(EventBridgeClient).on(PutEventsCommand).rejects(new Error('down'))
  mockClient(SQSClient).on(ChangeMessageVisibilityCommand).resolves({})
  const handler = await loadHandler({ ops: { type: 'event-bus', bus: 'findings' } })
  const answer = await handler(aBatch([JSON.stringify(finding(1))]), aContext('notify'))
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
  expect(await listKnownChannels({ client, table: 'ledger' })).toEqual([
    { name: 'ops', queueUrl: QUEUE_URL, undeliveredUrl: UNDELIVERED_QUEUE_URL },
  ])
})
