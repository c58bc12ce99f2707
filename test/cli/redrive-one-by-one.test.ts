import {
  DeleteMessageBatchCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { describe, expect, test } from '@jest/globals'
import { moveMessages } from '../../cli/redrive/move-messages.ts'
import { failure, queues } from './aws.ts'
import { FROM, redrive, TO, withQueues } from './redriving.ts'

withQueues()

/** SQS without move tasks, with a dead-letter queue that keeps what is not deleted, and a queue that takes messages. */
const aQueue = (messages: readonly Message[]) => {
  const inQueue = new Map(messages.map(message => [message.MessageId ?? '', message]))
  const taken: object[] = []
  const order: string[] = []
  let handles = 0
  queues.on(ListMessageMoveTasksCommand).rejects(failure('InvalidAction', 'no such action'))
  queues
    .on(StartMessageMoveTaskCommand)
    .rejects(failure('InvalidParameterValue', 'Source queue must be configured as a DLQ'))
  queues.on(ReceiveMessageCommand, { QueueUrl: FROM }).callsFake(({ MaxNumberOfMessages }) => ({
    Messages: [...inQueue.values()]
      .slice(0, MaxNumberOfMessages)
      .map(message => ({ ...message, ReceiptHandle: `${message.MessageId} ${handles++}` })),
  }))
  queues.on(SendMessageCommand).callsFake(({ QueueUrl, ...message }) => {
    expect(QueueUrl).toBe(TO)
    order.push(`send ${message.MessageBody}`)
    taken.push(message)
    return { MessageId: `new-${taken.length}` }
  })
  const remove = ({ Entries }: { Entries: { Id: string; ReceiptHandle: string }[] }) => {
    for (const { ReceiptHandle } of Entries) {
      const [id = ''] = ReceiptHandle.split(' ')
      order.push(`delete ${inQueue.get(id)?.Body}`)
      inQueue.delete(id)
    }
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] }
  }
  queues.on(DeleteMessageBatchCommand, { QueueUrl: FROM }).callsFake(remove)
  return { inQueue, taken, order, remove }
}

const message = (id: string, more: Partial<Message> = {}): Message => ({ MessageId: id, Body: `body ${id}`, ...more })

describe('redrive if SQS does not move the messages', () => {
  test('sends each message as it was, then deletes it, and says so', async () => {
    const MessageAttributes = { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } }
    const { inQueue, taken, order } = aQueue([
      message('a', { MessageAttributes }),
      message('b', { Attributes: { AWSTraceHeader: 'Root=1-2' } }),
    ])
    const { code, out, err } = await redrive('UndeliveredEvents')
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'UndeliveredEvents → Launches: 2 messages moved, one by one\n',
      err: '',
    })
    expect(taken).toEqual([
      { MessageBody: 'body a', MessageAttributes },
      {
        MessageBody: 'body b',
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2' } },
      },
    ])
    expect(order).toEqual(['send body a', 'send body b', 'delete body a', 'delete body b'])
    expect(inQueue.size).toBe(0)
  })

  test('moves more messages than one answer holds', async () => {
    const { inQueue, taken } = aQueue(Array.from({ length: 34 }, (_, index) => message(`m${index}`)))
    expect((await redrive('UndeliveredEvents')).out).toContain('34 messages moved')
    expect([inQueue.size, taken.length]).toEqual([0, 34])
  })

  test('leaves a message that is refused, and deletes those that were sent', async () => {
    const { inQueue, taken } = aQueue([message('a'), message('b'), message('c')])
    queues.on(SendMessageCommand, { MessageBody: 'body b' }).rejects(failure('AccessDenied'))
    const { code, out, errLines } = await redrive('UndeliveredEvents')
    expect({ code, out }).toEqual({ code: 1, out: 'UndeliveredEvents → Launches: 2 messages moved, one by one\n' })
    expect(errLines[0]).toBe(
      'virtguard: UndeliveredEvents → Launches: sqs:SendMessage: the credentials do not allow it; allow the call; what was not moved is visible again in 60 seconds',
    )
    expect([...inQueue.keys()]).toEqual(['b'])
    expect(taken).toHaveLength(2)
  })

  test('deletes a message that was sent and not deleted when it receives it again, and does not send it twice', async () => {
    const { inQueue, taken, remove } = aQueue([message('a'), message('b')])
    const failing = { first: true }
    queues.on(DeleteMessageBatchCommand, { QueueUrl: FROM }).callsFake(input => {
      if (!failing.first) return remove(input)
      failing.first = false
      const { Successful } = remove({ Entries: input.Entries.slice(0, 1) })
      return { Successful, Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] }
    })
    const { code, out } = await redrive('UndeliveredEvents')
    expect({ code, out }).toEqual({ code: 0, out: 'UndeliveredEvents → Launches: 2 messages moved, one by one\n' })
    expect([inQueue.size, taken.length]).toEqual([0, 2])
  })

  test('loses no message if it dies between the send and the delete: the next run sends it once more', async () => {
    const { inQueue, taken } = aQueue([message('a')])
    queues
      .on(DeleteMessageBatchCommand, { QueueUrl: FROM })
      .rejects(failure('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }))
    const { code, errLines } = await redrive('UndeliveredEvents')
    expect(code).toBe(1)
    expect(errLines[0]).toContain('sqs:DeleteMessage: SQS cannot be reached')
    expect(errLines[0]).toContain(
      '1 message of these could not be deleted where it was; redriven again, it arrives twice',
    )
    expect([...inQueue.keys()]).toEqual(['a'])
    aQueue([...inQueue.values()])
    await redrive('UndeliveredEvents')
    expect(taken).toHaveLength(1)
    expect(queues.commandCalls(SendMessageCommand)).toHaveLength(2)
  })

  test('does not take a bug for an answer of SQS', async () => {
    queues.on(ReceiveMessageCommand).rejects(new TypeError('x is not a function'))
    const sqs = new SQSClient({ region: 'us-east-1' })
    await expect(moveMessages(sqs, { from: FROM, to: TO })).rejects.toThrow(TypeError)
  })
})
