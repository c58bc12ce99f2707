import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { beforeEach, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { postponeDelivery } from '../../../functions/notify/delivery.ts'
import { createChannelQueue } from '../../../functions/notify/queue.ts'
import { buildReleaseName } from '../../../functions/notify/release-schedules.ts'
import { world } from './world.ts'

const client = new SQSClient({ region: 'us-east-1' })
const mock = mockClient(client)
const queue = createChannelQueue(client, {
  queueUrl: 'https://sqs.example.com/1/q',
  undeliveredUrl: 'https://sqs.example.com/1/u',
})

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})

test('a message is deferred by its visibility timeout', async () => {
  mock.on(ChangeMessageVisibilityCommand).resolves({})
  await queue.postpone('receipt', 7)
  expect(mock.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toEqual({
    QueueUrl: 'https://sqs.example.com/1/q',
    ReceiptHandle: 'receipt',
    VisibilityTimeout: 7,
  })
})

test('a message that SQS does not defer comes back by itself, and nothing fails', async () => {
  mock.on(ChangeMessageVisibilityCommand).rejects(new Error('throttled'))
  const { ports, logged } = world({ sender: async () => ({ kind: 'sent', says: '' }) })
  const delivery = { messageId: 'm', claimant: 'm/1', count: 1, receiptHandle: 'r', body: '' }
  expect(await postponeDelivery(delivery, 7, { ...ports, queue })).toBe(false)
  expect(logged.join()).toContain('returns when its visibility timeout ends: Error: throttled')
})

test('a message is dead-lettered unchanged, with the reason on one line', async () => {
  mock.on(SendMessageCommand).resolves({})
  await queue.deadLetter('{"id":1}', `refused:\r\n\u202ebad${'x'.repeat(1_000)}`)
  const input = mock.commandCalls(SendMessageCommand)[0]?.args[0].input
  expect(input).toMatchObject({ QueueUrl: 'https://sqs.example.com/1/u', MessageBody: '{"id":1}' })
  const reason = input?.MessageAttributes?.['reason']?.StringValue ?? ''
  expect(reason).toMatch(/^refused:\ufffd\ufffd\ufffdbad/)
  expect(reason.length).toBeLessThanOrEqual(500)
})

test('the schedules of two channels, and of two times, have different names', () => {
  const names = ['a', 'b'].flatMap(channel =>
    ['2026-11-24T08:00:00.000Z', '2026-11-24T08:00:01.000Z'].map(at => buildReleaseName(channel, at)),
  )
  expect(new Set(names).size).toBe(4)
})
