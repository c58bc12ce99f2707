import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { beforeEach, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createSdkAttempts } from '../../functions/runtime/attempts-by-sdk.ts'
import { LEASE_SECONDS } from '../../shared/ledger/row.ts'

const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/failed'

const sqs = mockClient(SQSClient)
beforeEach(() => {
  sqs.reset()
  sqs.rejects('not expected')
})

test('what a function gives up is hidden for longer than a lease, so that its redrive never meets the lease of the last try', async () => {
  sqs.on(SendMessageCommand, { QueueUrl: URL, MessageBody: 'body' }).resolves({ MessageId: '1' })
  await createSdkAttempts({ queue: 'Stops', table: 'ledger', failedUrl: URL }).deadLetter('body', 'failed ten times')
  const [call] = sqs.commandCalls(SendMessageCommand)
  expect(call?.args[0].input.DelaySeconds).toBeGreaterThanOrEqual(LEASE_SECONDS + 30)
})
